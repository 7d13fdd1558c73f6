//! Text that is not TOML; the rest of it is still judged.

use super::check;

#[test]
fn text_that_is_not_toml_is_explained() {
    for (text, report) in CASES {
        check(text, report);
    }
}

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        r#"schema = 1
[routes]
GET /users/me = "legacy""#,
        r#"routes.toml:3:5: a route stands without quotes
3 | GET /users/me = "legacy"
  |     ^
help: write `"GET /users/me" = ...`"#,
    ),
    (
        r#"schema = 1
[routes]
GET /users/me "legacy""#,
        r#"routes.toml:3:5: a route stands without quotes
3 | GET /users/me "legacy"
  |     ^
help: write `"GET /users/me" = ...`"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /users/me""#,
        r#"routes.toml:3:16: a key stands without a value
3 | "GET /users/me"
  |                ^
help: write it as `key = value`"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /users/me" = legacy"#,
        r#"routes.toml:3:19: text stands without quotes
3 | "GET /users/me" = legacy
  |                   ^^^^^^
help: write `"legacy"`"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /users/me" = “legacy”"#,
        r#"routes.toml:3:19: these are typographic quotes
3 | "GET /users/me" = “legacy”
  |                   ^^^^^^^^
help: write plain quotes, as in `"legacy"`"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /users/me" =
"GET /health" = "denny""#,
        r#"routes.toml:3:18: the value is missing
3 | "GET /users/me" =
  |                  ^
help: write it after the `=`, or remove the key

routes.toml:4:17: `denny` is not an owner
4 | "GET /health" = "denny"
  |                 ^^^^^^^
help: did you mean `"deny"`? possible: `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /users/me" = "legacy"#,
        r#"routes.toml:3:26: the text does not end
3 | "GET /users/me" = "legacy
  |                          ^
help: end it with `"`"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /users/me" = "legacy"
"GET /users/me" = "deny""#,
        r#"routes.toml:4:1: `"GET /users/me"` is written twice
4 | "GET /users/me" = "deny"
  | ^^^^^^^^^^^^^^^
help: keep one of the two"#,
    ),
    (
        r#"schema = 1
[routes
"GET /users/me" = "denny"
[defaults]
owner = "denny""#,
        r#"routes.toml:2:8: the name of a section does not end
2 | [routes
  |        ^
help: end it with `]`

routes.toml:5:9: `denny` is not an owner
5 | owner = "denny"
  |         ^^^^^^^
help: did you mean `"deny"`? possible: `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /health" = { owner = "deny", }x"#,
        r#"routes.toml:3:36: something follows the value
3 | "GET /health" = { owner = "deny", }x
  |                                    ^
help: remove it, or begin a new line"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /health" = { owner = "deny" status = 404 }"#,
        r#"routes.toml:3:34: a comma is missing
3 | "GET /health" = { owner = "deny" status = 404 }
  |                                  ^
help: write `,` here"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /health" = { owner = , status = 404 }"#,
        r#"routes.toml:3:27: the value is missing
3 | "GET /health" = { owner = , status = 404 }
  |                           ^
help: write it after the `=`, or remove the key"#,
    ),
    (
        r#"schema = 1
[routes]
"GET /health" = { owner = "deny""#,
        r#"routes.toml:3:33: a table does not end
3 | "GET /health" = { owner = "deny"
  |                                 ^
help: end it with `}`"#,
    ),
    (
        "schema",
        "routes.toml:1:7: a key stands without a value
1 | schema
  |       ^
help: write it as `key = value`",
    ),
    (
        r#"schema = 1
[defaults]
unlisted "deny"
[legacy]
urls = ["http://me:pass@a""#,
        r#"routes.toml:3:10: a key stands without a value
3 | unlisted "deny"
  |          ^
help: write it as `key = value`

routes.toml:5:27: a list does not end
5 | urls = ["http://*******@a"
  |                           ^
help: end it with `]`"#,
    ),
    (
        "secret = hunter2",
        "routes.toml:1:10: text stands without quotes
1 | secret =********
  |          ^^^^^^^
help: write it in quotes",
    ),
    (
        "schema = 1
[routes]
[routes]",
        "routes.toml:3:2: `routes` is written twice
3 | [routes]
  |  ^^^^^^
help: keep one of the two",
    ),
    (
        r#"schema = 1
[routes]
"GET /health\q" = "deny""#,
        r#"routes.toml:3:14: this is no escape
3 | "GET /health\q" = "deny"
  |              ^
help: write `\\` for one backslash"#,
    ),
    (
        "schema = 1
unlisted = 0x_",
        "routes.toml:2:14: this is not TOML: `_` may only go between digits, expected nothing
2 | unlisted = 0x_
  |              ^
help: correct or remove the line",
    ),
];
