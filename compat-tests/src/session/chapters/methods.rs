//! Methods that a route does not have, and preflights with and without what makes them one.

use super::super::step::{Step, ask, delete, get, head, options, patch, post, put};

const GOOD: &str = "http://localhost:5173";
const BAD: &str = "http://evil.example";

pub(super) fn steps() -> Vec<Step> {
    [refused(), preflights(), cross_origin()].concat()
}

fn refused() -> Vec<Step> {
    vec![
        head("/health").gives(405),
        head("/api/tasks").by("ada").gives(405),
        head("/api/tasks/1").by("ada").gives(405),
        head("/files/readme.txt").gives(405),
        head("/nowhere").gives(404),
        head("/health/").gives(307),
        head("/docs"),
        head("/openapi.json"),
        head("/redoc"),
        put("/health").json("{}").gives(405),
        post("/health").gives(405),
        delete("/api/tasks").by("ada").gives(405),
        put("/api/tasks/1").by("ada").json(r#"{"title":"x"}"#).gives(405),
        patch("/users/me").by("ada").json("{}").gives(405),
        get("/auth/register").gives(405),
        get("/api/echo").gives(405),
        delete("/docs").gives(405),
        ask("TRACE", "/health").gives(405),
        ask("PROPFIND", "/health").gives(405),
        ask("QUERY", "/health").gives(405),
    ]
}

fn preflights() -> Vec<Step> {
    let preflight = |target: &str, origin: &str, method: &str| {
        options(target).header("origin", origin).header("access-control-request-method", method)
    };
    vec![
        preflight("/api/tasks", GOOD, "POST"),
        preflight("/api/tasks/1", GOOD, "PATCH")
            .header("access-control-request-headers", "authorization, content-type"),
        preflight("/api/tasks/1", GOOD, "DELETE").header("access-control-request-headers", "X-Anything"),
        preflight("/nowhere", GOOD, "GET"),
        preflight("/health", "http://localhost:3000", "GET"),
        preflight("/health", "http://LOCALHOST:5173", "GET").gives(400),
        preflight("/api/tasks", BAD, "POST").gives(400),
        preflight("/api/tasks", "null", "POST").gives(400),
        preflight("/api/tasks", GOOD, "FLY").gives(400),
        preflight("/api/tasks", GOOD, "post").gives(400),
        preflight("/api/tasks", GOOD, "GET").by("ada"),
        preflight("/docs/", GOOD, "GET"),
        options("/api/tasks").gives(405),
        options("/api/tasks").header("origin", GOOD).gives(405),
        options("/api/tasks").header("access-control-request-method", "GET").gives(405),
        options("/nowhere").gives(404),
        options("/docs").gives(405),
    ]
}

fn cross_origin() -> Vec<Step> {
    vec![
        get("/health").header("origin", GOOD),
        get("/health").header("origin", BAD),
        get("/health").header("origin", "null"),
        get("/health").header("origin", GOOD).header("cookie", "session=1"),
        get("/api/tasks?limit=1").by("ada").header("origin", GOOD),
        get("/api/tasks/4").by("ada").header("origin", GOOD).gives(404),
        get("/api/tasks/x").by("ada").header("origin", BAD).gives(422),
        get("/nowhere").header("origin", GOOD).gives(404),
        put("/health").header("origin", GOOD).gives(405),
    ]
}
