//! The file as a whole.

use super::check;

#[test]
fn what_decides_about_access_must_be_written() {
    for (text, report) in CASES {
        check(text, report);
    }
}

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        "",
        "legacy.toml: the file has no `schema`
help: add `schema = 1`

legacy.toml: the file has no `legacy`
help: add `[[legacy.tokens]]`

legacy.toml: the file has no `errors`
help: add `[errors]`",
    ),
    (
        r#"schema = 1
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }"#,
        "legacy.toml: the file has no `legacy`
help: add `[[legacy.tokens]]`",
    ),
    (
        r#"schema = 1
[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]"#,
        "legacy.toml: the file has no `errors`
help: add `[errors]`",
    ),
    (
        r#"schema = 1
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }
[legacy]
tokens = []"#,
        "legacy.toml:6:10: no token is described
6 | tokens = []
  |          ^^
help: write a `[[legacy.tokens]]` section",
    ),
    (
        r#"schema = 1
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }
[legacy.tokens]
name = "access""#,
        "legacy.toml:5:1: `tokens` must be a list, not a table
5 | [legacy.tokens]
  | ^^^^^^^^^^^^^^^
help: write `[[legacy.tokens]]`",
    ),
    (
        r#"schema = 1
[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }
[legacy.mint]
secret = "x""#,
        "legacy.toml:10:9: `mint` in `legacy` is not available yet
10 | [legacy.mint]
   |         ^^^^
help: remove it; known here: `enforce`, `tokens`, `users`",
    ),
    (
        r#"schema = 1
[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }
[cors]
[trusted]"#,
        "legacy.toml:10:2: section `[cors]` is not available yet
10 | [cors]
   |  ^^^^
help: remove it; known here: `schema`, `legacy`, `errors`, `trust`, `json`, `auth`, `harden`

legacy.toml:11:2: section `[trusted]` is unknown
11 | [trusted]
   |  ^^^^^^^
help: did you mean `trust`? known here: `schema`, `legacy`, `errors`, `trust`, `json`, `auth`, `harden`",
    ),
    (
        r#"schema = 1
[legacy]
enforce = ["Bearer", 5]
[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }"#,
        r#"legacy.toml:3:12: `Bearer` is not the full name of a Python class
3 | enforce = ["Bearer", 5]
  |            ^^^^^^^^
help: write module and class as `gateway legacy import` lists them, as in `app.security.CookieOrBearer`

legacy.toml:3:22: `enforce` must be text, not an integer
3 | enforce = ["Bearer", 5]
  |                      ^
help: write text in quotes"#,
    ),
    (
        r#"schema = 1
harden = "yes"
[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }"#,
        r#"legacy.toml:2:10: `harden` must be a boolean, not text
2 | harden = "yes"
  |          ^^^^^
help: write `true` or `false`, without quotes"#,
    ),
];
