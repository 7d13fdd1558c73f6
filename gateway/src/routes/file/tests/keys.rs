//! Keys of `[routes]`.

use super::check;

#[test]
fn a_key_is_a_route_in_the_lock() {
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
        r#""GET /user/me" = "legacy""#,
        r#"routes.toml:3:1: `GET /user/me` is not a route in the lock
3 | "GET /user/me" = "legacy"
  | ^^^^^^^^^^^^^^
help: did you mean `"GET /users/me"`?"#,
    ),
    (
        r#""get /users/me" = "legacy""#,
        r#"routes.toml:3:1: `get /users/me` is not METHOD + path template, as in `GET /api/tasks/{task_id}`
3 | "get /users/me" = "legacy"
  | ^^^^^^^^^^^^^^^
help: did you mean `"GET /users/me"`?"#,
    ),
    (
        r#""/users/me" = "legacy""#,
        r#"routes.toml:3:1: `/users/me` is not METHOD + path template, as in `GET /api/tasks/{task_id}`
3 | "/users/me" = "legacy"
  | ^^^^^^^^^^^
help: the lock lists this path as `GET /users/me`"#,
    ),
    (
        r#""PUT /api/tasks" = "legacy""#,
        r#"routes.toml:3:1: `PUT /api/tasks` is not a route in the lock
3 | "PUT /api/tasks" = "legacy"
  | ^^^^^^^^^^^^^^^^
help: the lock lists this path as `GET /api/tasks`, `POST /api/tasks`"#,
    ),
    (
        r#""GET /old" = "legacy""#,
        r#"routes.toml:3:1: `GET /old` is not a route in the lock
3 | "GET /old" = "legacy"
  | ^^^^^^^^^^
help: the lock lists it for every method at once: write `"ANY /old"`"#,
    ),
    (
        r#""GET /api/tasks/{id}" = "native""#,
        r#"routes.toml:3:1: `GET /api/tasks/{id}` is not a route in the lock
3 | "GET /api/tasks/{id}" = "native"
  | ^^^^^^^^^^^^^^^^^^^^^
help: did you mean `"GET /api/tasks/{task_id}"`?"#,
    ),
    (
        r#""GET /nothing/like/it" = "legacy""#,
        r#"routes.toml:3:1: `GET /nothing/like/it` is not a route in the lock
3 | "GET /nothing/like/it" = "legacy"
  | ^^^^^^^^^^^^^^^^^^^^^^
help: `gateway routes list` prints every route; `gateway legacy import` reads them again"#,
    ),
    (
        r#""GET  /health" = "legacy""#,
        r#"routes.toml:3:1: `GET  /health` is not METHOD + path template, as in `GET /api/tasks/{task_id}`
3 | "GET  /health" = "legacy"
  | ^^^^^^^^^^^^^^
help: did you mean `"GET /health"`?"#,
    ),
    (
        r#""DELETE /api/tasks/{id}" = "deny""#,
        r#"routes.toml:3:1: `DELETE /api/tasks/{id}` is not a route in the lock
3 | "DELETE /api/tasks/{id}" = "deny"
  | ^^^^^^^^^^^^^^^^^^^^^^^^
help: the lock lists this path as `GET /api/tasks/{task_id}`"#,
    ),
    (
        r#"[routes.tasks]
owner = "legacy""#,
        "routes.toml:3:9: `tasks` is not METHOD + path template, as in `GET /api/tasks/{task_id}`
3 | [routes.tasks]
  |         ^^^^^
help: `gateway routes list` prints every route; `gateway legacy import` reads them again",
    ),
];
