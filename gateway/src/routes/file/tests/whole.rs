//! The file as a whole, and `[defaults]`.

use super::check;

#[test]
fn what_the_file_as_a_whole_may_not_be() {
    for (text, report) in CASES {
        check(text, report);
    }
}

/// What is written, and what is told.
const CASES: &[(&str, &str)] = &[
    (
        "",
        "routes.toml: the file has no `schema`
help: add `schema = 1`",
    ),
    (
        "schema = 2",
        "routes.toml:1:10: `2` is out of range for `schema`
1 | schema = 2
  |          ^
help: write `1`",
    ),
    (
        r#"schema = "1""#,
        r#"routes.toml:1:10: `schema` must be an integer, not text
1 | schema = "1"
  |          ^^^
help: write `1`"#,
    ),
    (
        "schema = 1
[rotes]",
        "routes.toml:2:2: section `[rotes]` is unknown
2 | [rotes]
  |  ^^^^^
help: did you mean `routes`? known here: `schema`, `defaults`, `legacy`, `refuse`, `routes`, `limits`, `record`",
    ),
    (
        r#"schema = 1
owner = "legacy""#,
        r#"routes.toml:2:1: `owner` is unknown
2 | owner = "legacy"
  | ^^^^^
help: remove it; known here: `schema`, `defaults`, `legacy`, `refuse`, `routes`, `limits`, `record`"#,
    ),
    (
        "schema = 1
routes = 5",
        "routes.toml:2:10: `routes` must be a table, not an integer
2 | routes = 5
  |          ^
help: write `[routes]`",
    ),
    (
        r#"schema = 1
[canary]
seed = "2026-q4"
[group.tasks]
routes = []
[guard]"#,
        "routes.toml:2:2: section `[canary]` is not available yet
2 | [canary]
  |  ^^^^^^
help: remove it; known here: `schema`, `defaults`, `legacy`, `refuse`, `routes`, `limits`, `record`

routes.toml:4:2: section `[group]` is not available yet
4 | [group.tasks]
  |  ^^^^^
help: remove it; known here: `schema`, `defaults`, `legacy`, `refuse`, `routes`, `limits`, `record`

routes.toml:6:2: section `[guard]` is not available yet
6 | [guard]
  |  ^^^^^
help: remove it; known here: `schema`, `defaults`, `legacy`, `refuse`, `routes`, `limits`, `record`",
    ),
    (
        r#"schema = 1
[defaults]
owner = "native""#,
        r#"routes.toml:3:9: `native` as the default would claim routes that have no handler
3 | owner = "native"
  |         ^^^^^^^^
help: write `"legacy"`, or give an owner to each of `GET /users/me`, `GET /api/tasks`, `POST /api/tasks`, `GET /health`, `ANY /old`, `WS /live`, `MOUNT /static`"#,
    ),
    (
        r#"schema = 1
[defaults]
unlisted = "allow"
owner = "Legacy""#,
        r#"routes.toml:3:12: `allow` is not an answer to an unlisted path
3 | unlisted = "allow"
  |            ^^^^^^^
help: write `"legacy"` or `"deny"`

routes.toml:4:9: `Legacy` is not an owner
4 | owner = "Legacy"
  |         ^^^^^^^^
help: did you mean `"legacy"`? possible: `"legacy"`, `"native"` or `"deny"`"#,
    ),
    (
        r#"schema = 1
[defaults]
native = { body_max = "1GB", deadlin = "3s" }"#,
        r#"routes.toml:3:30: `deadlin` in `native` is unknown
3 | native = { body_max = "1GB", deadlin = "3s" }
  |                              ^^^^^^^
help: did you mean `deadline`? known here: `body_max`, `deadline`"#,
    ),
    (
        r#"schema = 1
colour = "red"
[defaults]
owner = "nativ"
unlisted = deny
native = { body_max = 10, deadline = "0s" }

[legacy]
urls = ["https://legacy", "localhost:8000"]

[guard]
window = "5m"

[routes]
"GET /users/you" = "legacy"
"GET /health" = { shadow = 5, status = 404 }
"GET /health" = "deny"
"WS /live" = "native"
GET /old = "deny""#,
        r#"routes.toml:2:1: `colour` is unknown
2 | colour = "red"
  | ^^^^^^
help: remove it; known here: `schema`, `defaults`, `legacy`, `refuse`, `routes`, `limits`, `record`

routes.toml:4:9: `nativ` is not an owner
4 | owner = "nativ"
  |         ^^^^^^^
help: did you mean `"native"`? possible: `"legacy"`, `"native"` or `"deny"`

routes.toml:5:12: text stands without quotes
5 | unlisted = deny
  |            ^^^^
help: write `"deny"`

routes.toml:6:23: `body_max` has no unit
6 | native = { body_max = 10, deadline = "0s" }
  |                       ^^
help: write a number with a unit, as in `"10MiB"`

routes.toml:6:38: `0s` is too short for `deadline`
6 | native = { body_max = 10, deadline = "0s" }
  |                                      ^^^^
help: write a number with a unit, as in `"30s"`

routes.toml:9:27: the address has no scheme
9 | urls = ["https://legacy", "localhost:8000"]
  |                           ^^^^^^^^^^^^^^^^
help: write `http://` or `https://` in front of it

routes.toml:11:2: section `[guard]` is not available yet
11 | [guard]
   |  ^^^^^
help: remove it; known here: `schema`, `defaults`, `legacy`, `refuse`, `routes`, `limits`, `record`

routes.toml:15:1: `GET /users/you` is not a route in the lock
15 | "GET /users/you" = "legacy"
   | ^^^^^^^^^^^^^^^^
help: did you mean `"GET /users/me"`?

routes.toml:16:19: `shadow` in `GET /health` is not available yet
16 | "GET /health" = { shadow = 5, status = 404 }
   |                   ^^^^^^
help: remove it; known here: `owner`, `status`, `body_max`, `deadline`, `timeout`, `auth`, `auth_override`, `scopes` and 3 more

routes.toml:16:40: `status` is what a denied route answers, and this one is not denied
16 | "GET /health" = { shadow = 5, status = 404 }
   |                                        ^^^
help: remove it, or write `owner = "deny"`

routes.toml:17:1: `"GET /health"` is written twice
17 | "GET /health" = "deny"
   | ^^^^^^^^^^^^^
help: keep one of the two

routes.toml:18:14: a WebSocket route cannot be native yet
18 | "WS /live" = "native"
   |              ^^^^^^^^
help: write `"legacy"` or `"deny"`

routes.toml:19:5: a route stands without quotes
19 | GET /old = "deny"
   |     ^
help: write `"GET /old" = ...`"#,
    ),
    (
        r#"schema = 1
[defaults]
native = "30s"
auth = "required""#,
        r#"routes.toml:3:10: `native` must be a table, not text
3 | native = "30s"
  |          ^^^^^
help: write `native = { deadline = "30s" }`

routes.toml:4:1: `auth` in `defaults` is unknown
4 | auth = "required"
  | ^^^^
help: remove it; known here: `owner`, `unlisted`, `native`"#,
    ),
];
