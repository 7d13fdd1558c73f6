//! Tags: weights, names that are taken, orders, and which tasks carry them.

mod together;

use compat_tests::sample::Version;

use super::{
    pair::{Ask, Pair},
    sweep::{IDS, USERS, objects, queries},
    values::{DECIMALS, PARAMETERS, STATUSES, TEXTS},
};

#[tokio::test]
async fn every_edge_is_answered_and_stored_as_fastapi_0_115_does() {
    compare(Version::V0_115).await;
}

#[tokio::test]
async fn every_edge_is_answered_and_stored_as_the_newest_fastapi_does() {
    compare(Version::Newest).await;
}

/// The test's server sorts by code points unless it is told otherwise, and would do so without being asked.
const NOT_BY_CODE_POINTS: &str = "ALTER TABLE tags ALTER COLUMN name TYPE varchar(50) COLLATE \"und-x-icu\"";

async fn compare(version: Version) {
    let mut pair = Pair::open(version).await;
    pair.execute(NOT_BY_CODE_POINTS).await;
    for ask in lists().into_iter().chain(bodies()).chain(paths()).chain(names()).chain(lists()).chain(ties())
    {
        pair.same(&ask).await;
    }
    pair.same_rows().await;
    pair.has_met(&[
        ("GET /api/tags", &[200, 422, 500]),
        ("POST /api/tags", &[201, 409, 422, 500]),
        ("PATCH /api/tags/{tag_id:int}", &[200, 404, 409, 422, 500]),
        ("DELETE /api/tags/{tag_id:int}", &[204, 404, 500]),
        ("GET /api/tasks/{task_id}/tags", &[200, 404, 422, 500]),
        ("PUT /api/tasks/{task_id}/tags/{tag_id}", &[204, 404, 422, 500]),
        ("DELETE /api/tasks/{task_id}/tags/{tag_id}", &[204, 404, 422, 500]),
    ]);
    pair.show("tags");
    pair.close();
}

fn lists() -> Vec<Ask> {
    let mut asks = queries(1, "/api/tags", &["q", "sort", "skip", "limit"], PARAMETERS);
    for user in USERS {
        for sort in ["", "&sort=name", "&sort=-name", "&sort=weight", "&sort=-weight"] {
            for page in
                ["skip=0&limit=100", "skip=1&limit=2", "skip=10000", "q=E", "q=%25&limit=1", "q=_", "q=/"]
            {
                asks.push(Ask::new(user, "GET", format!("/api/tags?{page}{sort}")));
            }
        }
        asks.push(Ask::new(user, "GET", "/api/tags?limit=0&skip=-1&sort=id"));
    }
    for (unit, count) in [("x", 100), ("x", 101), ("%F0%9F%98%80", 100), ("%F0%9F%98%80", 101)] {
        asks.push(Ask::new(1, "GET", format!("/api/tags?q={}", unit.repeat(count))));
    }
    asks
}

fn bodies() -> Vec<Ask> {
    let mut asks = Vec::new();
    let members: [(&str, &[&str]); 3] = [("name", TEXTS), ("color", STATUSES), ("weight", DECIMALS)];
    for (number, body) in objects(&[], &members).into_iter().enumerate() {
        asks.push(Ask::new(1, "PATCH", "/api/tags/5").json(body.as_str()));
        asks.push(Ask::new(1, "PATCH", "/api/tags/999").json(body.as_str()));
        // A name for each, or only the first could be stored.
        let named = body.replacen('{', &format!("{{\"name\":\"tag {number}\","), 1);
        asks.push(Ask::new(1, "POST", "/api/tags").json(named));
        asks.push(Ask::new(3, "POST", "/api/tags").json(body));
    }
    for color in ["\"red\"", "\"green\"", "\"blue\"", "\"RED\"", "null", "1"] {
        asks.push(Ask::new(1, "PATCH", "/api/tags/4").json(format!("{{\"color\":{color}}}")));
        asks.push(Ask::new(1, "POST", "/api/tags").json(format!("{{\"name\":{color},\"color\":{color}}}")));
    }
    for (unit, count) in [("x", 50), ("x", 51), ("長", 50), ("長", 51)] {
        let body = format!("{{\"name\":\"{}\"}}", unit.repeat(count));
        asks.push(Ask::new(1, "POST", "/api/tags").json(body.as_str()));
        asks.push(Ask::new(1, "PATCH", "/api/tags/4").json(body));
    }
    for body in
        ["{}", "[]", "null", "{", "", "{\"name\":\"w\",\"weight\":1.0,\"weight\":2.50}", "{\"owner_id\":2}"]
    {
        asks.push(Ask::new(1, "POST", "/api/tags").json(body));
        asks.push(Ask::new(1, "PATCH", "/api/tags/4").json(body));
    }
    asks
}

fn paths() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in USERS {
        for id in IDS.iter().chain(&["1", "6", "8"]) {
            asks.push(Ask::new(user, "PATCH", format!("/api/tags/{id}")).json("{}"));
            asks.push(Ask::new(user, "PATCH", format!("/api/tags/{id}")).json("{\"color\":\"pink\"}"));
            asks.push(Ask::new(user, "GET", format!("/api/tasks/{id}/tags")));
            for method in ["PUT", "DELETE"] {
                asks.push(Ask::new(user, method, format!("/api/tasks/1/tags/{id}")));
                asks.push(Ask::new(user, method, format!("/api/tasks/{id}/tags/2")));
                asks.push(Ask::new(user, method, format!("/api/tasks/{id}/tags/{id}")));
            }
        }
        for id in IDS {
            asks.push(Ask::new(user, "DELETE", format!("/api/tags/{id}")));
        }
        asks.push(Ask::new(user, "POST", "/api/tags").json("{\"name\":\"by anybody\"}"));
        for (method, target) in [
            ("GET", "/api/tags/1"),
            ("PUT", "/api/tags"),
            ("GET", "/api/tasks/1/tags/1"),
            ("POST", "/api/tasks/1/tags"),
        ] {
            asks.push(Ask::new(user, method, target));
        }
    }
    asks
}

/// A name is taken once by each owner; what differs in case or is only equal to the eye is another.
fn names() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in [1, 2, 4] {
        for name in [
            "urgent",
            "Urgent",
            "größe",
            "gr\u{f6}\u{df}e",
            "gro\u{308}ße",
            "田",
            "new",
            "new",
            "a\\\"b",
            "a\\\"b",
        ] {
            let body = format!("{{\"name\":\"{name}\",\"color\":\"red\",\"weight\":\"1.5\"}}");
            asks.push(Ask::new(user, "POST", "/api/tags").json(body.as_str()));
            for tag in [1, 2, 6, 8] {
                asks.push(Ask::new(user, "PATCH", format!("/api/tags/{tag}")).json(body.as_str()));
            }
        }
        for tag in [2, 6, 8, 2] {
            asks.push(Ask::new(user, "DELETE", format!("/api/tags/{tag}")));
        }
        asks.push(Ask::new(user, "GET", "/api/tags?limit=100&sort=-weight"));
    }
    asks
}

fn ties() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in [1, 2, 4] {
        for task in [1, 2, 3, 4, 6, 8, 999] {
            for tag in [1, 3, 5, 7, 8, 1001, 999] {
                let target = format!("/api/tasks/{task}/tags/{tag}");
                for method in ["PUT", "PUT", "DELETE", "DELETE", "PUT"] {
                    asks.push(Ask::new(user, method, target.as_str()).json("{"));
                }
            }
            asks.push(Ask::new(user, "GET", format!("/api/tasks/{task}/tags")));
        }
    }
    // What carried a tag, or was carried, goes with either.
    for target in ["/api/tags/1", "/api/tasks/2"] {
        asks.push(Ask::new(1, "DELETE", target));
        asks.extend([1, 2, 3].map(|task| Ask::new(1, "GET", format!("/api/tasks/{task}/tags"))));
    }
    asks
}
