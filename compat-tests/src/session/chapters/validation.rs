//! Requests that the application refuses, with the framework's own error documents.

use super::super::step::{Step, get, post};

pub(super) fn steps() -> Vec<Step> {
    [parameters(), documents(), types()].concat()
}

fn parameters() -> Vec<Step> {
    let read = |target: &str| get(target).by("ada");
    let list = |query: &str| get(&format!("/api/tasks?{query}")).by("ada").gives(422);
    vec![
        read("/api/tasks/abc").gives(422),
        read("/api/tasks/1.5").gives(422),
        read("/api/tasks/1.0"),
        read("/api/tasks/+1"),
        read("/api/tasks/%201"),
        read("/api/tasks/1_0"),
        read("/api/tasks/%D9%A1").gives(422),
        read("/api/tasks/99999999999").gives(500),
        read("/api/tasks/99999999999").header("origin", "http://localhost:5173").gives(500),
        read("/api/tasks/%F0%9F%A6%A4").gives(422),
        list("limit=0"),
        list("limit=101"),
        list("skip=-1"),
        list("skip=x&limit=y&status=z&project_id="),
        list("status=DONE"),
        list("status="),
        list(&format!("q={}", "x".repeat(101))),
        list("limit=1e1"),
        get("/api/tasks?q=%00").by("ada").gives(500),
        get("/api/events?count=-1").gives(422),
        get("/api/events?interval=nan").gives(422),
    ]
}

fn documents() -> Vec<Step> {
    let create = |body: &str| post("/api/tasks").by("ada").json(body).gives(422);
    let deep = format!("{}{}", "[".repeat(50), "]".repeat(50));
    vec![
        create(""),
        create("{"),
        create(r#"{"title":"unfinished"#),
        create(r#"{"title":"comma",}"#),
        create("{'title':'quotes'}"),
        create(r#"{"title":"tab	inside"}"#),
        create(r#"{"title":"\x"}"#),
        create("nonsense"),
        create("[]"),
        create("\"text\""),
        create("1"),
        create(&deep),
        create(&format!(r#"{{"title":{deep}}}"#)),
        // The error document would repeat the number, and JSON has no such number.
        create(r#"{"title":"NaN","estimate_hours":NaN}"#).gives(500),
        create(r#"{"title":"Infinity","estimate_hours":Infinity}"#).gives(500),
        create("\u{feff}{\"title\":\"byte order mark\"}").gives(201),
    ]
}

fn types() -> Vec<Step> {
    let create = |body: &str| post("/api/tasks").by("ada").json(body).gives(422);
    let title = r#"{"title":"without a type"}"#;
    vec![
        create("{}"),
        create(r#"{"title":""}"#),
        create(&format!(r#"{{"title":"{}"}}"#, "é".repeat(256))),
        create(
            r#"{"title":7,"description":[],"status":"x","priority":1.5,"estimate_hours":-1,"due_at":"soon","project_id":0}"#,
        ),
        create(r#"{"title":"x","priority":99999999999999999999999}"#),
        create(r#"{"title":"x","due_at":"2026-02-30T00:00:00Z"}"#),
        create(r#"{"title":"x","due_at":12345678901234567890}"#),
        create(r#"{"title":"ünï","status":"ünï 👋"}"#),
        post("/api/tasks").by("ada").without_type(title).gives_either([201, 422]),
        post("/api/tasks").by("ada").body("text/plain", title).gives(422),
        post("/api/tasks").by("ada").body("application/vnd.api+json; charset=utf-8", title).gives(201),
        post("/api/tasks").by("ada").body("APPLICATION/JSON", title).gives(201),
        post("/api/tasks").by("ada").body("application/json; charset=latin-1", title).gives(201),
        post("/api/tasks").by("ada").form("title=form").gives(422),
        post("/api/tasks").by("ada").body("application/json", &b"{\"title\":\"\xff\xfe\"}"[..]).gives(400),
        post("/api/tasks").by("ada").gives(422),
    ]
}
