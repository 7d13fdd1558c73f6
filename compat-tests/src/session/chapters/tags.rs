//! A client works with its tags, and puts them on its tasks.

use super::super::step::{Step, delete, get, patch, post, put};

pub(super) fn steps() -> Vec<Step> {
    [listing(), writing(), tagging()].concat()
}

fn listing() -> Vec<Step> {
    let list = |query: &str| get(&format!("/api/tags{query}")).by("ada");
    vec![
        list(""),
        list("?sort=name"),
        list("?sort=-weight&limit=2"),
        list("?sort=weight&skip=1"),
        list("?q=GR%C3%96SSE"),
        list("?q=100%25"),
        list("?sort=colour").gives(422),
        get("/api/tags").gives(401).at_the_door(),
        get("/api/tags").by("zoe"),
    ]
}

fn writing() -> Vec<Step> {
    let create = |body: &str| post("/api/tags").by("ada").json(body);
    let change = |body: &str| patch("/api/tags/{tag}").by("ada").json(body);
    vec![
        create(r#"{"name":"session"}"#).gives(201).keeps("tag", "/id"),
        create(r#"{"name":"heavy","color":"red","weight":9999.99}"#).gives(201).keeps("heavy", "/id"),
        create(r#"{"name":"exact","weight":"0.10"}"#).gives(201),
        create(r#"{"name":"session"}"#).gives(409),
        create(r#"{"name":"🚀 launch"}"#).gives(409),
        create(r#"{"name":"x","color":"ultraviolet"}"#).gives(422),
        create(r#"{"name":"x","weight":"1.005"}"#).gives(422),
        create(r#"{"name":"x","weight":10000}"#).gives(422),
        create(r#"{"name":""}"#).gives(422),
        change(r#"{"name":"Session","color":"green"}"#),
        change(r#"{"weight":-0.5}"#),
        change(r#"{"weight":null}"#),
        change(r#"{"name":"urgent"}"#).gives(409),
        change(r#"{"color":null}"#).gives(422),
        patch("/api/tags/7").by("ada").json("{}").gives(404),
        patch("/api/tags/x").by("ada").json("{}").gives(404),
        patch("/api/tags/-1").by("ada").json("{}").gives(404),
        patch("/api/tags/1").json("{}").gives(401).at_the_door(),
        delete("/api/tags/{heavy}").by("ada").gives(204),
        delete("/api/tags/{heavy}").by("ada").gives(404),
    ]
}

fn tagging() -> Vec<Step> {
    vec![
        get("/api/tasks/1/tags").by("ada"),
        put("/api/tasks/{task}/tags/{tag}").by("ada").gives(204),
        put("/api/tasks/{task}/tags/{tag}").by("ada").gives(204),
        put("/api/tasks/{task}/tags/3").by("ada").json("{}").gives(204),
        put("/api/tasks/{task}/tags/7").by("ada").gives(404),
        put("/api/tasks/4/tags/1").by("ada").gives(404),
        put("/api/tasks/x/tags/y").by("ada").gives(422),
        get("/api/tasks/{task}/tags").by("ada"),
        delete("/api/tasks/{task}/tags/3").by("ada").gives(204),
        delete("/api/tasks/{task}/tags/3").by("ada").gives(204),
        delete("/api/tags/{tag}").by("ada").gives(204),
        get("/api/tasks/{task}/tags").by("ada"),
        get("/api/tasks/{zoes}/tags").by("ada").gives(404),
    ]
}
