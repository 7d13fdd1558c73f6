//! Nobody sees or changes what is another's, by whatever route.

use compat_tests::{client::Client, sample::Version};
use serde_json::Value;

use super::{
    generated::Clock,
    pair::all_native,
    stored::{self, Stored},
};
use crate::house::{House, Setting, bearer, database, token};

const USERS: [u32; 3] = [1, 2, 4];

/// Everything that is asked of a row: its table, the column that says whose it is, the method, the target with the id in
/// the place of `{}`, a good body, and what others hear.
const ASKS: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("projects", "owner_id", "GET", "/api/projects/{}", "", "Project not found"),
    ("projects", "owner_id", "GET", "/api/projects/{}/tasks", "", "Project not found"),
    ("projects", "owner_id", "GET", "/api/projects/{}/stats", "", "Project not found"),
    ("projects", "owner_id", "PATCH", "/api/projects/{}", "{\"name\":\"stolen\"}", "Project not found"),
    ("projects", "owner_id", "PATCH", "/api/projects/{}", "{}", "Project not found"),
    ("projects", "owner_id", "DELETE", "/api/projects/{}", "", "Project not found"),
    (
        "projects",
        "owner_id",
        "POST",
        "/api/tasks",
        "{\"title\":\"x\",\"project_id\":{}}",
        "Project not found",
    ),
    ("tasks", "owner_id", "GET", "/api/tasks/{}", "", "Task not found"),
    ("tasks", "owner_id", "PATCH", "/api/tasks/{}", "{\"title\":\"stolen\"}", "Task not found"),
    ("tasks", "owner_id", "PATCH", "/api/tasks/{}", "{}", "Task not found"),
    ("tasks", "owner_id", "DELETE", "/api/tasks/{}", "", "Task not found"),
    ("tasks", "owner_id", "GET", "/api/tasks/{}/tags", "", "Task not found"),
    ("tasks", "owner_id", "PUT", "/api/tasks/{}/tags/{tag}", "", "Task not found"),
    ("tasks", "owner_id", "DELETE", "/api/tasks/{}/tags/{tag}", "", "Task not found"),
    ("tasks", "owner_id", "GET", "/api/tasks/{}/comments", "", "Task not found"),
    ("tasks", "owner_id", "POST", "/api/tasks/{}/comments", "{\"body\":\"x\"}", "Task not found"),
    ("tags", "owner_id", "PATCH", "/api/tags/{}", "{\"name\":\"stolen\"}", "Tag not found"),
    ("tags", "owner_id", "PATCH", "/api/tags/{}", "{}", "Tag not found"),
    ("tags", "owner_id", "DELETE", "/api/tags/{}", "", "Tag not found"),
    ("tags", "owner_id", "PUT", "/api/tasks/{task}/tags/{}", "", "Tag not found"),
    ("tags", "owner_id", "DELETE", "/api/tasks/{task}/tags/{}", "", "Tag not found"),
    ("comments", "author_id", "PATCH", "/api/comments/{}", "{\"body\":\"stolen\"}", "Comment not found"),
    ("comments", "author_id", "DELETE", "/api/comments/{}", "", "Comment not found"),
];

/// What shows several rows: the table that they are of, and where in the answer they are.
const LISTS: &[(&str, &str, &str)] = &[
    ("projects", "/api/projects?limit=100", ""),
    ("tasks", "/api/tasks?limit=100", "/data"),
    ("tags", "/api/tags?limit=100", "/data"),
];

struct Asker {
    client: Client,
    authorization: String,
}

impl Asker {
    async fn ask(&mut self, method: &str, target: &str, body: &str) -> (u16, String) {
        let headers = [("authorization", self.authorization.as_str()), ("content-type", "application/json")];
        let answer = self.client.request(method, target, &headers, body.as_bytes()).await.unwrap();
        (answer.status, answer.text())
    }
}

#[tokio::test]
async fn a_user_sees_and_changes_only_what_is_theirs() {
    let mut setting = all_native(Setting::sample(Version::Newest));
    setting.database_url = database();
    let house = House::open(&setting).await;
    let clock = Clock::start();
    let before = stored::rows(&setting.database_url, &clock).await;
    let of = |table: &str| before.iter().filter(move |row| row.table == table).collect::<Vec<_>>();
    for user in USERS {
        let mut asker = Asker { client: house.client().await, authorization: bearer(&token(user)) };
        let theirs = |row: &&Stored, column: &str| row.text(column) == user.to_string();
        let own = |table: &str| of(table).into_iter().find(|row| theirs(row, "owner_id")).unwrap().text("id");
        for (table, column, method, target, body, detail) in ASKS {
            for row in of(table).into_iter().filter(|row| !theirs(row, column)) {
                let id = row.text("id");
                let target = target.replace("{task}", own("tasks")).replace("{tag}", own("tags"));
                let (target, body) = (target.replace("{}", id), body.replace("{}", id));
                // What is an empty object stays one.
                let body = if body == id { "{}".to_owned() } else { body };
                let heard = asker.ask(method, &target, &body).await;
                let refusal = format!("{{\"detail\":\"{detail}\"}}");
                assert_eq!(heard, (404, refusal), "user {user} {method} {target} {body}");
            }
        }
        for (table, target, place) in LISTS {
            let (_, listed) = asker.ask("GET", target, "").await;
            let listed: Value = serde_json::from_str(&listed).unwrap();
            let shown = listed.pointer(place).unwrap().as_array().unwrap();
            let shown: Vec<_> = shown.iter().map(|row| row["id"].to_string()).collect();
            let mine: Vec<_> = of(table)
                .into_iter()
                .filter(|row| theirs(row, "owner_id"))
                .map(|row| row.text("id"))
                .collect();
            assert_eq!(shown, mine, "user {user} {target}");
        }
        let (_, me) = asker.ask("GET", "/users/me", "").await;
        assert!(me.starts_with(&format!("{{\"id\":{user},")), "{me}");
        let (_, summary) = asker.ask("GET", "/api/tasks/summary", "").await;
        let summary: Value = serde_json::from_str(&summary).unwrap();
        let counted: u64 = ["todo", "doing", "done"].iter().map(|name| summary[name].as_u64().unwrap()).sum();
        let mine = of("tasks").into_iter().filter(|row| theirs(row, "owner_id")).count();
        assert_eq!(counted, mine as u64, "{summary}");
        // Project 1 and 3 are Ada's, 2 is Grace's.
        for (project, owner) in [(1, 1), (2, 2), (3, 1)] {
            let (_, filtered) = asker.ask("GET", &format!("/api/tasks?project_id={project}"), "").await;
            let filtered: Value = serde_json::from_str(&filtered).unwrap();
            assert_eq!(filtered["count"].as_u64().unwrap() > 0, user == owner, "user {user}: {filtered}");
        }
    }
    assert_eq!(stored::rows(&setting.database_url, &clock).await, before);
    house.close();
}
