//! Targets that routers and proxies like to tidy up: the bytes that were sent decide, decoded once.

use super::super::step::{Step, get, post};

pub(super) fn steps() -> Vec<Step> {
    [files(), redirects(), oddities()].concat()
}

fn files() -> Vec<Step> {
    let missing = |path: &str| get(&format!("/files/{path}")).gives(404);
    vec![
        get("/files/"),
        get("/files/readme.txt"),
        get("/files/notes/2026/plan.txt"),
        get("/files/notes%2F2026%2Fplan.txt"),
        get("/files/notes/%C3%BCbersicht.txt"),
        get("/files/with%20space.txt"),
        get("/files/100%25.txt"),
        get("/files/empty.txt"),
        get("/files/%72eadme.txt"),
        missing("with+space.txt"),
        missing("100%2525.txt"),
        missing("/readme.txt"),
        missing("notes//2026/plan.txt"),
        missing("./readme.txt"),
        missing("notes/../readme.txt"),
        missing("..%2f..%2Fetc/passwd"),
        missing("%2e%2e/readme.txt"),
        missing("readme.txt/"),
        missing("readme.txt;v=1"),
        missing("%ff%fe"),
        missing("%zz"),
        missing("100%"),
        missing("a:b@c,d=e~f!$&'()*"),
        missing("%F0%9F%93%81"),
        missing("%e7%94%b0/%E4%B8%AD"),
    ]
}

fn redirects() -> Vec<Step> {
    vec![
        get("/health/").gives(307),
        get("/api/tasks/").by("ada").gives(307),
        get("/api/tasks/?status=done&q=%C3%A9").gives(307),
        get("/api/tasks/summary/").gives(307),
        get("/api/tasks/1/").gives(307),
        get("/users/me/?next=http://evil.example/").gives(307),
        post("/api/tasks/").by("ada").json(r#"{"title":"Lost"}"#).gives(307),
        post("/api/echo/").body("text/plain", "lost").gives(307),
        get("/files").gives(307),
        get("/docs/").gives(307),
        get("/health/").header("origin", "http://localhost:5173").gives(307),
    ]
}

fn oddities() -> Vec<Step> {
    let long = "x".repeat(4096);
    vec![
        get("/").gives(404),
        get("/nowhere").gives(404),
        get("//").gives(404),
        get("//health").gives(404),
        get("/api//tasks").by("ada").gives(404),
        get("/API/TASKS").gives(404),
        get("/health?"),
        get("/health??"),
        get("/health?a=b&a=c&a"),
        get("/health?%C3%A9=%zz&=&&"),
        get("/%68ealth"),
        get("/health%2F").gives(307),
        get("/he%61lth?x=%2F"),
        get("/api/tasks%2Fsummary").by("ada"),
        get("/health;v=1").gives(404),
        get("/health.json").gives(404),
        get("/./health").gives(404),
        get("/users/../health").gives(404),
        get(&format!("/{long}")).gives(404),
        get(&format!("/health?long={long}")),
        get(&format!("/files/{}", "%C3%A4".repeat(1000))).gives(404),
        get("/caf%C3%A9/%E7%94%B0").gives(404),
        get("/.well-known/nothing").gives(404),
        get("/favicon.ico").gives(404),
        get("http://api.example.test/health"),
        get("http://api.example.test/api/tasks/1?x").by("ada"),
    ]
}
