//! An application below a prefix, with errors and redirects of its own; and a user who may no longer come in.

use super::super::step::{Step, get, options, post};
use crate::sample::API_KEY;

pub(super) fn steps() -> Vec<Step> {
    let read = |target: &str| get(target).header("x-api-key", API_KEY);
    vec![
        get("/admin/health"),
        get("/admin/health").header("origin", "http://localhost:5173"),
        get("/admin/health/").gives(307),
        get("/admin").gives(307),
        get("/admin/").gives(404),
        get("/admin/nowhere").gives(404),
        post("/admin/health").gives(405),
        options("/admin/users/1")
            .header("origin", "http://localhost:5173")
            .header("access-control-request-method", "GET"),
        read("/admin/users/1"),
        read("/admin/users/99999").gives(404),
        read("/admin/users/x").gives(422),
        get("/admin/users/1").gives_either([401, 403]),
        get("/admin/users/1").by("ada").gives_either([401, 403]),
        get("/admin/users/1").header("x-api-key", "wrong").gives(403),
        post("/admin/users/3/deactivate").header("x-api-key", API_KEY),
        post("/admin/users/4/deactivate").gives_either([401, 403]),
        post("/admin/users/4/deactivate").header("x-api-key", API_KEY),
        read("/admin/users/4"),
        get("/users/me").by("zoe").gives(400),
        get("/api/tasks").by("zoe").gives(400),
        get("/api/feed").by("zoe"),
    ]
}
