//! The one with less to do, and not the one where requests fail; but never fewer than half of them.

use std::{collections::BTreeSet, sync::Arc};

use tokio::sync::Notify;

use super::{metric, named, of, setting};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, nobody},
};

const EJECTED: &str = "legacy instance ejected";

#[tokio::test]
async fn who_is_busy_gets_less() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell_asked, wait_go) = (Arc::clone(&asked), Arc::clone(&go));
    let busy = FakeLegacy::play(move |mut connection| {
        let (asked, go) = (Arc::clone(&tell_asked), Arc::clone(&wait_go));
        async move {
            loop {
                connection.request().await?;
                asked.notify_one();
                go.notified().await;
                connection.answer("busy").await?;
            }
        }
    })
    .await;
    let idle = named("idle").await;
    let house = House::open(&setting(&[busy.address(), idle.address()], "")).await;
    // Until one is held at the busy one: of two that have nothing to do either may be chosen.
    let mut held = house.client().await;
    loop {
        held.begin("GET", "/health", &[]).await.unwrap();
        tokio::select! {
            () = asked.notified() => break,
            head = held.head() => assert_eq!(head.unwrap().status, 200),
        }
        held.rest().await.unwrap();
    }
    for _ in 0..40 {
        assert_eq!(house.get("/health", &[]).await.text(), "idle");
    }
    assert_eq!(metric(&house, &of("in_flight", busy.address())).await, Some(1));
    go.notify_one();
    assert_eq!(held.head().await.unwrap().status, 200);
    assert_eq!(held.rest().await.unwrap(), "busy");
    let mut seen = BTreeSet::new();
    go.notify_one();
    while seen.len() < 2 {
        seen.insert(house.get("/health", &[]).await.text());
        go.notify_one();
    }
    house.close();
}

#[tokio::test]
async fn who_refuses_connections_is_ejected_and_no_request_fails_whatever_its_method() {
    let (one, two, dead) = (named("one").await, named("two").await, nobody());
    // Neither is it taken back nor found by a check while the test lasts.
    let rules = "eject = { time = \"10m\", most = \"10m\" }\nhealth = { interval = \"10m\" }";
    let house = House::open(&setting(&[one.address(), dead, two.address()], rules)).await;
    let mut client = house.client().await;
    let mut asked = 0;
    while house.told(EJECTED) == 0 {
        for (method, body) in [("GET", &b""[..]), ("POST", b"a body"), ("DELETE", b"")] {
            assert_eq!(client.request(method, "/api/echo", &[], body).await.unwrap().status, 200, "{method}");
            asked += 1;
        }
    }
    assert_eq!(one.executed() + two.executed(), asked, "each was executed once");
    assert_eq!(metric(&house, &of("ejected", dead)).await, Some(1));
    assert_eq!(metric(&house, &of("failures_total", dead)).await, Some(3));
    assert_eq!(metric(&house, "gateway_legacy_retries_total{reason=\"connect\"}").await, Some(3));
    // Nobody is sent there any more.
    for _ in 0..50 {
        assert_eq!(house.get("/health", &[]).await.status, 200);
    }
    assert_eq!(metric(&house, &of("requests_total", dead)).await, Some(3));
    house.close_expecting(&[EJECTED, "legacy instance unhealthy"]);
}

#[tokio::test]
async fn a_single_instance_is_never_ejected_and_its_answers_are_its_own() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.send("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 5\r\n\r\nbusy!").await?;
        }
    })
    .await;
    let house = House::open(&setting(&[legacy.address()], "eject = { server_errors = true }")).await;
    for _ in 0..10 {
        let answer = house.get("/health", &[]).await;
        assert_eq!((answer.status, answer.text().as_str()), (503, "busy!"));
    }
    assert_eq!(legacy.executed(), 10);
    assert_eq!(metric(&house, &of("failures_total", legacy.address())).await, Some(10));
    assert_eq!(metric(&house, &of("ejected", legacy.address())).await, Some(0));
    house.close();
}

#[tokio::test]
async fn server_errors_eject_only_where_the_file_asks_for_it() {
    for (more, ejects) in [("", false), ("eject = { server_errors = true, failures = 2 }", true)] {
        let bad = FakeLegacy::play(|mut connection| async move {
            loop {
                connection.request().await?;
                connection.send("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n").await?;
            }
        })
        .await;
        let good = named("good").await;
        let house = House::open(&setting(&[bad.address(), good.address()], more)).await;
        while bad.executed() < 10 && house.told(EJECTED) == 0 {
            house.get("/health", &[]).await;
        }
        assert_eq!(bad.executed(), if ejects { 2 } else { 10 }, "{more}");
        assert_eq!(house.told(EJECTED), usize::from(ejects), "{more}");
        house.close_expecting(&[EJECTED]);
    }
}

#[tokio::test]
async fn who_takes_connections_and_never_answers_is_ejected() {
    let (silent, well) = (silent().await, named("well").await);
    for limit in ["legacy_first_byte", "legacy_total"] {
        let mut setting = setting(
            &[silent.address(), well.address()],
            "eject = { failures = 2, time = \"10m\", most = \"10m\" }",
        );
        setting.routes += &format!("[limits]\n{limit} = \"1s\"\n");
        let house = House::open(&setting).await;
        let mut late = 0;
        while house.told(EJECTED) == 0 {
            match house.get("/health", &[]).await.status {
                504 => late += 1,
                status => assert_eq!(status, 200),
            }
        }
        assert_eq!(late, 2, "{limit}");
        assert_eq!(metric(&house, &of("failures_total", silent.address())).await, Some(2), "{limit}");
        for _ in 0..20 {
            assert_eq!(house.get("/health", &[]).await.text(), "well");
        }
        house.close_expecting(&[EJECTED]);
    }
}

#[tokio::test]
async fn who_waits_for_a_client_to_the_end_of_the_time_has_not_failed() {
    let silent = silent().await;
    let mut setting = setting(&[silent.address()], "");
    setting.routes += "[limits]\nlegacy_total = \"1s\"\n";
    let house = House::open(&setting).await;
    let mut client = house.client().await;
    client.begin("POST", "/api/echo", &[("content-length", "5")]).await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 504);
    assert_eq!(metric(&house, &of("failures_total", silent.address())).await, Some(0));
    assert_eq!(house.get("/health", &[]).await.status, 504);
    assert_eq!(metric(&house, &of("failures_total", silent.address())).await, Some(1));
    house.close();
}

/// Takes requests and never answers.
async fn silent() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        while !connection.read().await?.is_empty() {}
        Ok(())
    })
    .await
}
