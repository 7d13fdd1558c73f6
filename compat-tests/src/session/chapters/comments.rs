//! A client reads comments page after page, writes some, and takes them back.

use super::super::step::{Step, delete, get, patch, post};

pub(super) fn steps() -> Vec<Step> {
    let comment = |body: &str| post("/api/tasks/{task}/comments").by("ada").json(body);
    vec![
        get("/api/tasks/1/comments").by("ada").keeps("next", "/next"),
        get("/api/tasks/1/comments?after={next}").by("ada"),
        get("/api/tasks/1/comments?after=3&limit=4").by("ada"),
        get("/api/tasks/1/comments?limit=0&after=-1").by("ada").gives(422),
        get("/api/tasks/4/comments").by("ada").gives(404),
        comment(r#"{"body":"Erster! 🥇"}"#).gives(201).keeps("comment", "/id"),
        comment(&format!(r#"{{"body":"{}"}}"#, "lang ".repeat(2000))).gives(201),
        comment(&format!(r#"{{"body":"{}"}}"#, "x".repeat(10_001))).gives(422),
        comment(r#"{"body":""}"#).gives(422),
        post("/api/tasks/{task}/comments").json(r#"{"body":"x"}"#).gives(401).at_the_door(),
        get("/api/tasks/{task}/comments").by("ada"),
        patch("/api/comments/{comment}").by("ada").json(r#"{"body":"Zweiter"}"#),
        patch("/api/comments/{comment}").by("grace").json(r#"{"body":"Mine"}"#).gives(404),
        patch("/api/comments/{comment}").by("ada").json("{}").gives(422),
        delete("/api/comments/{comment}").by("grace").gives(404),
        delete("/api/comments/{comment}").by("ada").gives(204),
        delete("/api/comments/{comment}").by("ada").gives(404),
        delete("/api/comments/first").by("ada").gives(404),
    ]
}
