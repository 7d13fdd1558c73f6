//! Routes with an API key, routes that no document names, and one that a token only improves.

use super::super::step::{Step, get, post};
use crate::sample::API_KEY;

pub(super) fn steps() -> Vec<Step> {
    vec![
        get("/api/admin/stats").header("x-api-key", API_KEY),
        get("/api/admin/stats").header("X-API-KEY", API_KEY).header("origin", "http://localhost:3000"),
        get("/api/admin/stats").gives_either([401, 403]),
        get("/api/admin/stats").header("x-api-key", "wrong").gives(403),
        get("/api/admin/stats").header("x-api-key", "").gives_either([401, 403]),
        get("/api/admin/stats").by("ada").gives_either([401, 403]),
        get("/internal/version"),
        post("/internal/reindex").header("x-api-key", API_KEY).gives(202),
        post("/internal/reindex").gives_either([401, 403]),
        post("/internal/reindex").header("x-api-key", "caf\u{e9}").gives(403),
        get("/internal/reindex").gives(405),
        get("/api/feed"),
        get("/api/feed").by("ada"),
        get("/api/feed").by("zoe"),
        get("/api/feed").header("authorization", "Bearer x"),
        get("/api/feed").header("authorization", "Basic YWRhOnNlY3JldA=="),
        get("/api/feed").header("authorization", "bearer {grace}"),
    ]
}
