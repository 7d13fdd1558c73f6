//! `[json]`.

use super::{check, *};

#[test]
fn a_decision_is_one_of_two_words() {
    for (text, report) in CASES {
        check(&format!("{LEAST}{text}"), report);
    }
}

#[test]
fn each_decision_stands_alone() {
    let nothing = Decided::default();
    for (text, decided) in [
        ("", nothing),
        ("untyped = \"json\"", Decided { untyped: Some(Untyped::Json), ..nothing }),
        ("untyped = \"bytes\"", Decided { untyped: Some(Untyped::Bytes), ..nothing }),
        ("null_body = \"missing\"", Decided { null_body: Some(NullBody::Missing), ..nothing }),
        ("null_body = \"value\"", Decided { null_body: Some(NullBody::Value), ..nothing }),
        ("floats = \"pydantic-core\"", Decided { floats: Some(Floats::PydanticCore), ..nothing }),
        ("floats = \"json.dumps\"", Decided { floats: Some(Floats::JsonDumps), ..nothing }),
    ] {
        assert_eq!(parse(&format!("{LEAST}[json]\n{text}\n")).expect(text).json, decided, "{text}");
    }
}

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        r#"[json]
untyped = true
null_body = "none"
floats = "json.dump"
strict_content_type = false"#,
        r#"legacy.toml:11:11: `untyped` must be text, not a boolean
11 | untyped = true
   |           ^^^^
help: write `"json"` or `"bytes"`

legacy.toml:12:13: `none` is not what a body `null` is
12 | null_body = "none"
   |             ^^^^^^
help: write `"missing"` or `"value"`

legacy.toml:13:10: `json.dump` is not an encoder of floats
13 | floats = "json.dump"
   |          ^^^^^^^^^^^
help: did you mean `"json.dumps"`? possible: `"pydantic-core"` or `"json.dumps"`

legacy.toml:14:1: `strict_content_type` in `json` is unknown
14 | strict_content_type = false
   | ^^^^^^^^^^^^^^^^^^^
help: remove it; known here: `untyped`, `null_body`, `floats`"#,
    ),
    (
        "[[json]]",
        r"legacy.toml:10:1: `json` must be a table, not a list
10 | [[json]]
   | ^^^^^^^^
help: write `[json]`",
    ),
];
