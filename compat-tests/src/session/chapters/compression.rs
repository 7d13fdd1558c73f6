//! Answers that are compressed when the client asks for it, and those that are not.

use super::super::step::{Step, get, head};

pub(super) fn steps() -> Vec<Step> {
    let accepting =
        |target: &str, encodings: &str| get(target).by("ada").header("accept-encoding", encodings);
    vec![
        accepting("/api/tasks?limit=100", "gzip"),
        accepting("/api/tasks?limit=100", "br, deflate, GZIP;q=0.5"),
        accepting("/api/tasks?limit=100", "br"),
        accepting("/api/tasks?limit=100", "identity"),
        accepting("/api/tasks?limit=100", ""),
        accepting("/api/tasks?limit=1", "gzip"),
        accepting("/api/invoices", "gzip").header("origin", "http://localhost:3000"),
        accepting("/api/attachments/2/content", "gzip").streams(),
        accepting("/openapi.json", "gzip, deflate"),
        accepting("/static/site.css", "gzip"),
        accepting("/api/events?count=100&interval=0", "gzip").streams(),
        accepting("/nowhere", "gzip").gives(404),
        head("/static/site.css").header("accept-encoding", "gzip"),
    ]
}
