//! Connections to the legacy that close at the wrong moment: who may be asked twice, and who must not.

use std::{sync::Arc, time::Duration};

use tokio::sync::{Barrier, Notify};

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, promptness::quickest},
};

/// When the legacy closes its connection, counted from the second request on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closes {
    /// After the first answer, without reading anything more.
    WhileIdle,
    /// It has read the head of the second request, and executed it.
    AfterHead,
    /// It has sent half of an answer's head.
    MidHead,
}

async fn legacy(closes: Closes) -> (FakeLegacy, Arc<Notify>) {
    let closed = Arc::new(Notify::new());
    let tell = Arc::clone(&closed);
    let legacy = FakeLegacy::play(move |mut connection| {
        let tell = Arc::clone(&tell);
        async move {
            connection.request().await?;
            connection.answer("first").await?;
            if !connection.is_first() {
                loop {
                    connection.request().await?;
                    connection.answer("again").await?;
                }
            }
            match closes {
                Closes::WhileIdle => {}
                Closes::AfterHead => {
                    connection.head().await?;
                    connection.execute();
                }
                Closes::MidHead => {
                    connection.head().await?;
                    connection.execute();
                    connection.send("HTTP/1.1 200 OK\r\ncontent-le").await?;
                }
            }
            drop(connection);
            tell.notify_one();
            Ok(())
        }
    })
    .await;
    (legacy, closed)
}

async fn check(closes: Closes, method: &str, body: &[u8], status: u16, executed: usize) {
    let (legacy, closed) = legacy(closes).await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    assert_eq!(client.request("GET", "/health", &[], b"").await.unwrap().status, 200);
    if closes == Closes::WhileIdle {
        closed.notified().await;
    }
    let answer = client.request(method, "/api/echo", &[], body).await.unwrap();
    let case = format!("{closes:?} {method} with {} bytes", body.len());
    assert_eq!(answer.status, status, "{case}");
    // One execution is the first request's.
    assert_eq!(legacy.executed(), 1 + executed, "{case}");
    house.close_expecting(&["legacy closed the connection without an answer", "degraded"]);
}

#[tokio::test]
async fn closed_while_idle_every_request_succeeds_and_is_executed_once() {
    for (method, body) in [("GET", &b""[..]), ("POST", b""), ("POST", b"a body"), ("DELETE", b"")] {
        check(Closes::WhileIdle, method, body, 200, 1).await;
    }
}

#[tokio::test]
async fn closed_after_the_head_only_a_safe_request_without_a_body_is_sent_again() {
    check(Closes::AfterHead, "GET", b"", 200, 2).await;
    check(Closes::AfterHead, "HEAD", b"", 200, 2).await;
    check(Closes::AfterHead, "GET", b"a body", 502, 1).await;
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        check(Closes::AfterHead, method, b"", 502, 1).await;
    }
    check(Closes::AfterHead, "POST", b"a body", 502, 1).await;
}

#[tokio::test]
async fn a_request_is_sent_again_once_however_many_connections_are_idle() {
    const WARM: usize = 4;
    let all_here = Arc::new(Barrier::new(WARM));
    let gate = Arc::clone(&all_here);
    let legacy = FakeLegacy::play(move |mut connection| {
        let gate = Arc::clone(&gate);
        async move {
            let (head, _) = connection.request().await?;
            if head.starts_with("GET /files/warm") {
                gate.wait().await;
            }
            connection.answer("first").await?;
            // Dies of the second request.
            connection.head().await?;
            connection.execute();
            Ok(())
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut warm = Vec::new();
    for _ in 0..WARM {
        let mut client = house.client().await;
        client.begin("GET", "/files/warm", &[]).await.unwrap();
        warm.push(client);
    }
    for client in &mut warm {
        assert_eq!(client.head().await.unwrap().status, 200);
        client.rest().await.unwrap();
    }
    assert_eq!(house.get("/health", &[]).await.status, 200);
    assert_eq!(legacy.executed(), WARM + 2);
    drop(warm);
    house.close();
}

#[tokio::test]
async fn closed_in_the_middle_of_an_answer_nothing_is_sent_again() {
    for (method, body) in [("GET", &b""[..]), ("POST", b"a body")] {
        check(Closes::MidHead, method, body, 502, 1).await;
    }
}

#[tokio::test]
async fn on_a_fresh_connection_nothing_is_sent_again() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.head().await?;
        connection.execute();
        Ok(())
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    assert_eq!(house.get("/health", &[]).await.status, 502);
    assert_eq!(legacy.executed(), 1);
    house.close_expecting(&["legacy closed the connection without an answer"]);
}

#[tokio::test]
async fn an_idle_connection_is_dropped_before_uvicorn_would() {
    let (report, mut reported) = tokio::sync::mpsc::unbounded_channel();
    let legacy = FakeLegacy::play(move |mut connection| {
        let report = report.clone();
        async move {
            connection.request().await?;
            connection.answer("first").await?;
            let idle = std::time::Instant::now();
            // Ends when the gateway closes the connection.
            while !connection.read().await?.is_empty() {}
            let _ = report.send(idle.elapsed());
            Ok(())
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let idle = async || {
        assert_eq!(house.get("/health", &[]).await.status, 200);
        // The probe of the start also opened a connection, which ends without a request and reports nothing.
        reported.recv().await.unwrap()
    };
    let idle = quickest(Duration::from_millis(4_900), idle).await;
    assert!(idle.as_secs_f64() > 1.0, "not kept alive at all: {idle:?}");
    house.close();
}

#[tokio::test]
async fn a_connection_is_used_again_only_after_its_answer_is_complete() {
    // Answers the upload early and goes on reading: the next request must not be mixed into it.
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            let head = connection.head().await?;
            connection.execute();
            if head.starts_with("POST") {
                connection.send("HTTP/1.1 413 Too Large\r\ncontent-length: 5\r\n\r\nearly").await?;
                while !connection.read().await?.is_empty() {}
                return Ok(());
            }
            connection.answer("the right one").await?;
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut uploading = house.client().await;
    uploading.begin("POST", "/api/echo", &[("content-length", "1000000")]).await.unwrap();
    assert_eq!(uploading.head().await.unwrap().status, 413);
    assert_eq!(uploading.rest().await.unwrap(), "early");
    for _ in 0..5 {
        let answer = house.get("/health", &[]).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "the right one"));
    }
    drop(uploading);
    house.close();
}

#[tokio::test]
async fn after_a_server_error_the_connection_serves_nobody_else() {
    // As uvicorn after an exception that a handler of the whole application takes: the answer is complete, has the
    // handler's status, and does not say that the connection ends.
    for (status, line) in [(500, "500 Internal Server Error"), (503, "503 Service Unavailable")] {
        let legacy = FakeLegacy::play(move |mut connection| async move {
            connection.request().await?;
            if connection.is_first() {
                connection.send(&format!("HTTP/1.1 {line}\r\ncontent-length: 5\r\n\r\nerror")).await?;
                connection.head().await?;
                return Ok(());
            }
            connection.answer("served").await
        })
        .await;
        let house = House::open(&Setting::in_front_of(legacy.address())).await;
        let mut client = house.client().await;
        assert_eq!(client.request("GET", "/health", &[], b"").await.unwrap().status, status);
        let answer = client.request("POST", "/api/echo", &[], b"a body").await.unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (200, "served"));
        house.close();
    }
}
