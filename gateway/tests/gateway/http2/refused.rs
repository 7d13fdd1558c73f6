//! What no request of HTTP/2 may be (RFC 9113 section 8): the legacy hears nothing of it, or nothing whole.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    client::{Client, none, request},
    frames::{DATA, END_STREAM, HEADERS, PROTOCOL_ERROR, RESET, Raw, frame, get, post},
};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting},
};

async fn house(legacy: &FakeLegacy) -> House {
    House::open(&Setting::in_front_of(legacy.address())).await
}

/// The stream is reset, the connection and the next stream are as good as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_malformed_head_resets_its_stream_alone() {
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    let with = |name: &'static str, value: &'static str| {
        let mut fields = get("/a");
        fields.push((name, value));
        fields
    };
    let without = |name: &str| get("/a").into_iter().filter(|(found, _)| *found != name).collect::<Vec<_>>();
    let replaced = |name: &str, value: &'static str| {
        let fields = get("/a").into_iter();
        fields.map(|(found, old)| (found, if found == name { value } else { old })).collect::<Vec<_>>()
    };
    let cases = [
        with("connection", "keep-alive"),
        with("keep-alive", "timeout=5"),
        with("proxy-connection", "keep-alive"),
        with("transfer-encoding", "chunked"),
        with("upgrade", "websocket"),
        with("te", "gzip"),
        with(":path", "/b"),
        with("content-length", "1"),
        with("content-length", "+0"),
        with("content-length", "1, 1"),
        without(":method"),
        without(":scheme"),
        replaced(":path", ""),
        replaced(":path", "/a b"),
        replaced(":authority", "a b"),
        [replaced(":method", "CONNECT"), vec![(":protocol", "websocket")]].concat(),
    ];
    for (index, fields) in cases.iter().enumerate() {
        let stream = 2 * index as u32 + 1;
        raw.ask(stream, END_STREAM, fields).await;
        let reset = raw.next_of(RESET).await;
        assert_eq!((reset.stream, reset.reset_for()), (stream, PROTOCOL_ERROR), "{fields:?}");
    }
    assert_eq!(legacy.executed(), 0);
    raw.ask(99, END_STREAM, &get("/a")).await;
    assert_eq!(raw.next_of(DATA).await.payload, b"reached");
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_length_that_is_not_that_of_the_data_reaches_nobody_whole() {
    let whole = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&whole);
    let legacy = FakeLegacy::play(move |mut connection| {
        let counted = Arc::clone(&counted);
        async move {
            loop {
                // Where the request was begun at all, it is broken off before its announced end.
                connection.request().await?;
                counted.fetch_add(1, Ordering::SeqCst);
                connection.answer("whole").await?;
            }
        }
    })
    .await;
    let house = house(&legacy).await;
    let asked = |announced: &'static str| {
        let mut fields = post("/a");
        fields.push(("content-length", announced));
        fields
    };
    for (announced, sent) in [("5", &b"four"[..]), ("3", b"four"), ("10", b"")] {
        let mut raw = Raw::connect(house.gateway.public()).await;
        raw.ask(1, 0, &asked(announced)).await;
        raw.send(&frame(DATA, END_STREAM, 1, sent)).await.unwrap();
        let reset = raw.next_of(RESET).await;
        assert_eq!((reset.stream, reset.reset_for()), (1, PROTOCOL_ERROR), "{announced} {sent:?}");
        raw.ask(3, 0, &asked("4")).await;
        raw.send(&frame(DATA, END_STREAM, 3, b"four")).await.unwrap();
        assert_eq!(raw.next_of(DATA).await.payload, b"whole");
    }
    assert_eq!(whole.load(Ordering::SeqCst), 3);
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_ambiguous_is_a_400_of_its_class() {
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    let mut client = Client::connect(house.gateway.public()).await;
    for (method, path, host, class) in [
        ("GET", "/a", Some("other.example.com"), "other_authority"),
        ("GET", "/%00", None, "control_character"),
        ("OPTIONS", "*", Some("api.example.com"), "target_form"),
    ] {
        let mut asked = match path {
            "*" => http::Request::builder().method(method).uri("*"),
            _ => request(method, path),
        };
        if let Some(host) = host {
            asked = asked.header("host", host);
        }
        let Ok(heard) = client.send(asked.body(none()).unwrap()).await else { panic!("{class}: no answer") };
        assert_eq!(heard.status(), 400, "{class}");
        assert!(!heard.headers().iter().any(|(name, _)| *name == "connection"));
        let metrics = house.admin("/metrics").await.text();
        let line = format!("gateway_refused_total{{reason=\"{class}\"}} 1");
        assert!(metrics.contains(&line), "{line}");
    }
    let mut raw = Raw::connect(house.gateway.public()).await;
    let no_authority = [(":method", "GET"), (":scheme", "http"), (":path", "/a")];
    raw.ask(1, END_STREAM, &no_authority).await;
    // The index of `:status: 400` in the static table (RFC 7541 appendix A).
    assert_eq!(raw.next_of(HEADERS).await.payload[0], 0x8c);
    raw.ask(3, END_STREAM, &[(":method", "CONNECT"), (":authority", "api.example.com:443")]).await;
    assert_eq!(raw.next_of(HEADERS).await.payload[0], 0x8c);
    let twice = [post("/a"), vec![("content-length", "4"), ("content-length", "4")]].concat();
    raw.ask(5, 0, &twice).await;
    raw.send(&frame(DATA, END_STREAM, 5, b"four")).await.unwrap();
    assert_eq!(raw.next_of(HEADERS).await.payload[0], 0x8c);
    for (stream, value) in [(7, " a"), (9, "a\t"), (11, " ")] {
        raw.ask(stream, END_STREAM, &[get("/a"), vec![("x-a", value)]].concat()).await;
        assert_eq!(raw.next_of(HEADERS).await.payload[0], 0x8c, "{value:?}");
    }
    let metrics = house.admin("/metrics").await.text();
    assert!(metrics.contains("gateway_refused_total{reason=\"header_malformed\"} 3"), "{metrics}");
    assert_eq!(legacy.executed(), 0);
    house.close();
}

/// h2 cuts it off before anybody can see that it was there: a known difference, told in docs/edge.md.
#[tokio::test]
async fn a_fragment_is_judged_and_forwarded_as_if_it_had_not_come() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            connection.answer(head.lines().next().unwrap_or_default()).await?;
        }
    })
    .await;
    let house = house(&legacy).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    for (stream, asked, seen) in [
        (1, "/a#b", "GET /a HTTP/1.1"),
        (3, "/a?b=1#?c=2", "GET /a?b=1 HTTP/1.1"),
        (5, "/a%23b", "GET /a%23b HTTP/1.1"),
    ] {
        raw.ask(stream, END_STREAM, &get(asked)).await;
        assert_eq!(String::from_utf8(raw.next_of(DATA).await.payload).unwrap(), seen, "{asked}");
    }
    let metrics = house.admin("/metrics").await.text();
    assert!(metrics.contains("gateway_refused_total{reason=\"fragment\"} 0\n"));
    house.close();
}

#[tokio::test]
async fn the_limits_of_a_head_are_those_of_every_protocol() {
    let legacy = FakeLegacy::reached().await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes.push_str("[limits]\nheader_count = 5\ntarget_bytes = \"1KiB\"\n");
    let house = House::open(&setting).await;
    let mut client = Client::connect(house.gateway.public()).await;
    let long = format!("/{}", "a".repeat(1024));
    for (path, more, status, limit) in
        [("/a", 4, 200, None), ("/a", 5, 431, Some("header_count")), (&*long, 0, 414, Some("target_bytes"))]
    {
        let mut asked = request("GET", path);
        for _ in 0..more {
            asked = asked.header("x-more", "1");
        }
        let Ok(heard) = client.send(asked.body(none()).unwrap()).await else { panic!("{status}: no answer") };
        assert_eq!(heard.status(), status);
        if let Some(limit) = limit {
            let metrics = house.admin("/metrics").await.text();
            let line = format!("gateway_limited_total{{limit=\"{limit}\"}} 1");
            assert!(metrics.contains(&line), "{line}");
        }
    }
    assert_eq!(legacy.executed(), 1);
    house.close();
}
