//! Bodies stream both ways, upgrades tunnel, and a client that goes away takes its request along.

use std::sync::Arc;

use compat_tests::{
    client::{
        Client,
        websocket::{ACCEPT, Frame, WebSocket},
    },
    sample::Version,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, mpsc},
};

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, shared},
};

#[tokio::test]
async fn each_event_is_received_before_the_next_is_sent() {
    let (received, next) = mpsc::channel::<()>(1);
    let next = Arc::new(tokio::sync::Mutex::new(next));
    let legacy = FakeLegacy::play(move |mut connection| {
        let next = Arc::clone(&next);
        async move {
            connection.request().await?;
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
            connection.send(head).await?;
            for number in 0..5 {
                // Only what the client has confirmed lets the next event go.
                next.lock().await.recv().await;
                connection.chunk(&format!("data: {number}\n\n")).await?;
            }
            connection.chunk("").await
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    client.begin("GET", "/api/events", &[]).await.unwrap();
    let head = client.head().await.unwrap();
    assert_eq!(head.headers.one("content-type"), Some("text/event-stream"));
    for number in 0..5 {
        received.send(()).await.unwrap();
        let event = client.chunk().await.unwrap().unwrap();
        assert_eq!(event, format!("data: {number}\n\n"));
    }
    assert_eq!(client.chunk().await.unwrap(), None);
    house.close();
}

#[tokio::test]
async fn an_upload_arrives_while_it_is_sent() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let legacy = FakeLegacy::play(move |mut connection| {
        let arrived = arrived.clone();
        async move {
            connection.head().await?;
            let mut body = String::new();
            while !body.ends_with("0\r\n\r\n") {
                let bytes = connection.read().await?;
                body += &String::from_utf8_lossy(&bytes);
                let _ = arrived.send(body.clone());
            }
            connection.answer("done").await
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    client.begin("POST", "/api/echo", &[("transfer-encoding", "chunked")]).await.unwrap();
    for part in ["one", "two", "three"] {
        client.send_chunk(part.as_bytes()).await.unwrap();
        // The next part is sent only after this one has come through.
        while !arrivals.recv().await.unwrap().contains(part) {}
    }
    client.send_chunk(b"").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.rest().await.unwrap(), "done");
    house.close();
}

#[tokio::test]
async fn an_early_answer_of_a_legacy_that_closes_is_heard() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.head().await?;
        connection
            .send("HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 5\r\n\r\nearly")
            .await?;
        connection.finish().await
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    for _ in 0..5 {
        let mut client = house.client().await;
        client.begin("POST", "/api/echo", &[("content-length", "20000000")]).await.unwrap();
        // The gateway may stop reading before the end: what it answers is what counts.
        let _ = client.send(&vec![b'x'; 20_000_000]).await;
        assert_eq!(client.head().await.unwrap().status, 413);
    }
    house.close();
}

#[tokio::test]
async fn a_get_keeps_a_body_of_unknown_length() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        let head = connection.head().await?;
        let mut body = String::new();
        while head.contains("transfer-encoding: chunked") && !body.ends_with("0\r\n\r\n") {
            body += &String::from_utf8_lossy(&connection.read().await?);
        }
        connection.answer(&body).await
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    client.begin("GET", "/health", &[("transfer-encoding", "chunked")]).await.unwrap();
    client.send_chunk(b"hello").await.unwrap();
    client.send_chunk(b"").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.rest().await.unwrap(), "5\r\nhello\r\n0\r\n\r\n");
    house.close();
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_the_work() {
    let (asked, cancelled) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell_asked, tell_cancelled) = (Arc::clone(&asked), Arc::clone(&cancelled));
    let legacy = FakeLegacy::play(move |mut connection| {
        let (asked, cancelled) = (Arc::clone(&tell_asked), Arc::clone(&tell_cancelled));
        async move {
            connection.request().await?;
            asked.notify_one();
            // Never answers; the gateway must close the connection.
            if connection.read().await.is_ok_and(|bytes| bytes.is_empty()) {
                cancelled.notify_one();
            }
            Ok(())
        }
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    client.begin("GET", "/health", &[("x-request-id", "gone")]).await.unwrap();
    asked.notified().await;
    drop(client);
    cancelled.notified().await;
    let line = house.gateway.logged_request("gone").await.unwrap();
    assert_eq!((line["status"].as_u64(), line["complete"].as_bool()), (Some(499), Some(false)));
    house.close();
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_not_passed_as_complete() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
        connection.chunk("half").await
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    client.begin("GET", "/health", &[("x-request-id", "half")]).await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.chunk().await.unwrap().unwrap(), "half");
    assert!(client.chunk().await.is_err());
    let line = house.gateway.logged_request("half").await.unwrap();
    assert_eq!((line["bytes_out"].as_u64(), line["complete"].as_bool()), (Some(4), Some(false)));
    house.close();
}

#[tokio::test]
async fn an_http_1_0_answer_does_not_downgrade_the_client() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        connection.send("HTTP/1.0 200 OK\r\n\r\nuntil it closes").await
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    for _ in 0..2 {
        let answer = client.request("GET", "/health", &[], b"").await.unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (200, "until it closes"));
    }
    house.close();
}

#[tokio::test]
async fn large_bodies_pass_both_ways_unchanged() {
    let version = Version::Newest;
    let house = House::open(&Setting::sample(version)).await;
    let body: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[number as usize % 3]).collect();
    let seen = house.client().await.request("POST", "/api/echo", &[], &body).await.unwrap();
    let mut straight = Client::connect(shared(version).legacy.address()).await.unwrap();
    let expected = straight.request("POST", "/api/echo", &[], &body).await.unwrap();
    assert_eq!((seen.status, seen.text()), (200, expected.text()));
    assert!(seen.text().contains("3000000"), "{}", seen.text());
    house.close();
}

#[tokio::test]
async fn the_samples_events_and_websocket_pass_through() {
    for version in Version::ALL {
        let house = House::open(&Setting::sample(version)).await;
        let target = "/api/events?count=3&interval=0";
        let mut straight = Client::connect(shared(version).legacy.address()).await.unwrap();
        let expected = straight.request("GET", target, &[], b"").await.unwrap();
        let events = house.get(target, &[]).await;
        assert_eq!((events.status, events.text()), (200, expected.text()));
        assert!(events.text().matches("data:").count() >= 3, "{}", events.text());

        let mut client = house.client().await;
        let head = client.handshake("/live", &[]).await.unwrap();
        assert_eq!((head.status, head.headers.one("sec-websocket-accept")), (101, Some(ACCEPT)));
        assert!(head.headers.one("x-request-id").is_some(), "{head:?}");
        talk(&mut client.into_websocket()).await;
        house.close();
    }
}

/// Greeting, text, binary, and a close that comes from the other end.
async fn talk(socket: &mut WebSocket) {
    assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("{\"event\":\"hello\"}")));
    for frame in [Frame::text("h\u{e9}"), Frame::binary(vec![0, 255, 7])] {
        socket.say(&frame).await.unwrap();
        assert_eq!(socket.hear().await.unwrap(), Some(frame));
    }
    socket.say(&Frame::text("bye")).await.unwrap();
    let close = socket.hear().await.unwrap().unwrap();
    assert_eq!(close.close_code(), Some(1000), "{close:?}");
}

#[tokio::test]
async fn asking_for_a_websocket_opens_no_way_around_the_policy_of_a_route() {
    // A legacy without WebSockets: it answers an upgrade as an ordinary request.
    let legacy = FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.answer("served").await?;
        }
    })
    .await;
    let setting =
        Setting::in_front_of(legacy.address()).with_routes(&[("GET /files/{path:path}", "\"deny\"")]);
    let house = House::open(&setting).await;
    let upgrade = [("connection", "Upgrade"), ("upgrade", "websocket")];
    for (target, status) in
        [("/users/me", 401), ("/files/x", 404), ("/health", 200), ("/live", 200), ("/nowhere", 200)]
    {
        assert_eq!(house.get(target, &upgrade).await.status, status, "{target}");
    }
    assert_eq!(legacy.executed(), 3);
    house.close();
}

#[tokio::test]
async fn an_upgrade_is_a_tunnel_only_after_the_101() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        let head = connection.head().await?;
        if head.starts_with("GET /live") {
            let agreed =
                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
            connection.send(agreed).await?;
            loop {
                let bytes = connection.read().await?;
                if bytes.is_empty() {
                    return Ok(());
                }
                connection.send(bytes.to_ascii_uppercase()).await?;
            }
        }
        connection.answer("no upgrade").await?;
        // What a client smuggles behind a refused upgrade must never arrive.
        let (head, _) = connection.request().await?;
        connection.answer(&head).await
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let upgrade = [("connection", "keep-alive, Upgrade"), ("upgrade", "WebSocket")];

    let mut client = house.client().await;
    client.begin("GET", "/live", &upgrade).await.unwrap();
    let head = client.head().await.unwrap();
    assert_eq!((head.status, head.headers.one("upgrade")), (101, Some("websocket")));
    let mut stream = client.into_stream();
    stream.write_all(b"hello").await.unwrap();
    let mut echoed = [0; 5];
    stream.read_exact(&mut echoed).await.unwrap();
    assert_eq!(&echoed, b"HELLO");
    drop(stream);

    let mut client = house.client().await;
    client.begin("GET", "/nowhere", &upgrade).await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 200);
    assert_eq!(client.rest().await.unwrap(), "no upgrade");
    // The connection still speaks HTTP, through the same checks as before.
    let answer = client.request("GET", "/users/me", &[], b"").await.unwrap();
    assert_eq!(answer.status, 401);
    house.close();
}

#[tokio::test]
async fn what_came_of_an_answer_that_breaks_off_is_there_before_the_end() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc").await
    })
    .await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    // The end may come with the piece, or after it.
    for _ in 0..20 {
        let mut stream = TcpStream::connect(house.gateway.public()).await.unwrap();
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        // How the connection ends is not what this is about.
        let _ = stream.read_to_string(&mut answer).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nabc"), "{answer:?}");
    }
    house.close_expecting(&["broke"]);
}
