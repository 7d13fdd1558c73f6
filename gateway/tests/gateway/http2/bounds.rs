//! What one connection may cost, and that a stream that is given up costs nothing more.

use std::sync::Arc;

use tokio::{
    sync::{Notify, mpsc},
    time::timeout,
};

use super::{
    client::{Client, none, request},
    frames::{
        CANCEL, CONTINUATION, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, GOAWAY, HEADERS, RESET, Raw,
        SETTINGS, WINDOW_UPDATE, block, frame, get,
    },
};
use crate::{
    crowd::is_long,
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, show},
};

async fn house(legacy: &FakeLegacy) -> House {
    House::open(&Setting::in_front_of(legacy.address())).await
}

/// Returns when the metrics say so.
async fn counted(house: &House, line: &str) {
    let is_there =
        async { while !house.admin("/metrics").await.text().lines().any(|found| found == line) {} };
    timeout(PATIENCE, is_there).await.unwrap_or_else(|_| panic!("{line}"));
}

fn reset(stream: u32) -> Vec<u8> {
    frame(RESET, 0, stream, &CANCEL.to_be_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_settings_say_what_one_connection_may_have() {
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    let settings = raw.next_of(SETTINGS).await.payload;
    let number = |at: &[u8]| u32::from_be_bytes(at.try_into().unwrap());
    let settings: Vec<_> =
        settings.chunks(6).map(|one| (u16::from_be_bytes([one[0], one[1]]), number(&one[2..]))).collect();
    // RFC 9113 section 6.5.2: streams at a time, window of a stream, header list.
    for expected in [(3, 100), (4, 64 << 10), (6, 64 << 10)] {
        assert!(settings.contains(&expected), "{expected:?} in {settings:?}");
    }
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_header_list_beyond_the_limit_is_431_and_far_beyond_it_the_end() {
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    let mut client = Client::connect(house.gateway.public()).await;
    let large = "a".repeat(8 << 10);
    for (count, status) in [(7, 200), (9, 431)] {
        let mut asked = request("GET", "/a");
        for number in 0..count {
            asked = asked.header(format!("x-{number}"), &large);
        }
        let heard = client.send(asked.body(none()).unwrap()).await.unwrap();
        assert_eq!(heard.status(), status, "{count}");
    }
    assert_eq!(legacy.executed(), 1);
    house.close();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_head_that_does_not_end_ends_the_connection() {
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    raw.send(&frame(HEADERS, END_STREAM, 1, &block(&get("/a")))).await.unwrap();
    // Empty ones cost the sender nothing. It may be gone before all are sent.
    for _ in 0..1000 {
        if raw.send(&frame(CONTINUATION, 0, 1, &block(&[("x-a", "b")]))).await.is_err() {
            break;
        }
    }
    let goaway = raw.last_of(GOAWAY).await;
    assert!(goaway.is_none_or(|goaway| goaway.goes_for() == ENHANCE_YOUR_CALM));
    counted(&house, "gateway_http2_goaways_total{reason=\"enhance_your_calm\"} 1").await;
    assert_eq!(legacy.executed(), 0);
    house.close();
}

/// Of which h2 itself would only hear when it is whole.
#[tokio::test]
async fn a_head_that_is_never_whole_is_late() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        while !connection.read().await?.is_empty() {}
        Ok(())
    })
    .await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes.push_str("[limits]\nhead = \"500ms\"\n");
    let house = House::open(&setting).await;
    // In the middle of a frame, and between two of them; beside the second, a request that is under way.
    let whole = frame(HEADERS, END_STREAM, 3, &block(&get("/a")));
    for (sent, beside) in [(&whole[..whole.len() - 1], false), (&whole[..], true)] {
        let mut raw = Raw::connect(house.gateway.public()).await;
        // Acknowledged before, or that would stand in the middle of the head.
        raw.next_of(SETTINGS).await;
        if beside {
            raw.ask(1, END_STREAM, &[get("/a"), vec![("x-request-id", "beside")]].concat()).await;
        }
        raw.send(sent).await.unwrap();
        gone(&mut raw).await;
    }
    let line = house.gateway.logged_request("beside").await.unwrap();
    assert_eq!((&line["status"], &line["error.reason"]), (&499.into(), &"head".into()), "{line}");
    counted(&house, "gateway_limited_total{limit=\"head\"} 2").await;
    house.close();
}

#[tokio::test]
async fn header_bytes_bound_what_is_unpacked() {
    let legacy = FakeLegacy::reached().await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes.push_str("[limits]\nheader_bytes = \"8KiB\"\nheader_count = 10\n");
    let house = House::open(&setting).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    let most: u32 = (8 << 10) + 18 * 32;
    let announced = [&6_u16.to_be_bytes()[..], &most.to_be_bytes()].concat();
    let settings = raw.next_of(SETTINGS).await.payload;
    assert!(settings.chunks(6).any(|one| one == announced), "{settings:?}");
    // As HTTP/1 writes it: `GET /a HTTP/1.1`, `host: api.example.com`, `x-large: `, with the ends of lines.
    let head = 17 + 23 + 11 + 2;
    let mut client = Client::connect(house.gateway.public()).await;
    for (length, status, count, shape) in
        [(8192 - head, 200, 0, "reached"), (8193 - head, 431, 1, "{\"detail\":"), (9000, 431, 1, "")]
    {
        let asked = request("GET", "/a").header("x-large", "a".repeat(length));
        let heard = client.send(asked.body(none()).unwrap()).await.unwrap();
        assert_eq!(heard.status(), status, "{length}");
        let text = heard.text().await;
        assert!(text.starts_with(shape) && text.is_empty() == shape.is_empty(), "{length}: {text}");
        counted(&house, &format!("gateway_limited_total{{limit=\"header_bytes\"}} {count}")).await;
    }
    assert_eq!(legacy.executed(), 1);
    house.close();
}

#[tokio::test]
async fn what_no_client_does_is_counted_by_its_code() {
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    for (sent, code, name) in [
        (frame(DATA, 0, 0, b"of no stream"), 1, "protocol_error"),
        (frame(WINDOW_UPDATE, 0, 0, &0x7fff_ffff_u32.to_be_bytes()), 3, "flow_control_error"),
        (frame(CONTINUATION, 0, 1, &[0; (16 << 10) + 1]), 6, "frame_size_error"),
    ] {
        let mut raw = Raw::connect(house.gateway.public()).await;
        raw.send(&sent).await.unwrap();
        let goaway = raw.last_of(GOAWAY).await;
        assert!(goaway.is_none_or(|goaway| goaway.goes_for() == code), "{name}");
        counted(&house, &format!("gateway_http2_goaways_total{{reason=\"{name}\"}} 1")).await;
    }
    // Who says goodbye has done nothing.
    let mut raw = Raw::connect(house.gateway.public()).await;
    raw.send(&frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 1])).await.unwrap();
    gone(&mut raw).await;
    counted(&house, "gateway_http2_goaways_total{reason=\"protocol_error\"} 1").await;
    house.close();
}

#[tokio::test]
async fn who_does_not_answer_a_ping_is_gone() {
    if !is_long() {
        return show("http2: a ping without an answer is waited for only with GATEWAY_TEST_LONG");
    }
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    let raw = Raw::connect(house.gateway.public()).await;
    counted(&house, "gateway_http2_goaways_total{reason=\"ping_timeout\"} 1").await;
    drop(raw);
    house.close();
}

/// Asked and reset in one breath, again and again (CVE-2023-44487).
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_flood_of_resets_ends_the_connection() {
    let legacy = FakeLegacy::reached().await;
    let house = house(&legacy).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    let flood: Vec<u8> = (0..1000_u32)
        .flat_map(|number| {
            let asked = frame(HEADERS, END_STREAM | END_HEADERS, 2 * number + 1, &block(&get("/a")));
            [asked, reset(2 * number + 1)].concat()
        })
        .collect();
    // It may be over before all of it is sent.
    let _ = raw.send(&flood).await;
    let goaway = raw.last_of(GOAWAY).await;
    assert!(goaway.is_none_or(|goaway| goaway.goes_for() == ENHANCE_YOUR_CALM));
    counted(&house, "gateway_http2_goaways_total{reason=\"enhance_your_calm\"} 1").await;
    assert!(legacy.executed() < 200, "{}", legacy.executed());
    house.close();
}

/// The same, but each request has reached the legacy before it is given up: no frame is suspicious by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_gives_up_most_of_what_is_asked_loses_the_connection() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let (ended, mut ends) = mpsc::unbounded_channel();
    let legacy = FakeLegacy::play(move |mut connection| {
        let (arrived, ended) = (arrived.clone(), ended.clone());
        async move {
            connection.request().await?;
            let _ = arrived.send(());
            // Until the gateway closes it: nobody waits for an answer any more.
            while !connection.read().await.unwrap_or_default().is_empty() {}
            let _ = ended.send(());
            Ok(())
        }
    })
    .await;
    let house = house(&legacy).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    let mut asked = 0;
    for number in 0..200_u32 {
        let stream = 2 * number + 1;
        let whole = frame(HEADERS, END_STREAM | END_HEADERS, stream, &block(&get("/a")));
        if raw.send(&whole).await.is_err() || (asked == 101 && raw.next().await.is_none()) {
            break;
        }
        tokio::select! {
            _ = arrivals.recv() => {}
            () = gone(&mut raw) => break,
        }
        asked += 1;
        if raw.send(&reset(stream)).await.is_err() {
            break;
        }
        // Each request that is given up is given up toward the legacy too.
        ends.recv().await.unwrap();
    }
    assert_eq!(asked, 101, "how many were let through");
    house.close();
}

/// Until the connection has ended.
async fn gone(raw: &mut Raw) {
    while raw.next().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stream_that_is_reset_takes_its_answer_along() {
    let more = Arc::new(Notify::new());
    let (ended, mut ends) = mpsc::unbounded_channel();
    let asked = Arc::clone(&more);
    let legacy = FakeLegacy::play(move |mut connection| {
        let (more, ended) = (Arc::clone(&asked), ended.clone());
        async move {
            connection.request().await?;
            connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            connection.chunk("one").await?;
            more.notified().await;
            // The gateway has closed it: at the end of what it sends, which is nothing.
            let _ = ended.send(connection.read().await.unwrap_or_default());
            Ok(())
        }
    })
    .await;
    let house = house(&legacy).await;
    let mut raw = Raw::connect(house.gateway.public()).await;
    raw.ask(1, END_STREAM, &get("/a")).await;
    assert_eq!(raw.next_of(DATA).await.payload, b"one");
    raw.send(&reset(1)).await.unwrap();
    more.notify_one();
    assert_eq!(ends.recv().await.unwrap(), b"");
    house.close();
}
