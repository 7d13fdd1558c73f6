//! Owners, and which routes can be native.

use super::check;

#[test]
fn an_owner_is_legacy_native_or_deny() {
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
        r#""GET /health" = "natve""#,
        r#"routes.toml:3:17: `natve` is not an owner
3 | "GET /health" = "natve"
  |                 ^^^^^^^
help: did you mean `"native"`? possible: `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#""GET /health" = "rust""#,
        r#"routes.toml:3:17: `rust` is not an owner
3 | "GET /health" = "rust"
  |                 ^^^^^^
help: write `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#""GET /health" = "native""#,
        r#"routes.toml:3:17: `GET /health` has no handler in this binary
3 | "GET /health" = "native"
  |                 ^^^^^^^^
help: write `"legacy"` or `"deny"`; or begin one with `gateway routes new`; or, of a login and its like, describe it in legacy.toml (`[[auth.login]]`); routes with a handler: `GET /api/tasks/{task_id}`, `POST /auth/refresh`"#,
    ),
    (
        r#""GET /health" = true"#,
        r#"routes.toml:3:17: `GET /health` must be an owner or a table, not a boolean
3 | "GET /health" = true
  |                 ^^^^
help: write `"GET /health" = "legacy"`"#,
    ),
    (
        r#""GET /health" = ["legacy"]"#,
        r#"routes.toml:3:17: `GET /health` must be an owner or a table, not a list
3 | "GET /health" = ["legacy"]
  |                 ^^^^^^^^^^
help: write `"GET /health" = "legacy"`"#,
    ),
    (
        r#""GET /health" = { owner = 5 }"#,
        r#"routes.toml:3:27: `owner` must be text, not an integer
3 | "GET /health" = { owner = 5 }
  |                           ^
help: write `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#""GET /health" = { owner = { canary = 10 } }"#,
        r#"routes.toml:3:27: an owner that shares its route is not available yet
3 | "GET /health" = { owner = { canary = 10 } }
  |                           ^^^^^^^^^^^^^^^
help: write `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#""GET /health" = { shadow = 5 }"#,
        r#"routes.toml:3:19: `shadow` in `GET /health` is not available yet
3 | "GET /health" = { shadow = 5 }
  |                   ^^^^^^
help: remove it; known here: `owner`, `status`, `body_max`, `deadline`, `timeout`, `auth`, `auth_override`, `scopes` and 3 more"#,
    ),
    (
        r#""GET /health" = "shadow""#,
        r#"routes.toml:3:17: an owner that shares its route is not available yet
3 | "GET /health" = "shadow"
  |                 ^^^^^^^^
help: write `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#""WS /live" = "native""#,
        r#"routes.toml:3:14: a WebSocket route cannot be native yet
3 | "WS /live" = "native"
  |              ^^^^^^^^
help: write `"legacy"` or `"deny"`"#,
    ),
    (
        r#""MOUNT /static" = "native""#,
        r#"routes.toml:3:19: `MOUNT /static` is an application of the legacy's own and cannot be native
3 | "MOUNT /static" = "native"
  |                   ^^^^^^^^
help: write `"legacy"` or `"deny"`"#,
    ),
];
