//! Crowds that take their time, each in another way: everybody else is served as if they were not there.

use std::time::Instant;

use super::*;

/// Connections that are in the way.
fn crowd() -> usize {
    many(100, 2_000)
}

/// Room for the crowd whatever the machine allows.
const ROOM: &str = "connections = 10000\nconnections_per_client = 10000\n";

/// Ordinary requests on connections of their own, and on one that is kept.
async fn everybody_else_is_served(house: &House) {
    let begun = Instant::now();
    let mut kept = house.client().await;
    for _ in 0..50 {
        assert_eq!(kept.request("GET", "/health", &[], b"").await.unwrap().text(), "served");
        assert_eq!(house.get("/health", &[]).await.text(), "served");
    }
    // A machine that does nothing else takes a second for all of them.
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

/// Who has said this, and says nothing more.
async fn who_said(house: &House, text: &str, receive: Option<u32>) -> Vec<TcpStream> {
    let mut streams = Vec::new();
    for number in 0..crowd() {
        let mut stream = connect(number, house.gateway.public(), receive).await;
        say(&mut stream, text).await;
        streams.push(stream);
    }
    streams
}

#[tokio::test]
async fn slow_heads() {
    let legacy = legacy(0).await;
    // Who has begun to speak is not idle.
    let text = format!("{ROOM}head = \"5s\"\nidle = \"4s\"\n");
    let house = House::open(&in_front_of(&legacy, &text)).await;
    let begun = Instant::now();
    let streams = who_said(&house, "GET /health HTTP/1.1\r\nhost: a\r\nx-", None).await;
    everybody_else_is_served(&house).await;
    for mut stream in streams {
        let (bytes, _) = rest(&mut stream).await;
        assert!(!bytes.starts_with(b"HTTP/1.1 200"), "{bytes:?}");
    }
    assert!(begun.elapsed() >= Duration::from_secs(5), "cut before the deadline: {:?}", begun.elapsed());
    wait_met(&house, &["head"], crowd()).await;
    assert_eq!(met(&house, "idle").await, 0);
    house.close();
}

#[tokio::test]
async fn slow_bodies() {
    let legacy = legacy(0).await;
    let house = House::open(&in_front_of(&legacy, &format!("{ROOM}body_pace = \"1KiB/3s\"\n"))).await;
    let begun = Instant::now();
    let head = "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nonly this";
    let streams = who_said(&house, head, None).await;
    everybody_else_is_served(&house).await;
    for mut stream in streams {
        let answered = text(&mut stream).await;
        assert!(answered.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answered}");
    }
    assert!(begun.elapsed() >= Duration::from_secs(3), "cut before the deadline: {:?}", begun.elapsed());
    assert_eq!(met(&house, "body_pace").await, crowd() as u64);
    house.close();
}

#[tokio::test]
async fn slow_readers() {
    const LARGE: usize = 16 << 20;
    let legacy = legacy(LARGE).await;
    let house = House::open(&in_front_of(&legacy, &format!("{ROOM}reading = \"2s\"\n"))).await;
    let begun = Instant::now();
    let ask = "GET /files/large HTTP/1.1\r\nhost: a\r\nx-request-id: unread\r\n\r\n";
    let streams = who_said(&house, ask, Some(4096)).await;
    everybody_else_is_served(&house).await;
    wait_met(&house, &["reading"], crowd()).await;
    assert!(begun.elapsed() >= Duration::from_secs(2), "cut before the deadline: {:?}", begun.elapsed());
    let line = house.gateway.logged_request("unread").await.unwrap();
    assert_eq!(
        (&line["complete"], &line["error.kind"], &line["error.reason"]),
        (&false.into(), &"client_left".into(), &"reading".into()),
        "{line}"
    );
    // What is left in their own buffers, then a reset: nobody takes it for the whole answer.
    for mut stream in streams.into_iter().take(20) {
        let (bytes, in_order) = rest(&mut stream).await;
        assert!(bytes.len() < LARGE && !in_order, "{} bytes, in order: {in_order}", bytes.len());
    }
    house.close();
}

#[tokio::test]
async fn who_reads_slowly_but_steadily_gets_everything() {
    const LARGE: usize = 12 << 20;
    let legacy = legacy(LARGE).await;
    let house = House::open(&in_front_of(&legacy, "reading = \"2s\"\n")).await;
    let mut stream = connect(0, house.gateway.public(), Some(64 << 10)).await;
    say(&mut stream, "GET /files/large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    let (begun, mut taken, mut piece) = (Instant::now(), 0, vec![0; 256 << 10]);
    loop {
        let length = stream.read(&mut piece).await.unwrap();
        if length == 0 {
            break;
        }
        taken += length;
        // At most 4 MiB in a second: other requests pass the time.
        while begun.elapsed().as_secs_f64() < taken as f64 / f64::from(4 << 20) {
            house.get("/health", &[]).await;
        }
    }
    assert!(taken > LARGE, "{taken}");
    assert!(begun.elapsed() > Duration::from_secs(2), "longer than the limit");
    assert_eq!(met(&house, "reading").await, 0);
    house.close();
}
