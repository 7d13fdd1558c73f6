//! What a request may cost on the way to the legacy: `[limits] legacy_…`.

use std::{sync::Arc, time::Instant};

use tokio::sync::Semaphore;

use super::{metric, setting};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting},
};

/// In front of one instance, under these limits.
async fn limited(legacy: &FakeLegacy, limits: &str) -> House {
    House::open(&with_limits(setting(&[legacy.address()], ""), limits)).await
}

fn met(limit: &str) -> String {
    format!("gateway_limited_total{{limit=\"{limit}\"}}")
}

fn with_limits(mut setting: Setting, limits: &str) -> Setting {
    setting.routes += &format!("[limits]\n{limits}\n");
    setting
}

#[tokio::test]
async fn beyond_its_connections_a_request_waits_for_one_but_not_for_long() {
    let go = Arc::new(Semaphore::new(0));
    let wait = Arc::clone(&go);
    let legacy = FakeLegacy::play(move |mut connection| {
        let go = Arc::clone(&wait);
        async move {
            loop {
                let head = connection.head().await?;
                connection.execute();
                if head.starts_with("GET /files/slow") {
                    go.acquire().await.unwrap().forget();
                }
                connection.answer("here").await?;
            }
        }
    })
    .await;
    let house = limited(&legacy, "legacy_connections = 2").await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut client = house.client().await;
        client.begin("GET", "/files/slow", &[]).await.unwrap();
        held.push(client);
    }
    while legacy.executed() < 2 {
        tokio::task::yield_now().await;
    }
    let began = Instant::now();
    let refused = house.get("/health", &[]).await;
    assert_eq!((refused.status, refused.headers.one("retry-after")), (503, Some("1")));
    assert_eq!(refused.text(), "{\"detail\":\"Service Unavailable\"}");
    assert!(began.elapsed().as_millis() >= 900, "{:?}", began.elapsed());
    assert_eq!(metric(&house, &met("legacy_connections")).await, Some(1));
    // Two more wait, and each gets a connection as soon as one is free.
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut client = house.client().await;
        client.begin("GET", "/health", &[]).await.unwrap();
        waiting.push(client);
    }
    go.add_permits(1);
    for client in &mut waiting {
        assert_eq!(client.head().await.unwrap().status, 200);
        assert_eq!(client.rest().await.unwrap(), "here");
    }
    go.add_permits(1);
    for client in &mut held {
        assert_eq!(client.head().await.unwrap().status, 200);
    }
    assert_eq!(metric(&house, "gateway_legacy_connections_opened_total").await, Some(2));
    house.close();
}

#[tokio::test]
async fn an_answer_that_stops_is_cut_after_the_gap_and_one_that_goes_on_is_not() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            let head = connection.head().await?;
            connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            connection.chunk("first").await?;
            if head.starts_with("GET /health") {
                connection.chunk("last").await?;
                connection.send("0\r\n\r\n").await?;
                continue;
            }
            // Until the gateway closes it.
            while !connection.read().await?.is_empty() {}
            return Ok(());
        }
    })
    .await;
    let house = limited(&legacy, "legacy_gap = \"300ms\"").await;
    assert_eq!(house.get("/health", &[]).await.text(), "firstlast");
    let mut client = house.client().await;
    client.begin("GET", "/nowhere", &[]).await.unwrap();
    let began = Instant::now();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.chunk().await.unwrap().unwrap(), "first");
    assert!(client.chunk().await.is_err(), "the answer has no end");
    assert!(began.elapsed().as_millis() >= 200, "{:?}", began.elapsed());
    let cut = |line: &serde_json::Value| {
        line["error.kind"] == "legacy_broke_off" && line["error.reason"] == "legacy_gap"
    };
    house.gateway.logged(PATIENCE, cut).await.unwrap();
    assert_eq!(metric(&house, &met("legacy_gap")).await, Some(1));
    house.close();
}

#[tokio::test]
async fn an_answer_has_to_begin_and_to_end_in_time() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        let head = connection.head().await?;
        if head.starts_with("GET /health") {
            connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            connection.chunk("first").await?;
        }
        while !connection.read().await?.is_empty() {}
        Ok(())
    })
    .await;
    for limits in ["legacy_first_byte = \"200ms\"", "legacy_total = \"200ms\""] {
        let house = limited(&legacy, limits).await;
        let answer = house.get("/nowhere", &[]).await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (504, "{\"detail\":\"Gateway Timeout\"}"),
            "{limits}"
        );
        let limit = limits.split(' ').next().unwrap();
        assert_eq!(metric(&house, &met(limit)).await, Some(1));
        house.close();
    }
    let house = limited(&legacy, "legacy_total = \"300ms\"").await;
    let mut client = house.client().await;
    client.begin("GET", "/health", &[]).await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.chunk().await.unwrap().unwrap(), "first");
    assert!(client.chunk().await.is_err(), "the answer has no end");
    house.close();
}

#[tokio::test]
async fn a_connection_that_does_not_come_about_is_given_up() {
    // It accepts, and never ends the handshake.
    let legacy = FakeLegacy::play(|connection| async move {
        let _open = connection;
        std::future::pending().await
    })
    .await;
    let routes = format!(
        "schema = 1\n[legacy]\nurls = [\"https://{}\"]\n[limits]\nlegacy_connect = \"200ms\"\n",
        legacy.address()
    );
    let house = House::open(&Setting { routes, ..Setting::in_front_of(legacy.address()) }).await;
    assert_eq!(house.get("/health", &[]).await.status, 502);
    assert_eq!(metric(&house, "gateway_legacy_connect_failures_total{kind=\"timeout\"}").await, Some(1));
    assert_eq!(metric(&house, &met("legacy_connect")).await, Some(1));
    house.close_expecting(&["degraded", "legacy cannot be reached"]);
}
