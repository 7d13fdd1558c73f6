//! A request costs as many statements as it has things to ask, however many rows there are: never one for each row.

pub(crate) mod wire;

use compat_tests::sample::Version;

use super::{pair::all_native, stored::execute};
use crate::house::{House, Setting, bearer, database, token};
use wire::Wire;

/// What is asked, and how many statements that is: one for the user, the others for what is shown or changed.
const ASKS: &[(&str, &str, &str, usize)] = &[
    ("GET", "/users/me", "", 2),
    ("GET", "/api/projects?limit=1", "", 3),
    ("GET", "/api/projects?limit=100", "", 3),
    ("GET", "/api/projects/1/tasks?limit=1", "", 4),
    ("GET", "/api/projects/1/tasks?limit=100", "", 4),
    ("GET", "/api/projects/1/stats", "", 3),
    ("GET", "/api/tasks?limit=1", "", 3),
    ("GET", "/api/tasks?limit=100", "", 3),
    ("GET", "/api/tasks/1/tags", "", 3),
    ("GET", "/api/tasks/1/comments?limit=1", "", 3),
    ("GET", "/api/tasks/1/comments?limit=100", "", 3),
    ("GET", "/api/tags?limit=1", "", 3),
    ("GET", "/api/tags?limit=100", "", 3),
    ("PUT", "/api/tasks/1/tags/5", "", 3),
    ("DELETE", "/api/tasks/1/tags/5", "", 3),
    ("POST", "/api/tasks/1/comments", "{\"body\":\"x\"}", 3),
    ("PATCH", "/api/comments/1", "{\"body\":\"x\"}", 3),
    ("PATCH", "/api/tags/1", "{\"weight\":1}", 3),
    // What is the same already is not written.
    ("PATCH", "/api/tags/1", "{\"weight\":1}", 2),
    ("PATCH", "/api/projects/1", "{\"description\":null}", 2),
    ("DELETE", "/api/tags/1", "", 2),
    ("DELETE", "/api/projects/1", "", 2),
];

const MANY: &str = "INSERT INTO comments (body, task_id, author_id, created_at) \
    SELECT 'x', 1, 1, now() FROM generate_series(1, 200); \
    INSERT INTO tasks (title, status, priority, owner_id, project_id, created_at) \
    SELECT 'x', 'todo', 0, 1, 1, now() FROM generate_series(1, 200); \
    INSERT INTO tags (name, color, owner_id, created_at) \
    SELECT 'tag ' || number, 'red', 1, now() FROM generate_series(1, 200) AS number; \
    INSERT INTO task_tags (task_id, tag_id) SELECT 1, id FROM tags WHERE name LIKE 'tag %'; \
    INSERT INTO projects (name, owner_id, created_at) SELECT 'x', 1, now() FROM generate_series(1, 200)";

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_the_number_of_rows() {
    for is_many in [false, true] {
        let url = database();
        if is_many {
            execute(&url, MANY).await;
        }
        let (before, rest) = url.split_once("127.0.0.1:").unwrap();
        let (port, name) = rest.split_once('/').unwrap();
        let wire = Wire::before(([127, 0, 0, 1], port.parse().unwrap()).into()).await;
        let mut setting = all_native(Setting::sample(Version::Newest));
        setting.database_url = format!("{before}{}/{name}", wire.address);
        let house = House::open(&setting).await;
        let authorization = bearer(&token(1));
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let mut client = house.client().await;
        // The first request opens the connection, which is asked about itself.
        client.request("GET", "/users/me", &headers, b"").await.unwrap();
        wire.take();
        for (method, target, body, expected) in ASKS {
            let answer = client.request(method, target, &headers, body.as_bytes()).await.unwrap();
            assert!(answer.status < 300, "{method} {target}: {}", answer.text());
            let sent = wire.take();
            // What was revoked is looked for meanwhile, on behalf of no request.
            let work = |statement: &&String| {
                !statement.starts_with("BEGIN") && *statement != "COMMIT" && !statement.contains("gateway.")
            };
            let count = sent.iter().filter(work).count();
            assert_eq!(count, *expected, "{method} {target}, many rows: {is_many}: {sent:#?}");
        }
        house.close();
    }
}
