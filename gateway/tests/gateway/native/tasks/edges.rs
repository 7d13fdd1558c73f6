//! The edges by hand: each value of each member and parameter, bodies that are no JSON, types that are none.

use compat_tests::sample::Version;

use crate::native::{
    bodies::{BODIES, TYPES, deep, large},
    differences::RULES,
    pair::{Ask, Pair},
    sweep::{IDS, USERS},
    values::{FLOATS, INSTANTS, INTEGERS, PARAMETERS, STATUSES, TEXTS},
};

const MEMBERS: [(&str, &[&str]); 7] = [
    ("title", TEXTS),
    ("description", TEXTS),
    ("status", STATUSES),
    ("priority", INTEGERS),
    ("estimate_hours", FLOATS),
    ("due_at", INSTANTS),
    ("project_id", INTEGERS),
];

/// A task of Ada's from the sample, changed again and again.
const CHANGED: &str = "/api/tasks/1";

#[tokio::test]
async fn every_edge_is_answered_and_stored_as_fastapi_0_115_does() {
    compare(Version::V0_115).await;
}

#[tokio::test]
async fn every_edge_is_answered_and_stored_as_the_newest_fastapi_does() {
    compare(Version::Newest).await;
}

async fn compare(version: Version) {
    let mut pair = Pair::open(version).await;
    for ask in members().into_iter().chain(parameters()).chain(bodies()).chain(paths()).chain(lives()) {
        pair.same(&ask).await;
    }
    pair.same_rows().await;
    pair.has_met(&[
        ("GET /api/tasks", &[200, 422]),
        ("POST /api/tasks", &[201, 404, 422]),
        ("GET /api/tasks/summary", &[200]),
        ("GET /api/tasks/{task_id}", &[200, 404, 422]),
        ("PATCH /api/tasks/{task_id}", &[200, 404, 422]),
        ("DELETE /api/tasks/{task_id}", &[204, 404, 422]),
    ]);
    for rule in &RULES {
        assert!(pair.allowed(rule.reason) > 0, "nothing needs to be allowed: {}", rule.reason);
    }
    pair.show("edges");
    pair.close();
}

fn members() -> Vec<Ask> {
    let mut asks = Vec::new();
    for (name, values) in MEMBERS {
        for value in values {
            let whole = if name == "title" {
                format!("{{\"title\":{value}}}")
            } else {
                format!("{{\"title\":\"t\",\"{name}\":{value}}}")
            };
            asks.push(Ask::new(1, "POST", "/api/tasks").json(whole));
            asks.push(Ask::new(1, "PATCH", CHANGED).json(format!("{{\"{name}\":{value}}}")));
        }
    }
    for length in [255, 256] {
        for unit in ["x", "長", "😀"] {
            let body = format!("{{\"title\":\"{}\"}}", unit.repeat(length));
            asks.push(Ask::new(1, "PATCH", CHANGED).json(body));
        }
    }
    asks
}

fn parameters() -> Vec<Ask> {
    let get = |query: String| Ask::new(1, "GET", format!("/api/tasks?{query}"));
    let mut asks = Vec::new();
    for name in ["status", "project_id", "q", "sort", "skip", "limit"] {
        asks.extend(PARAMETERS.iter().map(|value| get(format!("{name}={value}"))));
    }
    for sort in ["id", "-id", "title", "-title", "priority", "-priority", "due_at", "-due_at"] {
        asks.push(get(format!("sort={sort}&limit=100&skip=3")));
        asks.push(get(format!("sort={sort}&limit=5&skip=9&status=doing")));
    }
    let odd = [
        "&&",
        "=",
        "a",
        "q",
        "status",
        "status=x&status=done",
        "status=done&status=x",
        "skip=0&skip=5",
        "%71=x",
        "Q=x",
        "q=a&unknown=1",
        "limit=0&skip=-1&sort=x&q=&project_id=z&status=y",
        "?q=1",
        "q=%C3%BC&limit=3",
        "skip=10000&limit=1",
        "project_id=1&status=todo&q=a&sort=-due_at&skip=1&limit=2",
        "project_id=2",
        "project_id=3&sort=title",
    ];
    asks.extend(odd.iter().map(|query| get((*query).to_owned())));
    for (unit, count) in [("x", 100), ("x", 101), ("%C3%BC", 100), ("%C3%BC", 101), ("%F0%9F%98%80", 101)] {
        asks.push(get(format!("q={}", unit.repeat(count))));
    }
    asks.push(get(format!("limit={}", "9".repeat(4300))));
    asks.push(get(format!("limit={}", "9".repeat(4301))));
    asks.push(get(format!("project_id={}", "9".repeat(4300))));
    for user in [2, 3, 4, 999] {
        asks.push(Ask::new(user, "GET", "/api/tasks?limit=100"));
        asks.push(Ask::new(user, "GET", "/api/tasks?project_id=1"));
        asks.push(Ask::new(user, "GET", "/api/tasks?limit=x"));
        asks.push(Ask::new(user, "GET", "/api/tasks/summary"));
    }
    asks
}

fn bodies() -> Vec<Ask> {
    let mut asks = Vec::new();
    let titled = "{\"title\":\"x\"}";
    for (method, target) in [("POST", "/api/tasks"), ("PATCH", CHANGED), ("PATCH", "/api/tasks/abc")] {
        asks.extend(BODIES.iter().map(|body| Ask::new(1, method, target).json(*body)));
        asks.push(Ask::new(1, method, target));
        for kind in TYPES {
            asks.push(Ask::new(1, method, target).typed(kind, titled));
        }
        asks.push(Ask::new(1, method, target).typed("text/plain", "not \"JSON\" ü\n"));
        asks.push(Ask::new(1, method, target).typed("text/plain", b"\xff\xfe".to_vec()));
        asks.push(Ask::new(1, method, target).typed("text/plain", b"\xed\xa0\x80".to_vec()));
        asks.push(Ask::new(1, method, target).untyped(titled));
        asks.push(Ask::new(1, method, target).untyped("null"));
        asks.push(Ask::new(1, method, target).untyped("{"));
        asks.extend(deep().into_iter().chain(large()).map(|body| Ask::new(1, method, target).json(body)));
        for mut wide in wide() {
            wide.method = method;
            wide.target = target.to_owned();
            asks.push(wide);
        }
        // The body is read before anybody asks who is there.
        for user in [3, 999] {
            for body in ["{", "{}", titled, "[]", ""] {
                asks.push(Ask::new(user, method, target).json(body));
            }
        }
    }
    asks
}

/// UTF-16 and UTF-32, with a mark and without.
fn wide() -> Vec<Ask> {
    let text = "{\"title\":\"ü😀\",\"priority\":7}";
    let broken = "{\"title\":\"ü😀\"x";
    let mut asks = Vec::new();
    for text in [text, broken] {
        let marked = format!("\u{feff}{text}");
        for text in [text, &marked] {
            let forms: [Vec<u8>; 5] = [
                text.as_bytes().to_vec(),
                text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
                text.chars().flat_map(|character| u32::from(character).to_le_bytes()).collect(),
                text.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect(),
            ];
            for form in forms {
                let mut odd = form.clone();
                odd.push(0);
                asks.push(Ask::new(1, "POST", "").json(form));
                asks.push(Ask::new(1, "POST", "").json(odd));
            }
        }
    }
    asks
}

/// Ids that are rows of somebody, ids that nobody has, and texts that pydantic takes for one or not.
fn paths() -> Vec<Ask> {
    let more = [
        "1.00",
        "1__0",
        "_1",
        "1.",
        "1e0",
        "%D9%A5",
        "%C3%BC%22%5C",
        "0x1",
        "--1",
        "-",
        "1%2C2",
        "4",
        "6",
        "9",
        "summary%20",
    ];
    let mut ids: Vec<String> = IDS.iter().chain(&more).map(|id| (*id).to_owned()).collect();
    ids.push("1".repeat(4300));
    ids.push("1".repeat(4301));
    let mut asks = Vec::new();
    for user in USERS {
        for (number, id) in ids.iter().enumerate() {
            let target = format!("/api/tasks/{id}");
            // Every third request comes from a browser, of an origin that is listed or not.
            let origin = ["http://localhost:5173", "http://evil.example"][number % 2];
            let mut get = Ask::new(user, "GET", target.clone());
            get.origin = (number % 3 == 0).then_some(origin);
            asks.push(get);
            asks.push(Ask::new(user, "PATCH", target.clone()).json("{\"priority\":1}"));
            asks.push(Ask::new(user, "PATCH", target.clone()).json("{\"priority\":\"x\",\"project_id\":1}"));
            if !["4", "6"].contains(&id.as_str()) {
                asks.push(Ask::new(user, "DELETE", target));
            }
        }
    }
    asks.extend((1..=120).map(|id| Ask::new([1, 2, 4][id % 3], "GET", format!("/api/tasks/{id}"))));
    // Methods that no route of the family has: the legacy's own 405, whoever owns the routes.
    for target in ["/api/tasks", "/api/tasks/summary", "/api/tasks/1"] {
        for method in ["PUT", "HEAD", "OPTIONS", "POST", "DELETE"] {
            if (method, target) != ("DELETE", "/api/tasks/1") {
                asks.push(Ask::new(1, method, target));
            }
        }
    }
    asks
}

/// Tasks that are made, changed, moved to projects and deleted, by their owner and by others.
fn lives() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in [1, 2, 4] {
        for project in ["null", "1", "2", "3", "4", "999"] {
            let body = format!("{{\"title\":\"in {project}\",\"project_id\":{project}}}");
            asks.push(Ask::new(user, "POST", "/api/tasks").json(body));
        }
        for id in [1, 2, 4, 6, 8, 9, 14, 16, 500] {
            let target = format!("/api/tasks/{id}");
            for body in [
                "{}",
                "{\"project_id\":1}",
                "{\"project_id\":2}",
                "{\"project_id\":null}",
                "{\"title\":\"a\\u0000\",\"project_id\":2}",
                "{\"unknown\":1,\"status\":\"done\",\"estimate_hours\":1e-7,\"due_at\":\"2026-06-01T12:00:00+02:00\"}",
            ] {
                asks.push(Ask::new(user, "PATCH", target.clone()).json(body));
            }
            asks.push(Ask::new(user, "GET", target));
        }
        asks.push(Ask::new(user, "GET", "/api/tasks/summary"));
        asks.push(Ask::new(user, "GET", "/api/tasks?sort=-id&limit=30"));
    }
    for user in [2, 1, 4] {
        for id in [3, 4, 5, 6, 1001, 1002, 1001, 3] {
            asks.push(Ask::new(user, "DELETE", format!("/api/tasks/{id}")));
        }
    }
    // A body means nothing to a deletion.
    asks.push(Ask::new(1, "DELETE", "/api/tasks/7").json("{"));
    asks.push(Ask::new(1, "GET", "/api/tasks/7").json("{"));
    asks
}
