//! What is sent again: only what can do nothing twice, once, elsewhere, and of few.

use std::time::Instant;

use super::{metric, setting};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, nobody},
};

const COMPLAINTS: [&str; 3] =
    ["legacy closed the connection without an answer", "legacy instance ejected", "legacy cannot be reached"];

/// Takes a request, does what it asks for, and dies of it.
async fn mortal() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move { connection.request().await.map(drop) }).await
}

#[tokio::test]
async fn a_harmless_request_is_asked_once_more_elsewhere_and_no_other_is() {
    for (method, body, executed) in [
        ("GET", &b""[..], 2),
        ("HEAD", b"", 2),
        ("OPTIONS", b"", 2),
        ("GET", b"a body", 1),
        ("TRACE", b"", 1),
        ("POST", b"", 1),
        ("PUT", b"a body", 1),
        ("PATCH", b"", 1),
        ("DELETE", b"", 1),
    ] {
        let instances = [mortal().await, mortal().await, mortal().await];
        let addresses: Vec<_> = instances.iter().map(FakeLegacy::address).collect();
        let house = House::open(&setting(&addresses, "")).await;
        let answer = house.client().await.request(method, "/nowhere", &[], body).await.unwrap();
        assert_eq!(answer.status, 502, "{method}");
        let counts: Vec<_> = instances.iter().map(FakeLegacy::executed).collect();
        assert_eq!(counts.iter().sum::<usize>(), executed, "{method} with {} bytes", body.len());
        assert!(counts.iter().all(|count| *count <= 1), "{method}: {counts:?}");
        house.close_expecting(&COMPLAINTS);
    }
}

#[tokio::test]
async fn what_is_sent_again_succeeds_where_another_instance_is_well() {
    let (bad, good) = (mortal().await, FakeLegacy::reached().await);
    let house = House::open(&setting(&[bad.address(), good.address()], "")).await;
    while bad.executed() == 0 {
        let answer = house.get("/health", &[]).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "reached"));
    }
    house.close_expecting(&COMPLAINTS);
}

#[tokio::test]
async fn of_many_that_fail_few_are_sent_again() {
    let instances = [mortal().await, mortal().await];
    let addresses: Vec<_> = instances.iter().map(FakeLegacy::address).collect();
    let house = House::open(&setting(&addresses, "")).await;
    let began = Instant::now();
    for _ in 0..30 {
        assert_eq!(house.get("/health", &[]).await.status, 502);
    }
    // A quiet gateway may send ten again within ten seconds, and a slow machine takes longer.
    let most = 10 * (1 + began.elapsed().as_secs() / 10);
    let executed: usize = instances.iter().map(FakeLegacy::executed).sum();
    let again = metric(&house, "gateway_legacy_retries_total{reason=\"unanswered\"}").await.unwrap();
    assert_eq!(executed as u64, 30 + again);
    assert!((10..=most).contains(&again), "{again} of at most {most}");
    assert_eq!(metric(&house, "gateway_legacy_retries_refused_total").await, Some(30 - again));
    house.close_expecting(&COMPLAINTS);
}

#[tokio::test]
async fn when_nobody_is_there_the_client_hears_so_once() {
    let house = House::open(&setting(&[nobody(), ([127, 0, 0, 1], 1).into()], "")).await;
    assert_eq!(house.get("/health", &[]).await.status, 502);
    house.wait_told("legacy cannot be reached", 1).await;
    let page = house.admin("/readyz").await;
    assert!(page.text().contains("\"why\":\"connection refused\""), "{}", page.text());
    house.close_expecting(&[
        COMPLAINTS[1],
        COMPLAINTS[2],
        "degraded",
        "legacy instance unhealthy",
        "no legacy instance",
    ]);
}
