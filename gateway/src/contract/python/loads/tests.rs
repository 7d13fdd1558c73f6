//! What Python 3.11 says of each document, as it said it.

use super::*;

fn read(json: &[u8]) -> Result<Value, NotJson> {
    loads(json)
}

fn integer(digits: &str) -> Value {
    Value::digits(digits)
}

#[test]
fn values_are_those_of_python() {
    let table = [
        ("null", Value::None),
        (" \t\r\n[ ] ", Value::List(Vec::new())),
        ("[-0, 12, -7]", Value::List(vec![integer("0"), integer("12"), integer("-7")])),
        ("-0.0", Value::Float(-0.0)),
        ("1E2", Value::Float(100.0)),
        ("1e400", Value::Float(f64::INFINITY)),
        ("-Infinity", Value::Float(f64::NEG_INFINITY)),
        (r#""\ud83d\ude00\/""#, Value::text("😀/")),
        ("\u{feff}true", Value::Bool(true)),
    ];
    for (json, expected) in table {
        assert_eq!(read(json.as_bytes()), Ok(expected), "{json}");
    }
    let Ok(Value::Dict(members)) = read(br#"{"a": 1, "b": [{"c": {}}], "a": 2}"#) else {
        panic!("no object")
    };
    let names: Vec<_> = members.iter().filter_map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, members.get(b"a")), (vec!["a", "b"], Some(&integer("2"))));
}

#[test]
fn a_surrogate_alone_is_kept_and_is_no_text() {
    for json in [&br#""\ud800""#[..], br#""\ude00\ud83d""#, br#""\ud800\ud83d\ude00""#, b"\"\xed\xa0\x80\""] {
        let Ok(Value::Text(text)) = read(json) else { panic!("{json:?}") };
        assert_eq!(text.as_str(), None, "{json:?}");
    }
}

#[test]
fn errors_have_pythons_words_and_places() {
    let table = [
        ("", "Expecting value", 0),
        (" ", "Expecting value", 1),
        ("nul", "Expecting value", 0),
        ("-", "Expecting value", 0),
        ("-NaN", "Expecting value", 0),
        (".5", "Expecting value", 0),
        ("01", "Extra data", 1),
        ("1.", "Extra data", 1),
        ("1e+", "Extra data", 1),
        ("{} {}", "Extra data", 3),
        ("\u{feff}\u{feff}1", "Expecting value", 0),
        ("[", "Expecting value", 1),
        ("[1,]", "Expecting value", 3),
        ("[1 2]", "Expecting ',' delimiter", 3),
        ("[1", "Expecting ',' delimiter", 2),
        ("[-]", "Expecting value", 1),
        ("{", "Expecting property name enclosed in double quotes", 1),
        ("{\"a\":1, }", "Expecting property name enclosed in double quotes", 8),
        ("{'a':1}", "Expecting property name enclosed in double quotes", 1),
        ("{\"a\"", "Expecting ':' delimiter", 4),
        ("{\"a\":", "Expecting value", 5),
        ("{\"a\":1 \"b\":2}", "Expecting ',' delimiter", 7),
        ("{\"ü\":\"😀\"x", "Expecting ',' delimiter", 8),
        ("\"abc", "Unterminated string starting at", 0),
        ("[\"a\\", "Unterminated string starting at", 1),
        ("\"a\nb\"", "Invalid control character at", 2),
        ("\"a\\x\"", "Invalid \\escape", 2),
        ("\"\\é\"", "Invalid \\escape", 1),
        ("\"\\u12\"", "Invalid \\uXXXX escape", 2),
        ("\"\\u+123\"", "Invalid \\uXXXX escape", 2),
        ("\"\\u0041", "Invalid \\uXXXX escape", 2),
        ("\"\\uD800\\u12\"", "Invalid \\uXXXX escape", 8),
        ("\"\\ud83d\\ude00", "Invalid \\uXXXX escape", 8),
        ("\"\\ud83d\\x\"", "Invalid \\escape", 7),
    ];
    for (json, message, position) in table {
        assert_eq!(read(json.as_bytes()), Err(NotJson::Invalid { message, position }), "{json}");
    }
}

#[test]
fn what_makes_python_raise_something_else_is_unreadable() {
    let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    let objects = |depth: usize| [b"{\"a\":".repeat(depth), b"1".to_vec(), vec![b'}'; depth]].concat();
    for good in [vec![b'1'; 4300], nested(DEEPEST), objects(DEEPEST)] {
        assert!(read(&good).is_ok());
    }
    for bad in [vec![b'1'; 4301], b"\xff".to_vec(), nested(DEEPEST + 1), objects(1000), nested(1_000_000)] {
        assert_eq!(read(&bad), Err(NotJson::Unreadable));
    }
    let long = [b"-".to_vec(), vec![b'1'; 4300]].concat();
    assert!(read(&long).is_ok());
}

/// Names that collide under an unkeyed hash are of no use, and many names are found without comparing all of them.
#[test]
fn two_hundred_thousand_names_cost_bounded_time() {
    let mut json = String::from("{");
    for number in 0..200_000_u32 {
        json.push_str(&format!("\"{number:08x}\":{number},"));
    }
    json.push_str("\"last\":0}");
    let begun = std::time::Instant::now();
    let Ok(Value::Dict(members)) = read(json.as_bytes()) else { panic!("no object") };
    assert_eq!(members.len(), 200_001);
    assert_eq!(members.get(b"0002ffff"), Some(&integer("196607")));
    // Comparing every name with every other is 20 thousand million comparisons.
    assert!(begun.elapsed() < std::time::Duration::from_secs(10), "{:?}", begun.elapsed());
}
