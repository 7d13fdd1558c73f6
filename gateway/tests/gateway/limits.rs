//! What `routes.toml` may say about a route besides its owner.

use compat_tests::sample::Version;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, TASK, bearer, routes, token},
};

/// Takes any body, answers nothing to `/files/silent`.
async fn legacy() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let head = connection.head().await?;
            if head.starts_with("GET /files/silent") {
                while !connection.read().await?.is_empty() {}
                return Ok(());
            }
            if head.to_lowercase().contains("transfer-encoding: chunked") {
                let mut body = Vec::new();
                while !body.ends_with(b"0\r\n\r\n") {
                    let bytes = connection.read().await?;
                    if bytes.is_empty() {
                        return Ok(());
                    }
                    body.extend(bytes);
                }
            } else if let Some(length) = crate::fake_legacy::header(&head, "content-length") {
                let mut left: usize = length.parse().unwrap();
                while left > 0 {
                    left -= connection.read().await?.len();
                }
            }
            connection.execute();
            connection.answer("taken").await?;
        }
    })
    .await
}

#[tokio::test]
async fn a_body_larger_than_the_route_allows_is_413() {
    let legacy = legacy().await;
    let limited = Setting::in_front_of(legacy.address())
        .with_routes(&[("POST /api/echo", "{ owner = \"legacy\", body_max = \"8B\" }")]);
    let house = House::open(&limited).await;
    let mut client = house.client().await;
    assert_eq!(client.request("POST", "/api/echo", &[], b"12345678").await.unwrap().status, 200);

    let answer = client.request("POST", "/api/echo", &[], b"123456789").await.unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (413, "{\"detail\":\"Request body is too large\"}"));

    // Without a length the limit is found while the body streams.
    let mut client = house.client().await;
    client.begin("POST", "/api/echo", &[("transfer-encoding", "chunked")]).await.unwrap();
    client.send_chunk(b"12345").await.unwrap();
    client.send_chunk(b"6789").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 413);
    assert_eq!(legacy.executed(), 1);

    // A route that says nothing is not limited.
    let large = vec![b'x'; 12 << 20];
    assert_eq!(house.client().await.request("POST", "/auth/login", &[], &large).await.unwrap().status, 200);
    house.close();
}

/// Nobody is refused for it then, but it is told.
#[tokio::test]
async fn a_body_that_grows_too_large_behind_an_answer_that_has_begun_is_counted() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.head().await?;
        connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
        connection.chunk("early").await?;
        while !connection.read().await?.is_empty() {}
        Ok(())
    })
    .await;
    let limited = Setting::in_front_of(legacy.address())
        .with_routes(&[("POST /api/echo", "{ owner = \"legacy\", body_max = \"8B\" }")]);
    let house = House::open(&limited).await;
    let mut client = house.client().await;
    let headers = [("transfer-encoding", "chunked"), ("x-request-id", "grown")];
    client.begin("POST", "/api/echo", &headers).await.unwrap();
    client.send_chunk(b"12345").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    client.send_chunk(b"6789").await.unwrap();
    let line = house.gateway.logged_request("grown").await.unwrap();
    assert_eq!((&line["complete"], &line["error.reason"]), (&false.into(), &"body".into()), "{line}");
    let page = house.admin("/metrics").await.text();
    assert!(page.contains("gateway_limited_total{limit=\"body\"} 1\n"), "{page}");
    house.close();
}

#[tokio::test]
async fn a_first_byte_that_is_too_late_is_504() {
    let legacy = legacy().await;
    for limit in ["timeout = { first_byte = \"50ms\" }", "deadline = \"50ms\""] {
        let entry = format!("{{ owner = \"legacy\", {limit} }}");
        let setting =
            Setting::in_front_of(legacy.address()).with_routes(&[("GET /files/{path:path}", &entry)]);
        let house = House::open(&setting).await;
        let answer = house.get("/files/silent", &[]).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (504, "{\"detail\":\"Gateway Timeout\"}"),
            "{limit}"
        );
        // It may be late itself, on a machine that is busy, but not each time.
        let mut others = Vec::new();
        while others.last() != Some(&200) && others.len() < 20 {
            others.push(house.get("/files/other", &[]).await.status);
        }
        assert_eq!(others.last(), Some(&200), "{others:?}");
        house.close();
    }
}

#[tokio::test]
async fn a_slow_upload_is_not_the_legacys_fault() {
    let legacy = legacy().await;
    let entry = "{ owner = \"legacy\", timeout = { first_byte = \"2s\" } }";
    let setting = Setting::in_front_of(legacy.address()).with_routes(&[("POST /api/echo", entry)]);
    let house = House::open(&setting).await;
    let mut client = house.client().await;
    client.begin("POST", "/api/echo", &[("transfer-encoding", "chunked")]).await.unwrap();
    // Other requests pass while the upload goes on, until it has taken longer than the limit.
    let begun = std::time::Instant::now();
    while begun.elapsed().as_millis() < 2_500 {
        client.send_chunk(b"slowly").await.unwrap();
        house.get("/health", &[]).await;
    }
    client.send_chunk(b"").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    house.close();
}

#[tokio::test]
async fn a_denied_route_answers_for_itself_and_reaches_nobody() {
    let legacy = legacy().await;
    let mut setting = Setting::in_front_of(legacy.address());
    let entries = [
        ("GET /files/{path:path}", "\"deny\""),
        ("GET /users/me", "{ owner = \"deny\", status = 403 }"),
        ("WS /live", "\"deny\""),
    ];
    setting.routes = routes(&entries).replace("[routes]", "[defaults]\nunlisted = \"deny\"\n[routes]");
    let house = House::open(&setting).await;
    let upgrade = [("connection", "upgrade"), ("upgrade", "websocket")];
    for (target, headers, status, body) in [
        ("/files/x", &[][..], 404, "{\"detail\":\"Not Found\"}"),
        // Closed to everybody: a token is not even asked for.
        ("/users/me", &[], 403, "{\"detail\":\"Forbidden\"}"),
        ("/live", &upgrade, 404, "{\"detail\":\"Not Found\"}"),
        ("/nowhere", &[], 404, "{\"detail\":\"Not Found\"}"),
    ] {
        let answer = house.get(target, headers).await;
        assert_eq!((answer.status, answer.text().as_str()), (status, body), "{target}");
        let id = answer.headers.one("x-request-id").unwrap();
        assert_eq!(house.gateway.logged_request(id).await.unwrap()["owner"], "deny", "{target}");
    }
    assert_eq!(legacy.executed(), 0);
    // A method that the legacy does not have is its own 405, not an unlisted path.
    assert_eq!(house.client().await.request("PUT", "/health", &[], b"").await.unwrap().status, 200);
    house.close();
}

#[tokio::test]
async fn a_native_route_has_a_deadline_by_default_and_can_have_its_own() {
    // Its last fifth is for telling that the database was late, on a busy machine as well.
    let limited = "{ owner = \"native\", deadline = \"2s\" }";
    let mut setting = Setting::sample(Version::Newest);
    setting.database_url = crate::house::database();
    setting = setting.with_routes(&[(TASK, limited), ("POST /api/tasks", limited)]);
    let house = House::open(&setting).await;
    let (locker, connection) =
        tokio_postgres::connect(&setting.database_url, tokio_postgres::NoTls).await.unwrap();
    let mut driver = tokio::task::JoinSet::new();
    driver.spawn(connection);
    locker.batch_execute("BEGIN; LOCK TABLE tasks").await.unwrap();
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str())];
    // The database is late before the route is, so that the client hears that it may come back.
    let answer = house.get("/api/tasks/1", &headers).await;
    assert_eq!((answer.status, answer.headers.one("retry-after")), (503, Some("1")));
    let line = house.gateway.logged_request(answer.headers.one("x-request-id").unwrap()).await.unwrap();
    assert_eq!(
        (&line["error.kind"], &line["error.origin"]),
        (&"database_unavailable".into(), &"database".into()),
        "{line}"
    );
    locker.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(house.get("/api/tasks/1", &headers).await.status, 200);

    // A body that does not come is nobody's fault but the client's; not the legacy's, as the log says.
    let mut client = house.client().await;
    let unsent = [("authorization", authorization.as_str()), ("content-length", "9")];
    client.begin("POST", "/api/tasks", &unsent).await.unwrap();
    let head = client.head().await.unwrap();
    assert_eq!(head.status, 504);
    let line = house.gateway.logged_request(head.headers.one("x-request-id").unwrap()).await.unwrap();
    assert_eq!((&line["error.kind"], &line["error.origin"]), (&"late".into(), &"gateway".into()), "{line}");
    house.close_expecting(&["database cannot be used", "connection to the database ended"]);
}
