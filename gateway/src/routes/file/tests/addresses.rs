//! `[legacy] urls`.

use std::time::Duration;

use super::{check, parse};
use crate::legacy::instances::rules::{EjectRule, HealthRule, LegacyRules};

#[test]
fn without_an_address_the_legacy_is_gone() {
    let gone = format!("{BEFORE}urls = []\n[defaults]\nowner = \"deny\"\n");
    assert!(parse(&gone).expect("nothing is left to it").is_legacy_gone());
    assert!(!parse("schema = 1\n[legacy]\n").expect("LEGACY_URL has it").is_legacy_gone());
}

#[test]
fn an_address_of_the_legacy_is_a_scheme_a_host_and_a_port() {
    for (text, report) in CASES {
        check(&format!("{BEFORE}{text}"), report);
    }
}

#[test]
fn what_is_said_of_instances_holds_and_the_rest_has_its_default() {
    let text = format!(
        "{BEFORE}health = {{ path = \"/health?full=1\", interval = \"1m\" }}\neject = {{ failures = 5, time = \"6m\" }}"
    );
    let rules = parse(&text).expect("no mistake").legacy_rules;
    let health = HealthRule {
        path: Some("/health?full=1".to_owned()),
        interval: Duration::from_mins(1),
        ..HealthRule::default()
    };
    // The longest is never shorter than the first.
    let (time, most) = (Duration::from_mins(6), Duration::from_mins(6));
    let eject = EjectRule { failures: 5, time, most, server_errors: false };
    assert_eq!(rules, LegacyRules { health: Some(health), eject, ..LegacyRules::default() });
}

const BEFORE: &str = "schema = 1
[legacy]
";

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        r#"urls = []
[defaults]
unlisted = "legacy"
[routes]
"GET /users/me" = "deny""#,
        r#"routes.toml:3:8: the legacy is gone, and 7 routes are still its
3 | urls = []
  |        ^^
help: give `"native"` or `"deny"` to `GET /api/tasks`, `POST /api/tasks`, `GET /api/tasks/{task_id}`, `GET /health`, `ANY /old`, `WS /live`, `MOUNT /static`

routes.toml:5:12: the legacy is gone, and paths that are no routes would still go there
5 | unlisted = "legacy"
  |            ^^^^^^^^
help: remove it: the gateway answers them as the legacy's framework did; or write `"deny"`"#,
    ),
    (
        r#"urls = []
[defaults]
owner = "deny"
[routes]
"GET /health" = "legacy""#,
        r#"routes.toml:3:8: the legacy is gone, and one route is still its
3 | urls = []
  |        ^^
help: give `"native"` or `"deny"` to `GET /health`"#,
    ),
    (
        r#"urls = "http://a""#,
        r#"routes.toml:3:8: `urls` must be a list, not text
3 | urls = "http://a"
  |        ^^^^^^^^^^
help: write `urls = ["http://127.0.0.1:8000"]`"#,
    ),
    (
        r#"urls = ["ftp://a/1", "http://me:pass@b", "http://c/api", "http://d:443", "https://d", 5]"#,
        r#"routes.toml:3:9: `ftp` is not a scheme for the legacy
3 | urls = ["ftp://a/1", "http://*******@b", "http://c/api", "http://d:443", "https://d", 5]
  |         ^^^^^^^^^^^
help: write `http://host:port` or `https://host:port`

routes.toml:3:22: the address contains user information
3 | urls = ["ftp://a/1", "http://*******@b", "http://c/api", "http://d:443", "https://d", 5]
  |                      ^^^^^^^^^^^^^^^^^^
help: write `http://host:port`, without the part before the `@`

routes.toml:3:42: the address has a path, `/api`
3 | urls = ["ftp://a/1", "http://*******@b", "http://c/api", "http://d:443", "https://d", 5]
  |                                          ^^^^^^^^^^^^^^
help: remove all that follows the port: URLs reach the legacy unchanged

routes.toml:3:74: `https://d:443` is listed twice
3 | urls = ["ftp://a/1", "http://*******@b", "http://c/api", "http://d:443", "https://d", 5]
  |                                                                          ^^^^^^^^^^^
help: keep one of the two

routes.toml:3:87: `urls` must be text, not an integer
3 | urls = ["ftp://a/1", "http://*******@b", "http://c/api", "http://d:443", "https://d", 5]
  |                                                                                       ^
help: write text in quotes"#,
    ),
    (
        r#"health = { path = "health", intervall = "5s", unhealthy = 0, timeout = 2 }
eject = { time = "10s", most = "5s", server_errors = "no" }"#,
        r#"routes.toml:3:19: `health` is not a path
3 | health = { path = "health", intervall = "5s", unhealthy = 0, timeout = 2 }
  |                   ^^^^^^^^
help: write it as in `"/health"`

routes.toml:3:29: `intervall` in `health` is unknown
3 | health = { path = "health", intervall = "5s", unhealthy = 0, timeout = 2 }
  |                             ^^^^^^^^^
help: did you mean `interval`? known here: `path`, `interval`, `timeout`, `healthy`, `unhealthy`

routes.toml:3:59: `0` is out of range for `unhealthy`
3 | health = { path = "health", intervall = "5s", unhealthy = 0, timeout = 2 }
  |                                                           ^
help: write a number from 1 to 100

routes.toml:3:72: `timeout` has no unit
3 | health = { path = "health", intervall = "5s", unhealthy = 0, timeout = 2 }
  |                                                                        ^
help: write a number with a unit, as in `"2s"`

routes.toml:4:32: `most` is shorter than `time`
4 | eject = { time = "10s", most = "5s", server_errors = "no" }
  |                                ^^^^
help: write at least as much as `time`

routes.toml:4:54: `server_errors` must be a boolean, not text
4 | eject = { time = "10s", most = "5s", server_errors = "no" }
  |                                                      ^^^^
help: write `true` or `false`, without quotes"#,
    ),
    (
        r#"url = "http://a""#,
        r#"routes.toml:3:1: `url` in `legacy` is unknown
3 | url = "http://a"
  | ^^^
help: did you mean `urls`? known here: `urls`, `health`, `eject`"#,
    ),
];
