//! Settings of a route.

use super::check;

#[test]
fn a_setting_means_something_where_it_stands() {
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
        r#""GET /health" = { status = 404 }"#,
        r#"routes.toml:3:28: `status` is what a denied route answers, and this one is not denied
3 | "GET /health" = { status = 404 }
  |                            ^^^
help: remove it, or write `owner = "deny"`"#,
    ),
    (
        r#""GET /health" = { owner = "deny", status = 200 }"#,
        r#"routes.toml:3:44: `200` is out of range for `status`
3 | "GET /health" = { owner = "deny", status = 200 }
  |                                            ^^^
help: write a number from 400 to 599"#,
    ),
    (
        r#""GET /health" = { owner = "deny", status = "404" }"#,
        r#"routes.toml:3:44: `status` must be an integer, not text
3 | "GET /health" = { owner = "deny", status = "404" }
  |                                            ^^^^^
help: write a number from 400 to 599"#,
    ),
    (
        r#""GET /health" = { ownr = "deny" }"#,
        r#"routes.toml:3:19: `ownr` in `GET /health` is unknown
3 | "GET /health" = { ownr = "deny" }
  |                   ^^^^
help: did you mean `owner`? known here: `owner`, `status`, `body_max`, `deadline`, `timeout`, `auth`, `auth_override`, `scopes` and 3 more"#,
    ),
    (
        r#""GET /health" = { limit = 3 }"#,
        r#"routes.toml:3:19: `limit` in `GET /health` is unknown
3 | "GET /health" = { limit = 3 }
  |                   ^^^^^
help: remove it; known here: `owner`, `status`, `body_max`, `deadline`, `timeout`, `auth`, `auth_override`, `scopes` and 3 more"#,
    ),
    (
        r#""GET /health" = { scopes = ["a"] }
"GET /users/me" = { auth = "report", roles = ["admin"], on_stale = "deny" }
"GET /api/tasks" = { scopes = ["a b", "c", "c", ""], roles = "admin", on_stale = "wait" }
"WS /live" = { on_stale = "deny" }"#,
        r#"routes.toml:3:28: `scopes` asks something of a token, and `GET /health` is answered without one
3 | "GET /health" = { scopes = ["a"] }
  |                            ^^^^^
help: write `auth = "required"` beside it, or remove it

routes.toml:4:46: `roles` asks something of a token, and `GET /users/me` is answered without one
4 | "GET /users/me" = { auth = "report", roles = ["admin"], on_stale = "deny" }
  |                                              ^^^^^^^^^
help: write `auth = "required"` beside it, or remove it

routes.toml:4:68: `on_stale` asks something of a token, and `GET /users/me` is answered without one
4 | "GET /users/me" = { auth = "report", roles = ["admin"], on_stale = "deny" }
  |                                                                    ^^^^^^
help: write `auth = "required"` beside it, or remove it

routes.toml:5:32: `a b` is not one word
5 | "GET /api/tasks" = { scopes = ["a b", "c", "c", ""], roles = "admin", on_stale = "wait" }
  |                                ^^^^^
help: write it as in `scopes = ["tasks:write"]`

routes.toml:5:44: `c` is listed twice
5 | "GET /api/tasks" = { scopes = ["a b", "c", "c", ""], roles = "admin", on_stale = "wait" }
  |                                            ^^^
help: keep one of the two

routes.toml:5:49: `` is not one word
5 | "GET /api/tasks" = { scopes = ["a b", "c", "c", ""], roles = "admin", on_stale = "wait" }
  |                                                 ^^
help: write it as in `scopes = ["tasks:write"]`

routes.toml:5:62: `roles` must be a list, not text
5 | "GET /api/tasks" = { scopes = ["a b", "c", "c", ""], roles = "admin", on_stale = "wait" }
  |                                                              ^^^^^^^
help: write `roles = ["admin"]`

routes.toml:5:82: `wait` is not a rule for `on_stale`
5 | "GET /api/tasks" = { scopes = ["a b", "c", "c", ""], roles = "admin", on_stale = "wait" }
  |                                                                                  ^^^^^^
help: write `"degrade"` or `"deny"`

routes.toml:6:27: `on_stale` means nothing here: the legacy judges the token
6 | "WS /live" = { on_stale = "deny" }
  |                           ^^^^^^
help: remove it"#,
    ),
    (
        r#""GET /health" = { body_max = 10 }"#,
        r#"routes.toml:3:30: `body_max` has no unit
3 | "GET /health" = { body_max = 10 }
  |                              ^^
help: write a number with a unit, as in `"10MiB"`"#,
    ),
    (
        r#""GET /health" = { body_max = "10" }"#,
        r#"routes.toml:3:30: `10` is not a size
3 | "GET /health" = { body_max = "10" }
  |                              ^^^^
help: write a number with a unit, as in `"10MiB"`"#,
    ),
    (
        r#""GET /health" = { body_max = "0MiB" }"#,
        r#"routes.toml:3:30: `body_max` is zero
3 | "GET /health" = { body_max = "0MiB" }
  |                              ^^^^^^
help: write a number with a unit, as in `"10MiB"`"#,
    ),
    (
        r#""GET /health" = { body_max = "ten MB" }"#,
        r#"routes.toml:3:30: `ten MB` is not a size
3 | "GET /health" = { body_max = "ten MB" }
  |                              ^^^^^^^^
help: write a number with a unit, as in `"10MiB"`"#,
    ),
    (
        r#""GET /health" = { deadline = 30 }"#,
        r#"routes.toml:3:30: `deadline` has no unit
3 | "GET /health" = { deadline = 30 }
  |                              ^^
help: write a number with a unit, as in `"30s"`"#,
    ),
    (
        r#""GET /health" = { deadline = "30" }"#,
        r#"routes.toml:3:30: `30` is not a duration
3 | "GET /health" = { deadline = "30" }
  |                              ^^^^
help: write a number with a unit, as in `"30s"`"#,
    ),
    (
        r#""GET /health" = { deadline = "0s" }"#,
        r#"routes.toml:3:30: `0s` is too short for `deadline`
3 | "GET /health" = { deadline = "0s" }
  |                              ^^^^
help: write a number with a unit, as in `"30s"`"#,
    ),
    (
        r#""GET /health" = { deadline = "2days" }"#,
        r#"routes.toml:3:30: `2days` is too long for `deadline`
3 | "GET /health" = { deadline = "2days" }
  |                              ^^^^^^^
help: write at most `"1day"`"#,
    ),
    (
        r#""GET /health" = { timeout = "5m" }"#,
        r#"routes.toml:3:29: `timeout` must be a table, not text
3 | "GET /health" = { timeout = "5m" }
  |                             ^^^^
help: write `timeout = { first_byte = "5m" }`"#,
    ),
    (
        r#""GET /health" = { timeout = {} }"#,
        r#"routes.toml:3:29: `timeout` has no `first_byte`
3 | "GET /health" = { timeout = {} }
  |                             ^^
help: add `first_byte = "5m"`"#,
    ),
    (
        r#""GET /health" = { timeout = { total = "5m", first_byte = "soon" } }"#,
        r#"routes.toml:3:31: `total` in `timeout` is unknown
3 | "GET /health" = { timeout = { total = "5m", first_byte = "soon" } }
  |                               ^^^^^
help: remove it; known here: `first_byte`

routes.toml:3:58: `soon` is not a duration
3 | "GET /health" = { timeout = { total = "5m", first_byte = "soon" } }
  |                                                          ^^^^^^
help: write a number with a unit, as in `"5m"`"#,
    ),
    (
        r#""WS /live" = { body_max = "1MiB", deadline = "1s", auth = "required" }"#,
        r#"routes.toml:3:27: `body_max` means nothing here: a WebSocket has no body
3 | "WS /live" = { body_max = "1MiB", deadline = "1s", auth = "required" }
  |                           ^^^^^^
help: remove it

routes.toml:3:46: `deadline` means nothing here: a WebSocket has no end
3 | "WS /live" = { body_max = "1MiB", deadline = "1s", auth = "required" }
  |                                              ^^^^
help: remove it

routes.toml:3:59: `auth` on a WebSocket route is not available yet
3 | "WS /live" = { body_max = "1MiB", deadline = "1s", auth = "required" }
  |                                                           ^^^^^^^^^^
help: remove it: the legacy judges the token"#,
    ),
];
