//! What a request may cost on the way to the legacy: `[limits] legacy_…`.

use std::{sync::Arc, time::Instant};

use compat_tests::client::Client;
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
    let mut held = hold_two(&house, &legacy).await;
    let began = Instant::now();
    let refused = house.get("/health", &[]).await;
    assert_eq!((refused.status, refused.headers.one("retry-after")), (503, Some("1")));
    assert_eq!(refused.text(), "{\"detail\":\"Service Unavailable\"}");
    assert!(began.elapsed().as_millis() >= 900, "{:?}", began.elapsed());
    assert_eq!(metric(&house, &met("legacy_connections")).await, Some(1));
    // Two more wait, and each gets a connection as soon as one is free: within the second, but for a machine that is busy.
    let mut tries = 0;
    while two_that_wait(&house, &go).await != [200, 200] {
        tries += 1;
        assert!(tries < 5, "nobody tells those who wait");
        end_both(held, &go).await;
        held = hold_two(&house, &legacy).await;
    }
    end_both(held, &go).await;
    assert_eq!(metric(&house, "gateway_legacy_connections_opened_total").await, Some(2));
    house.close();
}

async fn hold_two(house: &House, legacy: &FakeLegacy) -> [Client; 2] {
    let before = legacy.executed();
    let mut held = [house.client().await, house.client().await];
    for client in &mut held {
        client.begin("GET", "/files/slow", &[]).await.unwrap();
    }
    while legacy.executed() < before + 2 {
        tokio::task::yield_now().await;
    }
    held
}

/// One of those who have the connections is let go.
async fn two_that_wait(house: &House, go: &Semaphore) -> [u16; 2] {
    let mut waiting = [house.client().await, house.client().await];
    for client in &mut waiting {
        client.begin("GET", "/health", &[]).await.unwrap();
    }
    go.add_permits(1);
    let mut statuses = [0; 2];
    for (client, status) in waiting.iter_mut().zip(&mut statuses) {
        *status = client.head().await.unwrap().status;
        client.rest().await.unwrap();
    }
    statuses
}

/// The other one goes as well.
async fn end_both(held: [Client; 2], go: &Semaphore) {
    go.add_permits(1);
    for mut client in held {
        assert_eq!(client.head().await.unwrap().status, 200);
    }
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
    let house = limited(&legacy, "legacy_gap = \"1s\"").await;
    assert_eq!(house.get("/health", &[]).await.text(), "firstlast");
    let mut client = house.client().await;
    client.begin("GET", "/nowhere", &[]).await.unwrap();
    let began = Instant::now();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.chunk().await.unwrap().unwrap(), "first");
    assert!(client.chunk().await.is_err(), "the answer has no end");
    assert!(began.elapsed().as_millis() >= 900, "{:?}", began.elapsed());
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
    let house = limited(&legacy, "legacy_total = \"2s\"").await;
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
