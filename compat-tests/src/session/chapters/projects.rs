//! A client works with its projects; the total comes in a header.

use super::super::step::{Step, delete, get, patch, post};

pub(super) fn steps() -> Vec<Step> {
    [listing_and_creating(), one()].concat()
}

fn one() -> Vec<Step> {
    let read = |target: &str| get(target).by("ada");
    let change = |body: &str| patch("/api/projects/{project}").by("ada").json(body);
    vec![
        read("/api/projects?sort=name"),
        read("/api/projects?sort=-name&limit=2"),
        read("/api/projects?sort=-created_at"),
        read("/api/projects?sort=size").gives(422),
        read("/api/projects/1"),
        read("/api/projects/2").gives(404),
        read("/api/projects/x").gives(422),
        read("/api/projects/1/tasks?limit=2&skip=1"),
        read("/api/projects/2/tasks").gives(404),
        read("/api/projects/1/tasks?limit=0").gives(422),
        read("/api/projects/3/stats"),
        read("/api/projects/{project}/stats"),
        get("/api/projects/{zoes_project}/stats").by("zoe"),
        change(r#"{"name":"Session, renamed"}"#),
        change(r#"{"description":null}"#),
        change(r#"{"name":null}"#).gives(422),
        patch("/api/projects/2").by("ada").json(r#"{"name":"Stolen"}"#).gives(404),
        delete("/api/projects/2").by("ada").gives(404),
        delete("/api/projects/{project}").by("ada").gives(204),
        read("/api/projects/{project}").gives(404),
        // Its task has stayed.
        read("/api/tasks/{inside}"),
    ]
}

fn listing_and_creating() -> Vec<Step> {
    vec![
        get("/api/projects").by("ada"),
        get("/api/projects?limit=1").by("ada").header("origin", "http://localhost:5173"),
        get("/api/projects?skip=1&limit=1").by("ada"),
        get("/api/projects").by("zoe"),
        get("/api/projects?limit=0").by("ada").gives(422),
        get("/api/projects?skip=-1&limit=101").by("ada").gives(422),
        post("/api/projects")
            .by("ada")
            .json(r#"{"name":"Session","description":"* Überschrift"}"#)
            .gives(201)
            .keeps("project", "/id"),
        post("/api/projects").by("zoe").json(r#"{"name":"🗂"}"#).gives(201).keeps("zoes_project", "/id"),
        post("/api/projects").by("ada").json(r#"{"name":""}"#).gives(422),
        post("/api/projects").by("ada").json(r#"{"description":"no name"}"#).gives(422),
        post("/api/tasks")
            .by("ada")
            .json(r#"{"title":"In the project","project_id":1001}"#)
            .gives(201)
            .keeps("inside", "/id"),
        get("/api/tasks?project_id={project}").by("ada"),
        get("/api/projects").by("ada"),
    ]
}
