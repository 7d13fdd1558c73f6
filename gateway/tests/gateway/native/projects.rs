//! Projects: lists in every order, their tasks, their figures, and what stays when they go.

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

/// The test's server sorts by code points unless it is told otherwise, and would do so without being asked.
const NOT_BY_CODE_POINTS: &str =
    "ALTER TABLE projects ALTER COLUMN name TYPE varchar(255) COLLATE \"und-x-icu\"";

async fn compare(version: Version) {
    let mut pair = Pair::open(version).await;
    pair.execute(NOT_BY_CODE_POINTS).await;
    for ask in bodies().into_iter().chain(paths()).chain(lists()).chain(figures()) {
        pair.same(&ask).await;
    }
    pair.execute(FAR_AWAY).await;
    for ask in lists().into_iter().chain(stats()).chain(lives()) {
        pair.same(&ask).await;
    }
    pair.same_rows().await;
    pair.has_met(&[
        ("GET /api/projects", &[200, 422]),
        ("POST /api/projects", &[201, 422, 500]),
        ("GET /api/projects/{project_id}", &[200, 404, 422, 500]),
        ("PATCH /api/projects/{project_id}", &[200, 404, 422, 500]),
        ("DELETE /api/projects/{project_id}", &[204, 404, 422, 500]),
        ("GET /api/projects/{project_id}/tasks", &[200, 404, 422, 500]),
        ("GET /api/projects/{project_id}/stats", &[200, 404, 422, 500]),
    ]);
    pair.show("projects");
    pair.close();
}

/// What no client can do: names that sort by code points, ties, and a task of somebody else's.
const FAR_AWAY: &str = "INSERT INTO projects (id, name, owner_id, created_at) VALUES \
    (500, 'a', 4, '2026-01-01'), (501, 'B', 4, '2026-01-01'), (502, 'ä', 4, '0001-01-01'), (503, 'a', 4, '2026-01-02'), \
    (504, '😀', 4, '2026-01-01'), (505, '_', 4, '9999-12-31 23:59:59.999999'), (506, '', 4, '2026-01-01 00:00:00.5'), \
    (507, 'empty', 1, '2026-01-01'), (508, 'far', 1, '2026-01-01'), (509, 'odd', 1, '2026-01-01'); \
    INSERT INTO tasks (title, status, priority, owner_id, project_id, created_at, due_at, estimate_hours, updated_at) VALUES \
    ('x', 'done', 0, 2, 508, '2026-01-01', '2026-06-01 12:00:00.25+02', 0.005, '2026-01-01 00:00:00.5'), \
    ('y', 'done', 0, 1, 508, '2026-01-01', '2026-06-01 12:00:00+02', 9999.999, NULL), \
    ('y', 'todo', 0, 1, 508, '2026-01-01', NULL, 10000, '2026-01-01'), \
    ('z', 'doing', 0, 1, 509, '2026-01-01', NULL, 'NaN', NULL), \
    ('z', 'doing', 0, 1, 509, '2026-01-01', '10000-01-01', 'Infinity', NULL)";

fn lists() -> Vec<Ask> {
    let mut asks = queries(1, "/api/projects", &["sort", "skip", "limit"], PARAMETERS);
    for user in USERS {
        for sort in ["", "&sort=name", "&sort=-name", "&sort=created_at", "&sort=-created_at"] {
            for page in ["skip=0", "skip=1&limit=2", "skip=2&limit=100", "skip=10000"] {
                asks.push(Ask::new(user, "GET", format!("/api/projects?{page}{sort}")));
            }
        }
        asks.push(Ask::new(user, "GET", "/api/projects"));
        asks.push(Ask::new(user, "GET", "/api/projects?limit=0&skip=-1&sort=id"));
    }
    asks
}

fn bodies() -> Vec<Ask> {
    let mut all = objects(&[("name", "\"p\"")], &[("name", TEXTS), ("description", TEXTS)]);
    all.extend(
        ["{}", "[]", "null", "{", "", "{\"description\":null}", "{\"owner_id\":2}"].map(str::to_owned),
    );
    for (unit, count) in [("x", 255), ("x", 256), ("長", 255), ("長", 256)] {
        all.push(format!("{{\"name\":\"{}\"}}", unit.repeat(count)));
    }
    let mut asks = Vec::new();
    for body in all {
        for (method, target) in [
            ("POST", "/api/projects"),
            ("PATCH", "/api/projects/1"),
            ("PATCH", "/api/projects/999"),
            ("PATCH", "/api/projects/x"),
        ] {
            asks.push(Ask::new(1, method, target).json(body.as_str()));
        }
        asks.push(Ask::new(3, "POST", "/api/projects").json(body.as_str()));
    }
    asks
}

fn paths() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in USERS {
        for id in IDS.iter().chain(&["1", "2", "3"]) {
            let target = format!("/api/projects/{id}");
            asks.push(Ask::new(user, "GET", target.as_str()));
            asks.push(Ask::new(user, "GET", format!("{target}/tasks")));
            asks.push(Ask::new(user, "GET", format!("{target}/tasks?skip=x&limit=0")));
            asks.push(Ask::new(user, "GET", format!("{target}/stats")));
            asks.push(Ask::new(user, "PATCH", target.as_str()).json("{}"));
            asks.push(Ask::new(user, "PATCH", target.as_str()).json("{\"name\":null}"));
        }
        for id in IDS {
            asks.push(Ask::new(user, "DELETE", format!("/api/projects/{id}")));
        }
        asks.push(Ask::new(user, "POST", "/api/projects").json("{\"name\":\"by anybody\"}"));
        for (method, target) in [
            ("PUT", "/api/projects/1"),
            ("DELETE", "/api/projects"),
            ("GET", "/api/projects/"),
            ("HEAD", "/api/projects"),
        ] {
            asks.push(Ask::new(user, method, target));
        }
    }
    asks
}

fn figures() -> Vec<Ask> {
    let mut asks = queries(1, "/api/projects/1/tasks", &["skip", "limit"], PARAMETERS);
    asks.extend(
        [5, 23, 24, 25].map(|skip| Ask::new(1, "GET", format!("/api/projects/1/tasks?skip={skip}&limit=3"))),
    );
    for (hours, status) in
        [("0.1", "done"), ("1e3", "todo"), ("9999.99", "done"), ("1e-7", "done"), ("null", "done")]
    {
        let body = format!(
            "{{\"title\":\"t\",\"project_id\":3,\"estimate_hours\":{hours},\"status\":\"{status}\"}}"
        );
        asks.push(Ask::new(1, "POST", "/api/tasks").json(body));
        asks.push(Ask::new(1, "GET", "/api/projects/3/stats"));
    }
    asks.push(Ask::new(1, "PATCH", "/api/tasks/1").json("{\"due_at\":\"2026-06-01T12:00:00.5+02:00\"}"));
    asks.extend(stats());
    asks
}

fn stats() -> Vec<Ask> {
    let ids = [1, 2, 3, 507, 508, 509];
    let all = ids.iter().flat_map(|id| ["stats", "tasks"].map(|part| format!("/api/projects/{id}/{part}")));
    all.flat_map(|target| [1, 2].map(|user| Ask::new(user, "GET", target.clone()))).collect()
}

/// Projects that are made, changed and deleted, and their tasks, which stay.
fn lives() -> Vec<Ask> {
    let mut asks = Vec::new();
    for user in [1, 2, 4] {
        asks.push(
            Ask::new(user, "POST", "/api/projects").json("{\"name\":\"Größe\",\"description\":\"a\\nb\"}"),
        );
        for id in [1, 2, 3, 501] {
            let target = format!("/api/projects/{id}");
            for body in [
                "{}",
                "{\"name\":\"Größe\"}",
                "{\"name\":\"Größe\"}",
                "{\"description\":null}",
                "{\"name\":\"Bar\",\"description\":\"\"}",
                "{\"name\":\"Bar\",\"description\":\"a\\u0000\"}",
            ] {
                asks.push(Ask::new(user, "PATCH", target.clone()).json(body));
            }
            asks.push(Ask::new(user, "GET", target));
        }
        for id in [3, 502, 3, 1001] {
            asks.push(Ask::new(user, "DELETE", format!("/api/projects/{id}")));
        }
        asks.push(Ask::new(user, "GET", "/api/tasks?limit=100"));
        asks.push(Ask::new(user, "GET", "/api/projects?sort=-created_at"));
    }
    asks
}
