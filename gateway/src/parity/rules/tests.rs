//! A rules file is read whole, and everything that is wrong with it is told at once.

use std::path::Path;

use super::{Level, Reset, Rules};

fn parse(text: &str) -> Result<Rules, String> {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    Rules::parse(Path::new("rules.toml"), text, today).map_err(|mistakes| mistakes.to_string())
}

#[test]
fn a_file_says_all_that_can_be_said() {
    let rules = parse(
        r#"
schema = 1
[levels]
spelling = "fail"
[headers]
volatile = ["X-Trace"]
[[rule]]
op = "GET /items"
at = "body $.items[*].score"
expect = { number = { rel = 1e-9 } }
reason = "the order of a sum of floats"
[[rule]]
op = "*"
at = "header server"
expect = "ignore"
reason = "the gateway says who it is"
expires = 2027-03-01
[[accept]]
op = "GET /me"
at = "body $.legacy_flag"
from = "present"
to = "absent"
approved_by = "ada"
reason = "nobody reads it any more"
[credentials]
"ada@example.com" = "env:COMPAT_ADA"
[state]
database = "env:COMPAT_DATABASE_URL"
reset = { template = "seeded" }
fingerprint = ["users"]
"#,
    )
    .unwrap();
    assert_eq!(rules.spelling, Level::Fail);
    assert!(rules.is_volatile("x-trace") && rules.is_volatile("Date") && !rules.is_volatile("server"));
    assert_eq!(
        rules.rules.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "GET /items, body $.items[*].score: number within 0 or 0.000000001 of it (the order of a sum of floats)",
            "*, header server: ignore (the gateway says who it is)",
        ]
    );
    assert_eq!(rules.accepts.len(), 1);
    assert_eq!(rules.credentials, [("ada@example.com".to_owned(), "env:COMPAT_ADA".to_owned())]);
    assert_eq!(rules.state.reset, Some(Reset::Template("seeded".to_owned())));
    assert_eq!(rules.state.fingerprint, ["users"]);
}

#[test]
fn every_mistake_is_told_with_its_remedy() {
    let rule = |lines: &str| {
        format!("schema = 1\n[[rule]]\nop = \"GET /\"\nreason = \"long enough it is\"\n{lines}")
    };
    for (text, told) in [
        ("schema = 2".to_owned(), &["`2` is out of range"][..]),
        (String::new(), &["the file has no `schema`"]),
        (rule("at = \"status\"\nexpect = \"uid\""), &["`uid` is not a matcher", "did you mean `\"uuid\"`"]),
        (rule("at = \"items\"\nexpect = \"uuid\""), &["`items` is no place of an answer"]),
        (rule("at = \"body items\"\nexpect = \"uuid\""), &["anchor it at `$`"]),
        (rule("at = \"status\"\nexpect = \"ignore\""), &["what is ignored has no end"]),
        (
            rule("at = \"status\"\nexpect = \"uuid\"\nexpires = 2026-11-21"),
            &["the rule expired on 2026-11-21"],
        ),
        (rule("at = \"status\"\nexpect = { nubmer = { rel = 1 } }"), &["did you mean `number`"]),
        (rule("at = \"status\"\nexpect = { regex = \"(\" }"), &["regex parse error"]),
        (rule("at = \"status\"\nexpect = \"uuid\"\nexpire = 1"), &["did you mean `expires`"]),
        (rule("expect = \"uuid\""), &["has no `at`"]),
        (
            "schema = 1\n[[rule]]\nop = \"GET /\"\nat = \"status\"\nexpect = \"type\"\nreason = \"x\""
                .to_owned(),
            &["this is no reason"],
        ),
        ("schema = 1\n[credentials]\nada = \"secret\"".to_owned(), &["a secret does not stand in this file"]),
        ("schema = 1\n[state]\nfingerprint = [\"users\"]".to_owned(), &["there is no database"]),
        (
            "schema = 1\n[levels]\nspelling = \"off\"\n[hedaers]\n".to_owned(),
            &["`off` is not a level", "did you mean `headers`"],
        ),
    ] {
        let mistakes = parse(&text).unwrap_err();
        for told in told {
            assert!(mistakes.contains(told), "{told}: {mistakes}");
        }
    }
}
