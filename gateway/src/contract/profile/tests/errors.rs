//! `[errors]`.

use super::check;

#[test]
fn an_error_answer_is_one_that_can_be_sent() {
    for (text, report) in CASES {
        check(&format!("{BEFORE}{text}"), report);
    }
}

const BEFORE: &str = r#"schema = 1
[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[errors]
"#;

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        "bad_token = { status = 401 }",
        r#"legacy.toml:7:1: `errors` has no `shape`
7 | [errors]
  | ^^^^^^^^
help: add `shape = "detail"`

legacy.toml:8:13: `bad_token` has no `body`
8 | bad_token = { status = 401 }
  |             ^^^^^^^^^^^^^^^^
help: add `body = '{"detail":"Could not validate credentials"}'`"#,
    ),
    (
        r#"shape = "details"
bad_token = { status = 302, body = "{}" }"#,
        r#"legacy.toml:8:9: `details` is not a shape of errors
8 | shape = "details"
  |         ^^^^^^^^^
help: did you mean `"detail"`? possible: `"detail"`, `"errors"` or `"text"`

legacy.toml:9:24: `302` is out of range for `status`
9 | bad_token = { status = 302, body = "{}" }
  |                        ^^^
help: write a number from 400 to 599"#,
    ),
    (
        r#"shape = "detail"
bad_token = { status = 401, body = '{"detail":}' }"#,
        r#"legacy.toml:9:36: the body is not JSON: expected value at line 1 column 11
9 | bad_token = { status = 401, body = '{"detail":}' }
  |                                    ^^^^^^^^^^^^^
help: correct it, or write the content type, as in `headers = { Content-Type = "text/plain" }`"#,
    ),
    (
        r#"shape = "detail"
bad_token = { status = 401, body = "no", headers = { Content-Length = "2", "a b" = "x", Content-Type = "text/plain", X-A = "1\n2" } }"#,
        r#"legacy.toml:9:54: `Content-Length` is set by the server
9 | …status = 401, body = "no", headers = { Content-Length = "2", "a b" = "x", Content-Type = "text/plain", X-A = "1\n2" } }
  |                                         ^^^^^^^^^^^^^^
help: remove it

legacy.toml:9:76: `a b` is not the name of a header
9 | …no", headers = { Content-Length = "2", "a b" = "x", Content-Type = "text/plain", X-A = "1\n2" } }
  |                                         ^^^^^
help: write it as in `WWW-Authenticate`

legacy.toml:9:124: the value of `X-A` has a control character
9 | …x", Content-Type = "text/plain", X-A = "1\n2" } }
  |                                         ^^^^^^
help: write one line of text"#,
    ),
    (
        r#"shape = '{"error":"{message}","at":{now}}'
bad_token = { status = 401, body = "{}" }"#,
        r#"legacy.toml:8:9: `{now}` is no place of an envelope
8 | shape = '{"error":"{message}","at":{now}}'
  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: places are `{status}`, `{code}` and `{message}`"#,
    ),
    (
        r#"shape = '{"error":"{message}"}'
bad_token = { status = 401, body = "{}" }
[errors.below."admin"]
shape = "detail"
[errors.below."/b"]
[errors.validation]
status = 500
words = "v1"
body = '{"e":{mistakes}}'"#,
        r#"legacy.toml:8:9: the envelope is not JSON once it is filled: expected `,` or `}` at line 1 column 12
8 | shape = '{"error":"{message}"}'
  |         ^^^^^^^^^^^^^^^^^^^^^^^
help: `{message}` brings its own quotes, `{code}` has none, as in `'{"error":{"code":"{code}","status":{status},"message":{message}}}'`

legacy.toml:10:15: `admin` is not the path of a mounted application
10 | [errors.below."admin"]
   |               ^^^^^^^
help: write it as the lock has it, as in `[errors.below."/admin"]`

legacy.toml:12:1: `/b` has no `shape`
12 | [errors.below."/b"]
   | ^^^^^^^^^^^^^^^^^^^
help: add `shape = "detail"`

legacy.toml:14:10: `500` is out of range for `status`
14 | status = 500
   |          ^^^
help: write a number from 400 to 499

legacy.toml:15:9: `v1` is not whose words they are
15 | words = "v1"
   |         ^^^^
help: write `"pydantic-v2"` or `"pydantic-v1"`

legacy.toml:16:8: `{mistakes}` stands for nothing here: known are `{errors}`, `{messages}`, `{first}`, `{type}`, `{loc}`, `{field}`, `{path}`, `{msg}`, `{input}`, `{ctx}`
16 | body = '{"e":{mistakes}}'
   |        ^^^^^^^^^^^^^^^^^^
help: write it as in `body = '{"detail":{errors}}'`"#,
    ),
    (
        r#"shape = "detail"
missing_token = 403
bad_token = "401""#,
        r#"legacy.toml:9:17: `missing_token` must be a table, not an integer
9 | missing_token = 403
  |                 ^^^
help: write `{ status = 401, body = '{"detail":"Could not validate credentials"}' }`

legacy.toml:10:13: `bad_token` must be a table, not text
10 | bad_token = "401"
   |             ^^^^^
help: write `{ status = 401, body = '{"detail":"Could not validate credentials"}' }`"#,
    ),
];
