//! The pages that describe the API.

use super::super::step::{Step, get, head};

pub(super) fn steps() -> Vec<Step> {
    vec![
        get("/openapi.json"),
        get("/openapi.json?x=1").header("origin", "http://localhost:3000"),
        get("/docs"),
        get("/docs").header("accept-language", "de"),
        get("/docs/oauth2-redirect"),
        get("/redoc"),
        get("/admin/openapi.json"),
        get("/admin/docs"),
        get("/admin/redoc"),
        get("/admin/docs/oauth2-redirect"),
        head("/docs/oauth2-redirect"),
        head("/admin/openapi.json"),
        head("/admin/docs"),
        head("/admin/docs/oauth2-redirect"),
        head("/admin/redoc"),
        get("/openapi.yaml").gives(404),
    ]
}
