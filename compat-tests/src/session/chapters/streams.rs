//! Answers that come piece by piece.

use std::time::Duration;

use super::super::step::{Step, get, head};

pub(super) fn steps() -> Vec<Step> {
    vec![
        get("/api/events?count=0").streams(),
        get("/api/events?count=3&interval=0").streams(),
        get("/api/events?count=1000&interval=0").streams(),
        get("/api/events?count=4&interval=0.25").arrives_over(Duration::from_millis(250)),
        get("/api/events?count=2&interval=0.2")
            .header("accept", "text/event-stream")
            .header("last-event-id", "1")
            .header("origin", "http://localhost:5173")
            .streams(),
        get("/api/events?count=2&interval=0").header("connection", "close").streams(),
        get("/api/events?count=1001").gives(422),
        head("/api/events").gives(405),
    ]
}
