//! A file that is written while it is read.

use super::super::step::{Step, get, head};

pub(super) fn steps() -> Vec<Step> {
    vec![
        get("/api/exports/tasks.csv").by("ada").streams(),
        get("/api/exports/tasks.csv").by("zoe").header("origin", "http://localhost:5173").streams(),
        get("/api/exports/tasks.csv").by("ada").header("accept-encoding", "gzip").streams(),
        get("/api/exports/tasks.csv").by("grace").header("connection", "close").streams(),
        get("/api/exports/tasks.csv").gives(401).at_the_door(),
        head("/api/exports/tasks.csv").by("ada").gives(405),
    ]
}
