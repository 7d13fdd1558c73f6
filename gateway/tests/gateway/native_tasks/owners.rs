//! Nobody sees or changes what is another's, by whatever route.

use compat_tests::sample::Version;
use serde_json::Value;

use super::{pair::ROUTES, stored};
use crate::house::{House, Setting, bearer, database, token};

const USERS: [u32; 3] = [1, 2, 4];

#[tokio::test]
async fn a_user_sees_and_changes_only_what_is_theirs() {
    let entries: Vec<_> = ROUTES.iter().map(|route| (*route, "\"native\"")).collect();
    let mut setting = Setting::sample(Version::Newest).with_routes(&entries);
    setting.database_url = database();
    let house = House::open(&setting).await;
    let mut client = house.client().await;
    let clock = super::generated::Clock::start();
    let before = stored::rows(&setting.database_url, &clock).await;
    let owner = |row: &Vec<Option<String>>| row[9].clone().unwrap();
    for user in USERS {
        let authorization = bearer(&token(user));
        let json = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let mine: Vec<_> = before.iter().filter(|row| owner(row) == user.to_string()).collect();
        for row in &before {
            let (target, is_mine) =
                (format!("/api/tasks/{}", row[0].as_ref().unwrap()), owner(row) == user.to_string());
            let read = client.request("GET", &target, &json, b"").await.unwrap();
            assert_eq!(read.status, if is_mine { 200 } else { 404 }, "user {user} {target}");
            if is_mine {
                continue;
            }
            for (method, body) in
                [("PATCH", &b"{\"title\":\"stolen\"}"[..]), ("PATCH", b"{}"), ("DELETE", b"")]
            {
                let answer = client.request(method, &target, &json, body).await.unwrap();
                assert_eq!((answer.status, answer.text().as_str()), (404, "{\"detail\":\"Task not found\"}"));
            }
        }
        let listed = client.request("GET", "/api/tasks?limit=100", &json, b"").await.unwrap();
        let listed: Value = serde_json::from_slice(&listed.body).unwrap();
        assert_eq!(listed["count"], mine.len());
        assert!(listed["data"].as_array().unwrap().iter().all(|task| task["owner_id"] == user), "{listed}");
        let summary = client.request("GET", "/api/tasks/summary", &json, b"").await.unwrap();
        let summary: Value = serde_json::from_slice(&summary.body).unwrap();
        let counted: u64 = ["todo", "doing", "done"].iter().map(|name| summary[name].as_u64().unwrap()).sum();
        assert_eq!(counted, mine.len() as u64, "{summary}");
        // Project 1 and 3 are Ada's, 2 is Grace's.
        for (project, project_owner) in [(1, 1), (2, 2), (3, 1)] {
            let target = format!("/api/tasks?project_id={project}");
            let filtered = client.request("GET", &target, &json, b"").await.unwrap();
            let filtered: Value = serde_json::from_slice(&filtered.body).unwrap();
            let theirs = filtered["count"].as_u64().unwrap();
            assert_eq!(theirs > 0, user == project_owner, "user {user} {target}: {filtered}");
            if user != project_owner {
                let body = format!("{{\"title\":\"x\",\"project_id\":{project}}}");
                let made = client.request("POST", "/api/tasks", &json, body.as_bytes()).await.unwrap();
                assert_eq!((made.status, made.text().as_str()), (404, "{\"detail\":\"Project not found\"}"));
            }
        }
    }
    assert_eq!(stored::rows(&setting.database_url, &clock).await, before);
    house.close();
}
