//! What the legacy receives of a stream, and what the client of an answer, byte for byte.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use http_body_util::BodyExt;
use tokio::{
    sync::{Barrier, mpsc},
    task::JoinSet,
};

use super::client::{Client, none, request, streamed, whole};
use crate::{
    fake_legacy::{Connection, FakeLegacy, header},
    house::{House, Setting},
};

/// All that arrives of one request up to this text.
async fn up_to(connection: &mut Connection, end: &str) -> std::io::Result<String> {
    let mut whole = String::new();
    while !whole.ends_with(end) {
        whole += &String::from_utf8_lossy(&connection.read().await?);
    }
    Ok(whole)
}

/// Tells what arrives of each request, which ends so, and answers it with these bytes.
async fn legacy(end: &'static str, answer: &'static str) -> (FakeLegacy, mpsc::UnboundedReceiver<String>) {
    let (arrived, arrivals) = mpsc::unbounded_channel();
    let legacy = FakeLegacy::play(move |mut connection| {
        let arrived = arrived.clone();
        async move {
            loop {
                let request = up_to(&mut connection, end).await?;
                // The gateway looks whether its legacy is there.
                if request.is_empty() {
                    return Ok(());
                }
                let _ = arrived.send(request);
                connection.send(answer).await?;
            }
        }
    })
    .await;
    (legacy, arrivals)
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

async fn house(legacy: &FakeLegacy) -> House {
    House::open(&Setting::in_front_of(legacy.address())).await
}

const FORWARDED: &str = "x-forwarded-for: 127.0.0.1\r\nx-forwarded-proto: http\r\n\
                         x-forwarded-host: api.example.com\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_head_is_what_http_1_would_have_said() {
    let (legacy, mut arrivals) = legacy("\r\n\r\n", OK).await;
    let house = house(&legacy).await;
    let mut client = Client::connect(house.gateway.public()).await;
    let asked = request("GET", "/a%2Fb//c;d?x=%20&y")
        .header("x-request-id", "one")
        .header("cookie", "a=1")
        .header("te", "trailers")
        .header("accept", "*/*")
        .header("cookie", "b=2; c=3")
        .header("x-twice", "1")
        .header("x-twice", "2");
    let heard = client.send(asked.body(none()).unwrap()).await.unwrap();
    assert_eq!((heard.status(), heard.text().await.as_str()), (200, "ok"));
    let expected = format!(
        "GET /a%2Fb//c;d?x=%20&y HTTP/1.1\r\nx-request-id: one\r\ncookie: a=1; b=2; c=3\r\naccept: */*\r\n\
         x-twice: 1\r\nx-twice: 2\r\nhost: api.example.com\r\n{FORWARDED}\r\n"
    );
    assert_eq!(arrivals.recv().await.unwrap(), expected);
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_body_has_its_length_or_comes_in_chunks() {
    let (legacy, mut arrivals) = legacy("end", OK).await;
    let house = house(&legacy).await;
    let mut client = Client::connect(house.gateway.public()).await;
    let asked = |id: &'static str| request("POST", "/a").header("x-request-id", id);
    client.send(asked("one").body(whole("the end")).unwrap()).await.unwrap().text().await;
    let expected = |framing: &str| {
        format!(
            "POST /a HTTP/1.1\r\nx-request-id: one\r\n{framing}host: api.example.com\r\n{FORWARDED}\r\nthe end"
        )
    };
    assert_eq!(arrivals.recv().await.unwrap(), expected("content-length: 7\r\n"));
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn trailers_do_not_hurt_a_body_of_unknown_length() {
    let (legacy, mut arrivals) = legacy("0\r\n\r\n", OK).await;
    let house = house(&legacy).await;
    let mut client = Client::connect(house.gateway.public()).await;
    let data = |text: &'static str| Frame::data(Bytes::from_static(text.as_bytes()));
    let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), "1".parse().unwrap())]);
    let frames = vec![data("the "), data("end"), Frame::trailers(trailers)];
    let asked = request("POST", "/a").header("x-request-id", "one").body(streamed(frames)).unwrap();
    assert_eq!(client.send(asked).await.unwrap().text().await, "ok");
    let arrived = arrivals.recv().await.unwrap();
    let (head, body) = arrived.split_once("\r\n\r\n").unwrap();
    assert_eq!(header(head, "transfer-encoding"), Some("chunked"), "{head}");
    assert_eq!(header(head, "content-length"), None, "{head}");
    assert!(["4\r\nthe \r\n3\r\nend\r\n0\r\n\r\n", "7\r\nthe end\r\n0\r\n\r\n"].contains(&body), "{body:?}");
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_answer_loses_what_belongs_to_a_connection() {
    let answer = "HTTP/1.1 201 Made\r\nserver: uvicorn\r\nconnection: x-local, keep-alive\r\nkeep-alive: timeout=5\r\n\
                  x-local: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ndate: then\r\ntransfer-encoding: chunked\r\n\r\n\
                  2\r\nok\r\n0\r\nx-sum: 2\r\n\r\n";
    let (legacy, _arrivals) = legacy("\r\n\r\n", answer).await;
    let house = house(&legacy).await;
    let mut client = Client::connect(house.gateway.public()).await;
    let asked = request("GET", "/a").header("x-request-id", "one").body(none()).unwrap();
    let heard = client.send(asked).await.unwrap();
    let expected = [
        ("server", "uvicorn"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("date", "then"),
        ("x-request-id", "one"),
    ];
    assert_eq!((heard.status(), heard.headers()), (201, expected.to_vec()));
    let body = heard.0.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap().get("x-sum").unwrap(), "2");
    assert_eq!(body.to_bytes(), "ok");
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn where_http_has_no_body_none_is_sent() {
    for (method, answer, status, length) in [
        ("HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n", 200, Some("7")),
        ("HEAD", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", 200, None),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, None),
        ("GET", "HTTP/1.1 304 Not Modified\r\netag: \"1\"\r\n\r\n", 304, None),
        ("GET", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, Some("0")),
    ] {
        let (legacy, _arrivals) = legacy("\r\n\r\n", answer).await;
        let house = house(&legacy).await;
        let mut client = Client::connect(house.gateway.public()).await;
        // Twice: what was left of the first would stand before the second.
        for _ in 0..2 {
            let heard = client.send(request(method, "/a").body(none()).unwrap()).await.unwrap();
            let found = heard.length();
            assert_eq!((heard.status(), found.as_deref()), (status, length), "{method} {answer:?}");
            assert_eq!(heard.text().await, "", "{method} {answer:?}");
        }
        // An answer of our own, which is made with its body.
        let [told, body] = [heard_of(&mut client, "HEAD").await, heard_of(&mut client, "GET").await];
        assert_eq!((told.0, told.1, told.2.as_str()), (400, body.1, ""));
        assert!(!body.2.is_empty());
        house.close();
    }
}

/// Status, length and body of a request that is refused.
async fn heard_of(client: &mut Client, method: &str) -> (u16, Option<String>, String) {
    let heard = client.send(request(method, "/%00").body(none()).unwrap()).await.unwrap();
    (heard.status(), heard.length(), heard.text().await)
}

/// A hundred at a time, on one connection: none is answered before all have arrived.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_hundred_streams_are_served_at_once() {
    let all = Arc::new(Barrier::new(100));
    let legacy = FakeLegacy::play(move |mut connection| {
        let all = Arc::clone(&all);
        async move {
            let (head, _) = connection.request().await?;
            all.wait().await;
            connection.answer(head.split(' ').nth(1).unwrap_or("")).await
        }
    })
    .await;
    let house = house(&legacy).await;
    let client = Client::connect(house.gateway.public()).await;
    let mut asking = JoinSet::new();
    for number in 0..100 {
        let mut sender = client.sender.clone();
        asking.spawn(async move {
            let path = format!("/number/{number}");
            let asked = request("GET", &path).body(none()).unwrap();
            let heard = sender.send_request(asked).await.unwrap();
            let body = heard.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body, path);
        });
    }
    asking.join_all().await;
    assert_eq!(legacy.executed(), 100);
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn large_bodies_pass_both_ways_unchanged() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            let (_, body) = connection.request().await?;
            connection.send(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len())).await?;
            connection.send(body).await?;
        }
    })
    .await;
    let house = house(&legacy).await;
    let body = Bytes::from_iter((0..16_u32 << 20).map(|index| (index % 251) as u8));
    let mut client = Client::connect(house.gateway.public()).await;
    let asked = request("POST", "/large").body(whole(body.clone())).unwrap();
    let heard = client.send(asked).await.unwrap();
    let found = heard.0.into_body().collect().await.unwrap().to_bytes();
    assert!(found == body, "{} of {} bytes, or others", found.len(), body.len());
    house.close();
}
