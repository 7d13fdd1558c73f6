//! A client works with its tasks: lists, filters, creates, changes, deletes.

use super::super::step::{Step, delete, get, patch, post};

pub(super) fn steps() -> Vec<Step> {
    [listing(), creating(), changing(), deleting(), others()].concat()
}

fn listing() -> Vec<Step> {
    let list = |query: &str| get(&format!("/api/tasks{query}")).by("ada");
    vec![
        list(""),
        list("?limit=100"),
        list("?skip=70&limit=5"),
        list("?skip=10000"),
        list("?status=done"),
        list("?status=doing&project_id=1"),
        list("?project_id=3&limit=2"),
        list("?project_id=99999"),
        list("?q=PROGRAM"),
        list("?q=%25"),
        list("?q=_"),
        list("?q=caf%C3%A9"),
        list("?q="),
        list("?limit=1&limit=2"),
        list("?unknown=1&skip=1"),
        list("?limit=%31"),
        list("?limit=+3"),
        list("?skip=1;limit=2").gives(422),
        list("?&&limit=2&"),
        get("/api/tasks").by("zoe"),
        get("/api/tasks?status=todo").by("grace"),
        get("/api/tasks/summary").by("ada"),
        get("/api/tasks/summary").by("zoe"),
    ]
}

fn creating() -> Vec<Step> {
    let create = |body: &str| post("/api/tasks").by("ada").json(body).gives(201);
    vec![
        create(r#"{"title":"First of the session"}"#).keeps("task", "/id"),
        create(r#"{"title":"Everything","description":"two\nlines","status":"doing","priority":-3,"estimate_hours":1e-7,"due_at":"2026-12-24T18:00:00+01:00","project_id":1}"#)
            .keeps("second", "/id"),
        create(r#"{"title":"Grüße, 田中 👩‍👩‍👧","description":"\u0000".."}"#).gives(422),
        create(r#"{"title":"Grüße, 田中 👩‍👩‍👧","description":"\u001f \u2028 \ud83d\ude00 \\ \" /"}"#),
        create(r#"{"title":"Floats","estimate_hours":1e16}"#),
        create(r#"{"title":"Negative zero","estimate_hours":-0.0}"#),
        create(r#"{"title":"Naive","due_at":"2026-12-24T18:00:00"}"#),
        create(r#"{"title":"Numbers as text","priority":"7","estimate_hours":"2.5"}"#),
        create(r#"{"title":"Twice","title":"The last one counts","extra":[1,2]}"#),
        create("\t\r\n {\"title\" : \"Spaces around\" }\n").header("accept-language", "de"),
        create(r#"{"title":"Nobody's project","project_id":99999}"#).gives(404),
        create(r#"{"title":"Grace's project","project_id":2}"#).gives(404),
        post("/api/tasks").by("zoe").json(r#"{"title":"Zoë's","status":"done"}"#).gives(201).keeps("zoes", "/id"),
        post("/api/tasks").by("grace").json(r#"{"title":"Grace's"}"#).gives(201),
        get("/api/tasks/{task}").by("ada"),
        get("/api/tasks/{second}").by("ada"),
        get("/api/tasks?skip=72").by("ada"),
    ]
}

fn changing() -> Vec<Step> {
    let change = |body: &str| patch("/api/tasks/{task}").by("ada").json(body);
    vec![
        change(r#"{"title":"Renamed"}"#),
        change(r#"{"status":"doing"}"#),
        change(r#"{"status":"done","priority":2147483647,"estimate_hours":0.1}"#),
        change(r#"{"description":null,"due_at":null,"project_id":null}"#),
        change(r#"{"due_at":"2027-01-01T00:00:00Z","project_id":3}"#),
        change("{}"),
        change(r#"{"title":null}"#).gives(422),
        change(r#"{"priority":2147483648}"#).gives(422),
        change(r#"{"status":"gone"}"#).gives(422),
        change(r#"{"project_id":2}"#).gives(404),
        change("[]").gives(422),
        change("null").gives(422),
        get("/api/tasks/{task}").by("ada"),
        get("/api/tasks/summary").by("ada"),
    ]
}

fn deleting() -> Vec<Step> {
    vec![
        delete("/api/tasks/{second}").by("ada").gives(204),
        delete("/api/tasks/{second}").by("ada").gives(404),
        get("/api/tasks/{second}").by("ada").gives(404),
        patch("/api/tasks/{second}").by("ada").json(r#"{"title":"Too late"}"#).gives(404),
        delete("/api/tasks/3").by("ada").json(r#"{"a":"body that nobody asked for"}"#).gives(204),
    ]
}

/// Somebody else's task does not exist.
fn others() -> Vec<Step> {
    vec![
        get("/api/tasks/4").by("ada").gives(404),
        get("/api/tasks/{zoes}").by("ada").gives(404),
        patch("/api/tasks/{zoes}").by("ada").json(r#"{"title":"Mine"}"#).gives(404),
        delete("/api/tasks/{zoes}").by("grace").gives(404),
        get("/api/tasks/{zoes}").by("zoe"),
        get("/api/tasks/9").by("ada").gives(404),
        get("/api/tasks/99999").by("ada").gives(404),
        get("/api/tasks/0").by("ada").gives(404),
        get("/api/tasks/-1").by("ada").gives(404),
    ]
}
