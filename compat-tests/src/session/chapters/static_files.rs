//! Files from a directory: whole, in part, unchanged, missing, and outside.

use super::super::step::{Step, get, head, options, post};

pub(super) fn steps() -> Vec<Step> {
    let part = |range: &str| get("/static/notice.txt").header("range", range);
    vec![
        get("/static/site.css").keeps_header("css_tag", "etag"),
        get("/static/notice.txt").keeps_header("changed", "last-modified"),
        get("/static/dot.png").streams(),
        get("/static/guide/begin.txt"),
        head("/static/notice.txt"),
        get("/static/site.css").header("if-none-match", "{css_tag}").gives(304),
        get("/static/site.css").header("if-none-match", "\"other\""),
        get("/static/notice.txt").header("if-modified-since", "{changed}").gives(304),
        get("/static/notice.txt").header("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        part("bytes=0-3").gives(206),
        part("bytes=-5").gives(206),
        part("bytes=5-").gives(206),
        part("bytes=999-").gives(416),
        part("lines=1-2").gives_either([200, 400]),
        part("bytes=0-3").header("if-range", "\"other\""),
        get("/static").gives(307),
        get("/static/").gives(404),
        get("/static/guide").gives(404),
        get("/static/guide/").gives(404),
        get("/static/missing.txt").gives(404),
        get("/static/../main.py").gives(404),
        get("/static/%2e%2e/main.py").gives(404),
        get("/static/..%2fmain.py").gives(404),
        get("/static//notice.txt"),
        get("/static/site%2Ecss?v=1"),
        post("/static/site.css").gives(405),
        options("/static/site.css").gives(405),
    ]
}
