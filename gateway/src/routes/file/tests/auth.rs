//! `auth` and `auth_override`.

use super::check;

#[test]
fn a_protected_route_is_not_opened_silently() {
    for (text, report) in CASES {
        check(&format!("{BEFORE}{text}"), report);
    }
}

const BEFORE: &str = "schema = 1
[routes]
";

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        r#""GET /users/me" = { auth = "none" }"#,
        r#"routes.toml:3:28: the legacy protects `GET /users/me` and `auth = "none"` would open it
3 | "GET /users/me" = { auth = "none" }
  |                            ^^^^^^
help: remove `auth`, or write the reason beside it, as in `auth_override = "health check"`"#,
    ),
    (
        r#""GET /users/me" = { auth = "none", auth_override = " " }"#,
        r#"routes.toml:3:52: `auth_override` gives no reason
3 | "GET /users/me" = { auth = "none", auth_override = " " }
  |                                                    ^^^
help: write why this route may be open, as in `auth_override = "health check of the load balancer"`"#,
    ),
    (
        r#""GET /users/me" = { auth = "none", auth_override = true }"#,
        r#"routes.toml:3:52: `auth_override` must be text, not a boolean
3 | "GET /users/me" = { auth = "none", auth_override = true }
  |                                                    ^^^^
help: write text in quotes"#,
    ),
    (
        r#""GET /users/me" = { auth = "report", auth_override = "why" }"#,
        r#"routes.toml:3:54: `auth_override` stands without `auth = "none"`
3 | "GET /users/me" = { auth = "report", auth_override = "why" }
  |                                                      ^^^^^
help: remove it"#,
    ),
    (
        r#""GET /users/me" = { auth_override = "why" }"#,
        r#"routes.toml:3:37: `auth_override` stands without `auth = "none"`
3 | "GET /users/me" = { auth_override = "why" }
  |                                     ^^^^^
help: remove it"#,
    ),
    (
        r#""GET /users/me" = { auth = "requird" }"#,
        r#"routes.toml:3:28: `requird` is not a rule for `auth`
3 | "GET /users/me" = { auth = "requird" }
  |                            ^^^^^^^^^
help: did you mean `"required"`? possible: `"required"`, `"report"` or `"none"`"#,
    ),
    (
        r#""GET /users/me" = { auth = false }"#,
        r#"routes.toml:3:28: `auth` must be text, not a boolean
3 | "GET /users/me" = { auth = false }
  |                            ^^^^^
help: write `"required"`, `"report"` or `"none"`"#,
    ),
];
