//! `[legacy] urls`.

use super::{check, parse};

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
        r#"urls = ["https://a", "http://me:pass@b", "http://c/api", "http://d", "http://d:80", 5]"#,
        r#"routes.toml:3:9: https toward the legacy is not available yet
3 | urls = ["https://a", "http://*******@b", "http://c/api", "http://d", "http://d:80", 5]
  |         ^^^^^^^^^^^
help: write `http://host:port` and keep the way to the legacy private

routes.toml:3:22: the address contains user information
3 | urls = ["https://a", "http://*******@b", "http://c/api", "http://d", "http://d:80", 5]
  |                      ^^^^^^^^^^^^^^^^^^
help: write `http://host:port`, without the part before the `@`

routes.toml:3:42: the address has a path, `/api`
3 | urls = ["https://a", "http://*******@b", "http://c/api", "http://d", "http://d:80", 5]
  |                                          ^^^^^^^^^^^^^^
help: remove all that follows the port: URLs reach the legacy unchanged

routes.toml:3:70: `http://d:80` is listed twice
3 | urls = ["https://a", "http://*******@b", "http://c/api", "http://d", "http://d:80", 5]
  |                                                                      ^^^^^^^^^^^^^
help: keep one of the two

routes.toml:3:85: `urls` must be text, not an integer
3 | urls = ["https://a", "http://*******@b", "http://c/api", "http://d", "http://d:80", 5]
  |                                                                                     ^
help: write text in quotes"#,
    ),
    (
        r#"url = "http://a""#,
        r#"routes.toml:3:1: `url` in `legacy` is unknown
3 | url = "http://a"
  | ^^^
help: did you mean `urls`? known here: `urls`"#,
    ),
];
