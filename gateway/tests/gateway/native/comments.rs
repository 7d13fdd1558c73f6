//! Comments: pages, lives, and every edge of a body.

use compat_tests::sample::Version;

use super::{
    pair::{Ask, Pair},
    sweep::{IDS, USERS, objects, queries},
    values::{PARAMETERS, TEXTS},
};

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
    for ask in pages().into_iter().chain(bodies()).chain(paths()).chain(lives()) {
        pair.same(&ask).await;
    }
    pair.same_rows().await;
    pair.has_met(&[
        ("GET /api/tasks/{task_id}/comments", &[200, 404, 422, 500]),
        ("POST /api/tasks/{task_id}/comments", &[201, 404, 422, 500]),
        ("PATCH /api/comments/{comment_id:int}", &[200, 404, 422, 500]),
        ("DELETE /api/comments/{comment_id:int}", &[204, 404, 500]),
    ]);
    pair.show("comments");
    pair.close();
}

/// Task 1 has 25 comments, most others one, the last ones none.
fn pages() -> Vec<Ask> {
    let mut asks = queries(1, "/api/tasks/1/comments", &["after", "limit"], PARAMETERS);
    for limit in [1, 7, 24, 25, 26, 100] {
        for after in [0, 1, 6, 18, 24, 25, 26, 2_147_483_647] {
            asks.push(Ask::new(1, "GET", format!("/api/tasks/1/comments?after={after}&limit={limit}")));
        }
    }
    for query in ["limit=0&after=-1", "after=x&limit=y", "limit=1&limit=2", "after=&limit=", "other=1"] {
        asks.push(Ask::new(1, "GET", format!("/api/tasks/1/comments?{query}")));
        asks.push(Ask::new(1, "GET", format!("/api/tasks/x/comments?{query}")));
    }
    asks.extend(
        (1..=32).map(|task| Ask::new([1, 2, 4][task % 3], "GET", format!("/api/tasks/{task}/comments"))),
    );
    asks
}

fn bodies() -> Vec<Ask> {
    let mut all = objects(&[], &[("body", TEXTS)]);
    all.extend(
        ["{}", "[]", "null", "{", "", "{\"Body\":\"x\"}", "{\"body\":\"x\",\"id\":7}"].map(str::to_owned),
    );
    for (unit, count) in [("x", 10_000), ("x", 10_001), ("長", 10_000), ("長", 10_001), ("😀", 10_001)] {
        all.push(format!("{{\"body\":\"{}\"}}", unit.repeat(count)));
    }
    // What cannot be stored is told only of what is there.
    all.push("{\"body\":\"a\\u0000\"}".to_owned());
    let mut asks = Vec::new();
    for body in all {
        for (method, target) in [
            ("POST", "/api/tasks/1/comments"),
            ("POST", "/api/tasks/x/comments"),
            ("POST", "/api/tasks/999/comments"),
            ("PATCH", "/api/comments/1"),
            ("PATCH", "/api/comments/999"),
        ] {
            asks.push(Ask::new(1, method, target).json(body.as_str()));
        }
        asks.push(Ask::new(3, "POST", "/api/tasks/1/comments").json(body.as_str()));
    }
    asks
}

fn paths() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in USERS {
        for id in IDS.iter().chain(&["1", "2", "4", "6", "27"]) {
            asks.push(Ask::new(user, "GET", format!("/api/tasks/{id}/comments")));
            asks.push(Ask::new(user, "POST", format!("/api/tasks/{id}/comments")).json("{\"body\":\"x\"}"));
            asks.push(Ask::new(user, "PATCH", format!("/api/comments/{id}")).json("{\"body\":\"y\"}"));
            asks.push(Ask::new(user, "PATCH", format!("/api/comments/{id}")).json("{\"body\":1}"));
        }
        for id in IDS {
            asks.push(Ask::new(user, "DELETE", format!("/api/comments/{id}")));
        }
        for (method, target) in [
            ("PUT", "/api/comments/1"),
            ("GET", "/api/comments/1"),
            ("DELETE", "/api/tasks/1/comments"),
            ("PATCH", "/api/comments/1/"),
        ] {
            asks.push(Ask::new(user, method, target));
        }
    }
    asks
}

/// Comments that are made, changed, deleted and go with their task.
fn lives() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in [1, 2, 4] {
        for task in [1, 3, 4, 6, 8, 14] {
            let body = format!("{{\"body\":\"Grüße 👋 from {user}\"}}");
            asks.push(Ask::new(user, "POST", format!("/api/tasks/{task}/comments")).json(body));
        }
        for comment in [1, 2, 26, 28, 1001, 1002, 1003, 1100] {
            asks.push(
                Ask::new(user, "PATCH", format!("/api/comments/{comment}")).json("{\"body\":\"again\"}"),
            );
        }
        for comment in [3, 28, 1004, 3, 1001, 1001] {
            asks.push(Ask::new(user, "DELETE", format!("/api/comments/{comment}")));
        }
        asks.push(Ask::new(user, "GET", "/api/tasks/1/comments?limit=100"));
    }
    asks.push(Ask::new(1, "DELETE", "/api/tasks/1"));
    for (method, target) in
        [("GET", "/api/tasks/1/comments"), ("DELETE", "/api/comments/5"), ("PATCH", "/api/comments/6")]
    {
        asks.push(Ask::new(1, method, target).json("{\"body\":\"x\"}"));
    }
    asks
}
