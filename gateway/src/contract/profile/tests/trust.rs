//! `[trust]`.

use super::{LEAST, check};

#[test]
fn a_trusted_header_is_one_that_no_client_needs() {
    for (text, report) in CASES {
        check(&format!("{LEAST}{text}"), report);
    }
}

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        "[trust]",
        r#"legacy.toml:10:1: `trust` has no `headers`
10 | [trust]
   | ^^^^^^^
help: add `headers = ["X-User-Id"]`"#,
    ),
    (
        r#"[trust]
headers = ["X-User-Id", "x_user_id", "Authorization", "a b"]"#,
        r#"legacy.toml:11:25: `x-user-id` is listed twice, if only in another spelling
11 | headers = ["X-User-Id", "x_user_id", "Authorization", "a b"]
   |                         ^^^^^^^^^^^
help: keep one of the two

legacy.toml:11:38: clients must be able to send `Authorization`
11 | headers = ["X-User-Id", "x_user_id", "Authorization", "a b"]
   |                                      ^^^^^^^^^^^^^^^
help: name only headers that a proxy in front of the legacy used to set

legacy.toml:11:55: `a b` is not the name of a header
11 | headers = ["X-User-Id", "x_user_id", "Authorization", "a b"]
   |                                                       ^^^^^
help: write it as in `"X-User-Id"`"#,
    ),
    (
        r#"[trust]
header = ["X-User-Id"]
headers = "X-User-Id""#,
        r#"legacy.toml:11:1: `header` in `trust` is unknown
11 | header = ["X-User-Id"]
   | ^^^^^^
help: did you mean `headers`? known here: `headers`

legacy.toml:12:11: `headers` must be a list, not text
12 | headers = "X-User-Id"
   |           ^^^^^^^^^^^
help: write `headers = ["X-User-Id"]`"#,
    ),
];
