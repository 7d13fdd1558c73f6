//! Without a good token: most of these the gateway answers itself, and must answer as the legacy does.

use super::super::step::{Step, delete, get, head, patch, post, put};

/// Signed with another secret; valid until 2096.
const FORGED: &str = "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIiwiZXhwIjo0MDAwMDAwMDAwfQ.\
                      5mhBHqs5_DTLdINd9p5m7ZJ6XD0Xc55kIaCRY5r6HRA";

pub(super) fn steps() -> Vec<Step> {
    let door = |step: Step| step.gives(401).at_the_door();
    let carrying = |authorization: &str| door(get("/users/me")).header("authorization", authorization);
    vec![
        door(get("/users/me")),
        door(get("/api/tasks")),
        door(get("/api/tasks/1")),
        door(get("/api/tasks/not-a-number")),
        door(get("/api/tasks/1")).header("origin", "http://localhost:5173"),
        door(get("/api/tasks/1")).header("origin", "http://evil.example"),
        door(get("/api/tasks/1")).header("accept-encoding", "gzip"),
        door(get("/api/tasks/1")).header("accept-encoding", "br").header("origin", "http://localhost:5173"),
        door(get("/api/projects")),
        door(get("/api/projects/1")),
        door(patch("/api/comments/1")).json(r#"{"body":"x"}"#),
        door(post("/api/projects")).json(r#"{"name":"Nobody's"}"#),
        door(post("/api/tasks")).json(r#"{"title":"Nobody's"}"#),
        door(post("/api/tasks")).json(&format!(r#"{{"title":"{}"}}"#, "x".repeat(60_000))),
        door(patch("/api/tasks/1")).json("{}"),
        door(delete("/api/tasks/1")),
        carrying("Bearer"),
        carrying("Bearer "),
        carrying("Bearer x"),
        carrying("Bearer a.b.c"),
        carrying("Basic YWRhOnNlY3JldA=="),
        carrying("Token {ada}"),
        carrying("{ada}"),
        carrying(""),
        carrying(FORGED),
        carrying("Bearer {ada}x"),
        carrying("Bearer {ada} {ada}"),
        carrying(FORGED).header("origin", "http://localhost:3000"),
        // Not protected, hence not looked at.
        get("/health").header("authorization", "Bearer x"),
        get("/nowhere").header("authorization", "Bearer x").gives(404),
        put("/api/tasks/1").gives(405),
        head("/users/me").gives(405),
    ]
}
