//! Each kind of traffic: bodies, streams, sockets, answers of the gateway's own, and those that broke off.

use compat_tests::client::websocket::{ACCEPT, Frame};
use gateway::parity::exchange::{
    content::{Content, Omitted},
    frame::Side,
};
use http::Method;

use super::{TEST_DATA, closed, find, open, reason};
use crate::{
    fake_legacy::{Connection, FakeLegacy},
    house::{House, Setting},
    http2::client::{Client as Http2, request, whole},
};

const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

async fn legacy() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            answer(&mut connection, &head).await?;
        }
    })
    .await
}

async fn answer(connection: &mut Connection, head: &str) -> std::io::Result<()> {
    match head.split(' ').nth(1).unwrap_or_default() {
        "/events" => {
            connection.send(STREAM).await?;
            for number in 0..3 {
                connection.chunk(&format!("data: {number}\n\n")).await?;
            }
            connection.chunk("").await
        }
        "/trailers" => {
            let head = "HTTP/1.1 200 OK\r\ntrailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n";
            connection.send(format!("{head}3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n")).await
        }
        "/half" => {
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await?;
            connection.finish().await?;
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        "/long" => connection.answer(&"long".repeat(1000)).await,
        "/live" => {
            let head = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n";
            connection.send(format!("{head}sec-websocket-accept: {ACCEPT}\r\n\r\n")).await?;
            connection.read().await?;
            connection.send(b"\x81\x05hello").await?;
            while !connection.read().await?.is_empty() {}
            Err(std::io::ErrorKind::UnexpectedEof.into())
        }
        _ => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n";
            connection.send(format!("{head}{{\"status\":1}}")).await
        }
    }
}

async fn talk(house: &House) {
    let mut client = house.client().await;
    client.handshake("/live", &[]).await.unwrap();
    let mut socket = client.into_websocket();
    socket.say(&Frame::text("status")).await.unwrap();
    assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("hello")));
    socket.say(&Frame::close(1000, "")).await.unwrap();
}

#[tokio::test]
async fn every_kind_of_traffic_is_there_as_it_passed() {
    let legacy = legacy().await;
    let setting = Setting::in_front_of(legacy.address()).with_routes(&[("GET /health", "\"deny\"")]);
    let house = open(setting, &format!("{TEST_DATA}body_max = \"2KiB\"\n")).await;
    let json = [("content-type", "application/json")];
    let mut client = house.client().await;
    client.request("POST", "/echo", &json, b"{\"status\": 1}").await.unwrap();
    client.request("GET", "/events", &[], b"").await.unwrap();
    client.request("GET", "/trailers", &[], b"").await.unwrap();
    client.request("GET", "/long", &[], b"").await.unwrap();
    assert_eq!(client.request("GET", "/health", &[], b"").await.unwrap().status, 404);
    assert!(house.client().await.request("GET", "/half", &[], b"").await.is_err());
    let refused = house.get("/refused", &[("host", "a"), ("host", "b")]).await;
    assert_eq!(refused.status, 400);
    talk(&house).await;
    let mut http2 = Http2::connect(house.gateway.public()).await;
    let asked = request("POST", "/two?b=2&a=1").header("x-two", "2").body(whole("[1]")).unwrap();
    assert_eq!(http2.send(asked).await.unwrap().text().await, "{\"status\":1}");
    drop(http2);
    let recording = closed(house, 9, &[]).await;

    let echo = find(&recording, "/echo");
    assert_eq!(echo.request.text(), Some("{\"status\": 1}"));
    let answered = echo.answered().unwrap();
    assert_eq!((answered.status, answered.body.bytes()), (200, Some(&b"{\"status\":1}"[..])));
    assert_eq!(answered.header("content-type"), Some("application/json"));
    assert!(answered.body.pieces.is_empty() && echo.first_byte.unwrap() <= echo.took);

    let events = &find(&recording, "/events").answered().unwrap().body;
    assert_eq!(events.bytes(), Some(&b"data: 0\n\ndata: 1\n\ndata: 2\n\n"[..]));
    assert_eq!(events.pieces.last().unwrap().end, 27);
    let trailers = &find(&recording, "/trailers").answered().unwrap().trailers;
    assert_eq!(trailers, &[("x-sum".to_owned(), "7".to_owned())]);
    let long = &find(&recording, "/long").answered().unwrap().body;
    assert_eq!((&long.content, long.length), (&Content::Omitted(Omitted::TooLarge), 4000));

    let denied = find(&recording, "/health");
    assert_eq!((&*denied.route, &*denied.owner), ("GET /health", "deny"));
    assert_eq!(denied.answered().unwrap().status, 404);
    let half = find(&recording, "/half");
    assert_eq!(reason(half), "legacy_broke_off");
    let reasons: Vec<_> = recording.gaps.iter().map(|gap| (&*gap.reason, gap.count)).collect();
    assert_eq!(reasons, [("refused", 1)]);

    let live = find(&recording, "/live").answered().unwrap();
    assert_eq!(live.status, 101);
    let said: Vec<_> = live.frames.iter().map(|frame| (frame.from, frame.opcode, frame.code)).collect();
    assert_eq!(said, [(Side::Client, 1, None), (Side::Server, 1, None), (Side::Client, 8, Some(1000))]);
    assert_eq!(live.frames[1].content, Content::Text("hello".to_owned()));

    let two = &find(&recording, "/two?b=2&a=1").request;
    assert_eq!((&*two.method, &*two.version, two.text()), (Method::POST.as_str(), "2", Some("[1]")));
    assert!(two.headers.iter().any(|(name, _)| name == "x-two"), "{two:?}");
}
