//! `GET /api/tasks/{task_id}` answered by Rust, compared byte for byte with the running legacy.

use compat_tests::{
    client::{Answer, Client},
    sample::Version,
};

use crate::house::{House, SECRET, Setting, TASK, bearer, comparable, database, shared, show, signed, token};

const USERS: [u32; 5] = [1, 2, 3, 4, 999];

/// Ids that are rows of somebody, ids that nobody has, and texts that pydantic takes for one or not.
fn ids() -> Vec<String> {
    let mut ids: Vec<String> = (1..=120).map(|id: u32| id.to_string()).collect();
    let odd = [
        "0",
        "-1",
        "999",
        "2147483647",
        "2147483648",
        "99999999999999999999",
        "%201",
        "1%20",
        "+1",
        "%2B1",
        "01",
        "1.0",
        "1.00",
        "1_0",
        "1__0",
        "_1",
        "abc",
        "1.5",
        "1.",
        "1e0",
        "%D9%A5",
        "%C3%BC%22%5C",
        "0x1",
        "--1",
        "-",
        "true",
        "null",
        "1%2C2",
    ];
    ids.extend(odd.map(str::to_owned));
    ids.push("1".repeat(4300));
    ids.push("1".repeat(4301));
    ids
}

#[tokio::test]
async fn every_answer_equals_the_legacys_in_status_headers_and_bytes() {
    for version in Version::ALL {
        let mut legacy = Client::connect(shared(version).legacy.address()).await.unwrap();
        let house = House::open(&Setting::sample(version).with_routes(&[(TASK, "\"native\"")])).await;
        let mut client = house.client().await;
        let mut rows = 0;
        for user in USERS {
            let authorization = bearer(&token(user));
            for (number, id) in ids().into_iter().enumerate() {
                // Every third request comes from a browser, of an origin that is listed or not.
                let origin = ["http://localhost:5173", "http://evil.example"][number % 2];
                let mut headers =
                    vec![("authorization", authorization.as_str()), ("host", "api.example.com")];
                headers.extend((number % 3 == 0).then_some(("origin", origin)));
                let target = format!("/api/tasks/{id}");
                let expected = legacy.request("GET", &target, &headers, b"").await.unwrap();
                let seen = client.request("GET", &target, &headers, b"").await.unwrap();
                assert_eq!(comparable(&seen), comparable(&expected), "{version:?} user {user} {target}");
                rows += usize::from(seen.status == 200);
                if expected.status == 500 {
                    // uvicorn closes the connection after an unhandled exception.
                    legacy = Client::connect(shared(version).legacy.address()).await.unwrap();
                }
            }
        }
        assert!(rows >= 50, "only {rows} rows were compared");
        show(&format!("native tasks, {version:?}: {rows} rows byte-equal"));
        house.close();
    }
}

/// The gateway does not compress, but a cache must be told alike.
#[tokio::test]
async fn a_long_answer_varies_as_the_legacys_and_comes_uncompressed() {
    for version in Version::ALL {
        let mut legacy = Client::connect(shared(version).legacy.address()).await.unwrap();
        let house = House::open(&Setting::sample(version).with_routes(&[(TASK, "\"native\"")])).await;
        let authorization = bearer(&token(1));
        for (target, accepted) in
            [("/api/tasks/21", "gzip"), ("/api/tasks/21", "identity"), ("/api/tasks/1", "gzip")]
        {
            let headers = [("authorization", authorization.as_str()), ("accept-encoding", accepted)];
            let expected = legacy.request("GET", target, &headers, b"").await.unwrap();
            let seen = house.get(target, &headers).await;
            assert_eq!((seen.status, seen.headers.one("content-encoding")), (200, None));
            let varies = |answer: &Answer| answer.headers.one("vary").map(str::to_owned);
            assert_eq!(varies(&seen), varies(&expected), "{version:?} {target} {accepted}");
        }
        house.close();
    }
}

#[tokio::test]
async fn a_user_never_sees_anothers_task() {
    let house = House::open(&Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")])).await;
    let mut client = house.client().await;
    let mut seen = [0; 2];
    for (index, user) in [1_u32, 2].into_iter().enumerate() {
        let authorization = bearer(&token(user));
        for id in 1..=120 {
            let target = format!("/api/tasks/{id}");
            let answer =
                client.request("GET", &target, &[("authorization", &authorization)], b"").await.unwrap();
            if answer.status == 200 {
                let task: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
                assert_eq!(task["owner_id"], user, "{task}");
                seen[index] += 1;
            } else {
                assert_eq!((answer.status, answer.text().as_str()), (404, "{\"detail\":\"Task not found\"}"));
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
    house.close();
}

#[tokio::test]
async fn a_token_that_names_no_number_is_refused_at_the_door() {
    let house = House::open(&Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")])).await;
    let odd = signed(&serde_json::json!({ "sub": "1 OR 1=1", "exp": 4_000_000_000_u32 }), SECRET);
    let answer = house.get("/api/tasks/1", &[("authorization", &bearer(&odd))]).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (401, "{\"detail\":\"Could not validate credentials\"}")
    );
    house.close();
}

#[tokio::test]
async fn a_database_that_is_away_is_503_with_retry_after_and_proxied_routes_go_on() {
    let setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]).without_database();
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let answer = house.get("/api/tasks/1", &[("authorization", &authorization)]).await;
    assert_eq!((answer.status, answer.text().as_str()), (503, "{\"detail\":\"Service Unavailable\"}"));
    assert_eq!(answer.headers.one("retry-after"), Some("1"));
    assert_eq!(house.get("/users/me", &[("authorization", &authorization)]).await.status, 200);
    assert!(house.admin("/readyz").await.text().contains("degraded: database"));
    house.close_expecting(&["database cannot be used", "degraded"]);
}

#[tokio::test]
async fn a_panic_is_a_500_for_that_request_alone() {
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.database_url = database();
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("origin", "http://localhost:5173")];
    let mut client = house.client().await;
    assert_eq!(client.request("GET", "/api/tasks/1", &headers, b"").await.unwrap().status, 200);
    // Somebody changes a column under the handler, which then reads a text as a number: a bug, as far as it knows.
    execute(&setting.database_url, "ALTER TABLE tasks ALTER COLUMN priority TYPE text").await;
    let answer = client.request("GET", "/api/tasks/1", &headers, b"").await.unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (500, "Internal Server Error"));
    assert_eq!(answer.headers.one("content-type"), Some("text/plain; charset=utf-8"));
    assert!(answer.headers.all("access-control-allow-origin").is_empty());
    assert_eq!(client.request("GET", "/health", &headers, b"").await.unwrap().status, 200);
    execute(
        &setting.database_url,
        "ALTER TABLE tasks ALTER COLUMN priority TYPE integer USING priority::integer",
    )
    .await;
    assert_eq!(client.request("GET", "/api/tasks/1", &headers, b"").await.unwrap().status, 200);
    house.close_expecting(&["panicked"]);
}

async fn execute(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    client.batch_execute(sql).await.unwrap();
}
