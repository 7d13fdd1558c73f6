//! Rules, learned places, reports, explained breaks and HAR files with mistakes.

use std::fs;

use super::{compat, record};

const TYPOS: &str = r#"schema = 1
[level]
spelling = "warn"
[headers]
volatil = ["x"]
[[rule]]
op = "GET /a"
at = "bdy $.x"
expect = { numer = { rel = 1e-9 } }
reason = "floats"
"#;

/// All at once, each with its place, a caret and what was meant.
const TOLD: &str = "rules.toml:2:2: section `[level]` is unknown
2 | [level]
  |  ^^^^^
help: did you mean `levels`? known here: `schema`, `levels`, `headers`, `rule`, `accept`, `credentials`, `state`

rules.toml:5:1: `volatil` in `headers` is unknown
5 | volatil = [\"x\"]
  | ^^^^^^^
help: did you mean `volatile`? known here: `volatile`

rules.toml:8:6: `bdy $.x` is no place of an answer
8 | at = \"bdy $.x\"
  |      ^^^^^^^^^
help: write `status`, `header NAME`, `trailer NAME`, `body`, `body $.path`, `event`, `event $.path`, `frame`, `frame $.path` or `pieces`

rules.toml:9:12: `numer` in `expect` is unknown
9 | expect = { numer = { rel = 1e-9 } }
  |            ^^^^^
help: did you mean `number`? known here: ";

#[test]
fn every_mistake_of_the_rules_is_told_at_once_whoever_reads_them() {
    let home = tempfile::tempdir().unwrap();
    record(&home.path().join("rec"));
    fs::write(home.path().join("rules.toml"), TYPOS).unwrap();
    for arguments in [
        &["diff", "rec", "rec"][..],
        &["mutate", "rec"],
        &["learn", "rec", "--target", "http://127.0.0.1:1"],
        &["replay", "rec", "--target", "http://127.0.0.1:1", "--out", "run"],
    ] {
        let refused = compat(home.path(), &[arguments, &["--rules", "rules.toml"]].concat());
        assert_eq!((refused.code, &*refused.stdout), (Some(2), ""), "{arguments:?}");
        assert!(refused.stderr.starts_with(TOLD), "{arguments:?}: {}", refused.stderr);
    }
    assert!(!home.path().join("run").exists());
}

#[test]
fn a_document_that_is_not_what_it_should_be_is_named() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
    record(&home.path().join("rec"));
    record(&home.path().join("rec2"));
    fs::create_dir(home.path().join("folder")).unwrap();
    put("text", "nonsense");
    put("none", "");
    put("future-learned", r#"{"schema": "gateway-compat-learned/9"}"#);
    put("cut-learned", r#"{"schema": "gateway-compat-learned/1", "places": ["#);
    put("future-report", r#"{"schema": "gateway-compat-report/9"}"#);
    put("object", "{}");
    put("future-rules", "schema = 2\n");
    put("cut-rules", "schema =");
    put("rec2/learned.json", r#"{"schema": "gateway-compat-learned/9"}"#);
    let learned = |file: &str, why: &str| {
        (
            ["diff", "rec", "rec", "--learned", file].iter().map(ToString::to_string).collect(),
            format!("{file}: {why}\n"),
        )
    };
    let rules = |file: &str, why: &str| {
        (
            ["diff", "rec", "rec", "--rules", file].iter().map(ToString::to_string).collect(),
            format!("{file}{why}\n"),
        )
    };
    let report =
        |file: &str, why: &str| (vec!["report".to_owned(), file.to_owned()], format!("{file}: {why}\n"));
    let of_future = "its schema is `gateway-compat-learned/9`, and this gateway reads `gateway-compat-learned/1`: learn again, \
                     or use a newer gateway";
    let absent = "cannot be read: No such file or directory (os error 2)";
    let cases: [(Vec<String>, String); 18] = [
        learned("future-learned", of_future),
        learned(
            "cut-learned",
            "it is no list of learned places: EOF while parsing a list at line 1 column 50",
        ),
        learned("text", "it is no list of learned places: expected ident at line 1 column 2"),
        learned("object", "it is no list of learned places: missing field `schema` at line 1 column 2"),
        learned("absent", absent),
        learned("folder", "cannot be read: Is a directory (os error 21)"),
        (["diff", "rec2", "rec"].map(str::to_owned).into(), format!("rec2/learned.json: {of_future}\n")),
        rules(
            "future-rules",
            ":1:10: `2` is out of range for `schema`\n1 | schema = 2\n  |          ^\nhelp: write `1`",
        ),
        rules(
            "cut-rules",
            ":1:9: the value is missing\n1 | schema =\n  |         ^\nhelp: write it after the `=`, or remove the key",
        ),
        rules("none", ": the file has no `schema`\nhelp: add `schema = 1`"),
        rules("absent", ": cannot be read: No such file or directory (os error 2)"),
        report("text", "it is no report: expected ident at line 1 column 2"),
        report("none", "it is no report: EOF while parsing a value at line 1 column 0"),
        report(
            "object",
            "it has no `schema`, so it is no report; a recording is compared with `gateway compat diff` first",
        ),
        report(
            "future-report",
            "it is written in the schema `gateway-compat-report/9`, and this gateway reads `gateway-compat-report/1`; read it \
             with the gateway that wrote it, or write it again from the recordings with `gateway compat diff`",
        ),
        report("absent", absent),
        report("rec", "there is no report.json in it; `gateway compat diff REC RUN --out FILE` makes one"),
        (
            ["mutate", "rec", "--explained", "object"].map(str::to_owned).into(),
            "object: parse the explained breaks: ".to_owned(),
        ),
    ];
    for (arguments, told) in cases {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let refused = compat(home.path(), &arguments);
        assert_eq!((refused.code, &*refused.stdout), (Some(2), ""), "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.starts_with(&told), "{arguments:?}: {}", refused.stderr);
    }
}
