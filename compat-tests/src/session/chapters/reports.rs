//! Figures of every kind, a report that takes its time, and one that fails.

use super::super::step::{Step, get};

pub(super) fn steps() -> Vec<Step> {
    let report = |target: &str| get(&format!("/api/reports/{target}")).by("ada");
    vec![
        report("totals"),
        report("rates"),
        get("/api/reports/totals").by("zoe"),
        get("/api/reports/rates").by("grace"),
        report("slow?seconds=0.3"),
        report("slow?seconds=0"),
        report("slow?seconds=6").gives(422),
        report("slow?seconds=soon").gives(422),
        report("broken").gives(500),
        report("broken").header("origin", "http://localhost:5173").gives(500),
        report("broken").header("accept-encoding", "gzip").gives(500),
        get("/api/reports/broken").gives(401).at_the_door(),
        report("missing").gives(404),
    ]
}
