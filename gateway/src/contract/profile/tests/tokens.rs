//! `[[legacy.tokens]]`.

use super::check;

#[test]
fn a_token_is_described_completely() {
    for (text, report) in CASES {
        check(&format!("{BEFORE}{text}"), report);
    }
}

const BEFORE: &str = r#"schema = 1
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }
"#;

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "none"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `none` is no signature: anybody could write such a token
7 | algorithm = "none"
  |             ^^^^^^
help: write `"HS256"`, the only one for now"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "RS256"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `RS256` is not available yet
7 | algorithm = "RS256"
  |             ^^^^^^^
help: write `"HS256"`, the only one for now"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "hs256"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `hs256` is not an algorithm for tokens
7 | algorithm = "hs256"
  |             ^^^^^^^
help: did you mean `"HS256"`?"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "SHA"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:7:13: `SHA` is not an algorithm for tokens
7 | algorithm = "SHA"
  |             ^^^^^
help: write `"HS256"`, the only one for now"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
subject = "sub:int"
require = ["exp"]
alg = "HS256""#,
        r#"legacy.toml:5:1: `tokens` has no `algorithm`
5 | [[legacy.tokens]]
  | ^^^^^^^^^^^^^^^^^
help: add `algorithm = "HS256"`

legacy.toml:9:1: `alg` in `tokens` is unknown
9 | alg = "HS256"
  | ^^^
help: did you mean `algorithm`? known here: `name`, `scheme`, `algorithm`, `subject`, `require`, `leeway`, `lifetime`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub"
require = ["exp"]"#,
        r#"legacy.toml:8:11: `sub` does not say which claim names the user, and of which kind it is
8 | subject = "sub"
  |           ^^^^^
help: write `claim:kind`, where kind is `int`, `uuid` or `text`, as in `"sub:int"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:integer"
require = ["exp"]"#,
        r#"legacy.toml:8:11: `integer` is not a kind of subject
8 | subject = "sub:integer"
  |           ^^^^^^^^^^^^^
help: write `claim:kind`, where kind is `int`, `uuid` or `text`, as in `"sub:int"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "username:lookup(users.username)"
require = ["exp"]"#,
        r#"legacy.toml:8:11: a subject that must be looked up is not available yet
8 | subject = "username:lookup(users.username)"
  |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: write `claim:kind`, where kind is `int`, `uuid` or `text`, as in `"sub:int"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = "exp""#,
        r#"legacy.toml:9:11: `require` must be a list, not text
9 | require = "exp"
  |           ^^^^^
help: write `require = ["exp"]`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp", "", "exp"]"#,
        r#"legacy.toml:9:19: the claim has no name
9 | require = ["exp", "", "exp"]
  |                   ^^
help: write the name of a claim, as in `"exp"`

legacy.toml:9:23: `exp` is listed twice
9 | require = ["exp", "", "exp"]
  |                       ^^^^^
help: keep one of the two"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
leeway = "10m""#,
        r#"legacy.toml:10:10: `10m` is too long for `leeway`
10 | leeway = "10m"
   |          ^^^^^
help: write at most `"5m"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
leeway = 30"#,
        r#"legacy.toml:10:10: `leeway` has no unit
10 | leeway = 30
   |          ^^
help: write a number with a unit, as in `"30s"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
scheme = "Bearer ""#,
        r#"legacy.toml:10:10: the scheme `Bearer ` is not available yet
10 | scheme = "Bearer "
   |          ^^^^^^^^^
help: write `"Bearer"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
secret = "hunter2""#,
        "legacy.toml:10:1: a secret does not belong into this file
10 | secret =**********
   | ^^^^^^
help: remove it and set `LEGACY_JWT_SECRET`",
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
lifetime = 8
secret_file = "/run/secrets/jwt""#,
        r#"legacy.toml:10:12: `lifetime` has no unit
10 | lifetime = 8
   |            ^
help: write a number with a unit, as in `"30m"`

legacy.toml:11:1: `secret_file` in `tokens` is not available yet
11 | secret_file =*******************
   | ^^^^^^^^^^^
help: remove it; known here: `name`, `scheme`, `algorithm`, `subject`, `require`, `leeway`, `lifetime`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = ""
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]"#,
        r#"legacy.toml:6:8: the name is empty
6 | name = ""
  |        ^^
help: write a name for logs, as in `name = "access"`"#,
    ),
    (
        r#"[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[[legacy.tokens]]
name = "access""#,
        r#"legacy.toml:10:1: `tokens` has no `algorithm`
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: add `algorithm = "HS256"`

legacy.toml:10:1: `tokens` has no `subject`
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: add `subject = "sub:int"`

legacy.toml:10:1: `tokens` has no `require`
10 | [[legacy.tokens]]
   | ^^^^^^^^^^^^^^^^^
help: add `require = ["exp"]`

legacy.toml:11:8: two tokens are called `access`
11 | name = "access"
   |        ^^^^^^^^
help: give each its own name"#,
    ),
];
