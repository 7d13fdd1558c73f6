//! What browsers and probes do: readiness, cookies, and answers that they have already.

use super::super::step::{Step, get, head, post};

pub(super) fn steps() -> Vec<Step> {
    let menu = |tags: &str| get("/api/conditional").header("if-none-match", tags);
    vec![
        get("/ready"),
        head("/ready"),
        post("/ready").gives(405),
        get("/legacy-home").gives(303),
        head("/legacy-home").gives(405),
        get("/api/cookies"),
        get("/api/cookies").header("cookie", "theme=light; visit=6"),
        get("/api/cookies").header("cookie", "a=1; a=2; b=\"quoted; still\"; c; d="),
        get("/api/cookies").header("cookie", "name=caf\u{e9}").header("origin", "http://localhost:5173"),
        get("/api/cookies").header("cookie", "a=1").header("cookie", "b=2"),
        get("/api/conditional"),
        menu("\"menu-7\"").gives(304),
        menu("W/\"menu-7\"").gives(304),
        menu("\"menu-6\", \"menu-7\"").gives(304),
        menu("*").header("origin", "http://localhost:5173").gives(304),
        menu("\"menu-6\""),
        head("/api/conditional").gives(405),
    ]
}
