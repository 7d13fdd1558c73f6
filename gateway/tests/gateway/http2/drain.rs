//! SIGTERM: GOAWAY at once, what has begun finishes, nothing new is taken.

use std::{process::Command, sync::Arc};

use tokio::sync::{Notify, mpsc};

use super::frames::{ACK, DATA, END_STREAM, GOAWAY, HEADERS, PING, Raw, frame, get};
use crate::{
    crowd::swift,
    fake_legacy::FakeLegacy,
    house::{House, Setting},
    upgrade::terminate,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn streams_in_flight_finish_after_goaway() {
    let go_on = Arc::new(Notify::new());
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let waiting = Arc::clone(&go_on);
    let legacy = FakeLegacy::play(move |mut connection| {
        let (go_on, arrived) = (Arc::clone(&waiting), arrived.clone());
        async move {
            connection.request().await?;
            let _ = arrived.send(());
            go_on.notified().await;
            connection.answer("finished").await
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    raw.ask(1, END_STREAM, &get("/a")).await;
    arrivals.recv().await.unwrap();
    let mut idle = Raw::connect(house.gateway.public()).await;
    idle.ask(1, END_STREAM, &[(":method", "GET"), (":scheme", "http"), (":path", "/")]).await;
    idle.next_of(HEADERS).await;

    let pid = house.gateway.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    // The first says that more is coming, the second how far it was listened (RFC 9113 section 6.8).
    let warned = raw.next_of(GOAWAY).await;
    assert_eq!((warned.goes_for(), &warned.payload[..4]), (0, &[0x7f, 0xff, 0xff, 0xff][..]));
    let goaway = raw.next_of(GOAWAY).await;
    assert_eq!((goaway.goes_for(), &goaway.payload[..4]), (0, &[0, 0, 0, 1][..]));
    // One that has nothing left ends by itself.
    assert!(idle.last_of(GOAWAY).await.is_some());
    go_on.notify_one();
    assert_eq!(raw.next_of(DATA).await.payload, b"finished");
    while raw.next().await.is_some() {}
    house.close();
}

#[tokio::test]
async fn who_comes_during_the_delay_is_answered_once_before_goaway() {
    let legacy = swift().await;
    let setting = Setting::in_front_of(legacy.address()).without_database();
    let house = House::open_with(&setting, &[("GATEWAY_DRAIN_DELAY", "10m")]).await;
    terminate(&house.gateway);
    house.wait_told("draining", 1).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    raw.send(&frame(PING, 0, 0, &[7; 8])).await.unwrap();
    loop {
        let found = raw.next().await.unwrap();
        assert_ne!(found.kind, GOAWAY, "it has asked nothing yet");
        if (found.kind, found.flags & ACK) == (PING, ACK) {
            break;
        }
    }
    raw.ask(1, END_STREAM, &get("/x")).await;
    let mut kinds = Vec::new();
    while let Some(found) = raw.next().await {
        kinds.push(found.kind);
    }
    assert!(kinds.contains(&HEADERS) && kinds.contains(&GOAWAY), "{kinds:?}");
    house.close_expecting(&["database"]);
}
