//! A body that no answer needs: the connection outlives a small one, and with any other the answer says that it ends.

use tokio::io::AsyncReadExt;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, TASK, bearer, token},
};

/// One that nobody asks.
async fn legacy() -> FakeLegacy {
    FakeLegacy::play(|_| async { Ok(()) }).await
}

/// Refused for its token, by `routes.toml`; answered by a handler that wants no body.
const ASKED: [(&str, &str, u16); 3] =
    [("POST", "/api/tasks", 401), ("POST", "/api/echo", 404), ("GET", "/api/tasks/1", 200)];

async fn open(legacy: &FakeLegacy) -> House {
    let entries = [("POST /api/echo", "\"deny\""), (TASK, "\"native\"")];
    House::open(&Setting::in_front_of(legacy.address()).with_routes(&entries)).await
}

/// With a token where one is needed for the answer.
fn headers<'a>(status: u16, authorization: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let token = (status == 200).then_some(("authorization", authorization));
    token.into_iter().chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn a_small_one_is_passed_over() {
    let legacy = legacy().await;
    let house = open(&legacy).await;
    let authorization = bearer(&token(1));
    let mut client = house.client().await;
    for (method, target, status) in ASKED.iter().chain(&ASKED) {
        let headers = headers(*status, &authorization, &[("transfer-encoding", "chunked")]);
        client.begin(method, target, &headers).await.unwrap();
        // In more pieces than hyper takes on its own from a body that nobody reads.
        for _ in 0..6 {
            client.send_chunk(&[b'x'; 10_000]).await.unwrap();
        }
        client.send_chunk(b"").await.unwrap();
        let head = client.head().await.unwrap();
        assert_eq!((head.status, head.headers.one("connection")), (*status, None), "{target}");
        client.rest().await.unwrap();
    }
    assert_eq!(legacy.executed(), 0);
    house.close();
}

#[tokio::test]
async fn with_a_large_one_or_one_that_waits_the_connection_ends_and_says_so() {
    let legacy = legacy().await;
    let house = open(&legacy).await;
    let authorization = bearer(&token(1));
    // One that waits to be invited is not: the client has kept its body for itself.
    for kept_back in
        [&[("content-length", "70000")][..], &[("content-length", "5"), ("expect", "100-continue")]]
    {
        for (method, target, status) in ASKED {
            let mut client = house.client().await;
            client.begin(method, target, &headers(status, &authorization, kept_back)).await.unwrap();
            let head = client.next_head().await.unwrap();
            assert_eq!((head.status, head.headers.one("connection")), (status, Some("close")), "{target}");
            client.rest().await.unwrap();
            assert_eq!(client.into_stream().read(&mut [0]).await.unwrap(), 0, "{target}");
        }
    }
    assert_eq!(legacy.executed(), 0);
    house.close();
}

#[tokio::test]
async fn one_that_is_larger_than_the_route_allows_ends_the_connection() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.head().await?;
        while !connection.read().await?.is_empty() {}
        Ok(())
    })
    .await;
    let limited = [("POST /api/echo", "{ owner = \"legacy\", body_max = \"8B\" }")];
    let house = House::open(&Setting::in_front_of(legacy.address()).with_routes(&limited)).await;
    for framing in [("content-length", "9"), ("transfer-encoding", "chunked")] {
        let mut client = house.client().await;
        client.begin("POST", "/api/echo", &[framing]).await.unwrap();
        if framing.1 == "chunked" {
            client.send_chunk(b"123456789").await.unwrap();
        }
        let head = client.head().await.unwrap();
        assert_eq!((head.status, head.headers.one("connection")), (413, Some("close")), "{framing:?}");
    }
    house.close();
}
