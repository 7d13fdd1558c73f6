//! How a process ends that is asked to: nobody is cut off, nobody is sent to it any more, and it does not linger.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
    time::{Instant, interval, timeout},
};

use crate::{
    crowd::swift,
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, routes},
    upgrade::terminate,
};

async fn open(legacy: &FakeLegacy, more: &[(&'static str, &str)]) -> House {
    House::open_with(&Setting::in_front_of(legacy.address()).without_database(), more).await
}

/// Ends by itself, with nothing to complain about but a database that is nowhere.
async fn ended(house: House) -> Option<i32> {
    let House { mut gateway, folder } = house;
    let status = gateway.ended(PATIENCE).await.unwrap();
    let unexpected: Vec<_> =
        gateway.unexpected().into_iter().filter(|line| !line.contains("database")).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    drop(folder);
    status.code()
}

/// Returns when nobody listens there any more.
pub(crate) async fn refuses(address: SocketAddr) {
    let mut looks = interval(Duration::from_millis(10));
    let refused = async {
        loop {
            looks.tick().await;
            if let Err(error) = TcpStream::connect(address).await {
                return error.kind();
            }
        }
    };
    assert_eq!(timeout(PATIENCE, refused).await.unwrap(), io::ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn who_has_not_heard_yet_is_served_during_the_delay() {
    let legacy = swift().await;
    let house = open(&legacy, &[("GATEWAY_DRAIN_DELAY", "10m")]).await;
    let mut kept = house.client().await;
    assert!(!kept.request("GET", "/x", &[], b"").await.unwrap().closes());
    terminate(&house.gateway);
    house.wait_told("draining", 1).await;
    let ready = house.admin("/readyz").await;
    assert_eq!((ready.status, ready.text().contains("\"draining\"")), (503, true));
    let answer = kept.request("GET", "/x", &[], b"").await.unwrap();
    assert_eq!((answer.status, answer.closes()), (200, true));
    let fresh = house.get("/x", &[]).await;
    assert_eq!((fresh.status, fresh.closes()), (200, true), "the port is still open");
    let mut socket = house.client().await;
    assert_eq!(socket.handshake("/live", &[]).await.unwrap().status, 101);
    // Asked twice, it waits no longer.
    terminate(&house.gateway);
    let mut socket = socket.into_websocket();
    assert_eq!(socket.hear().await.unwrap().unwrap().close_code(), Some(1012));
    assert_eq!(socket.hear().await.unwrap(), None);
    drop((socket, kept));
    assert_eq!(ended(house).await, Some(0));
}

/// To close at once would reset the connection, and the client might lose the answer (RFC 9112 section 9.6).
#[tokio::test]
async fn who_still_sends_hears_of_the_answer_while_the_process_drains() {
    let legacy = swift().await;
    let entry = "{ owner = \"legacy\", body_max = \"8B\" }";
    let setting = Setting::in_front_of(legacy.address()).without_database();
    let setting = setting.with_routes(&[("POST /api/echo", entry)]);
    let house = House::open_with(&setting, &[("GATEWAY_DRAIN_DELAY", "10m")]).await;
    terminate(&house.gateway);
    house.wait_told("draining", 1).await;
    let target = "x".repeat(70_000);
    for (target, host, status) in
        [("api/echo", "host: a\r\n", 413), ("api/echo", "", 400), (&target, "host: a\r\n", 414)]
    {
        let head = format!("POST /{target} HTTP/1.1\r\n{host}content-length: 1000000\r\n\r\n");
        // The gateway listens for two seconds: who is busy may be later than that, but not each time.
        let mut tries = 0;
        while !hears_its_answer_while_it_sends(&house, &head, status).await {
            tries += 1;
            assert!(tries < 5, "it is reset: {status}");
        }
    }
    terminate(&house.gateway);
    assert_eq!(ended(house).await, Some(0));
}

async fn hears_its_answer_while_it_sends(house: &House, head: &str, status: u16) -> bool {
    let mut stream = TcpStream::connect(house.gateway.public()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    // A reset of the first would fail the second, or what is read after it.
    for _ in 0..2 {
        if stream.write_all(&[b'x'; 1000]).await.is_err() {
            return false;
        }
        assert_eq!(house.get("/x", &[]).await.status, 200);
    }
    matches!(stream.read(&mut [0]).await, Ok(0))
}

#[tokio::test]
async fn a_socket_is_closed_between_two_frames() {
    // Half a frame, and the rest only when the client has said something.
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        let accepted =
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
        connection.send(accepted).await?;
        connection.send(b"\x81\x05hal").await?;
        connection.read().await?;
        connection.send(b"ve\x81\x04more").await?;
        connection.read().await?;
        Ok(())
    })
    .await;
    let house = open(&legacy, &[]).await;
    let mut client = house.client().await;
    assert_eq!(client.handshake("/live", &[]).await.unwrap().status, 101);
    let mut stream = client.into_stream();
    let mut half = [0; 5];
    stream.read_exact(&mut half).await.unwrap();
    assert_eq!(&half, b"\x81\x05hal");
    terminate(&house.gateway);
    // By then the sockets have been told as well.
    refuses(house.gateway.public()).await;
    // Masked, as a client's frames are.
    stream.write_all(b"\x81\x82\0\0\0\0go").await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"ve\x88\x02\x03\xf4", "the frame to its end, then 1012, and nothing of the next");
    drop(stream);
    assert_eq!(ended(house).await, Some(0));
}

#[tokio::test]
async fn an_answer_that_has_begun_is_sent_to_its_end() {
    let go_on = Arc::new(Notify::new());
    let told = Arc::clone(&go_on);
    let legacy = FakeLegacy::play(move |mut connection| {
        let told = Arc::clone(&told);
        async move {
            connection.request().await?;
            connection.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            connection.chunk("first").await?;
            told.notified().await;
            connection.chunk("last").await?;
            connection.chunk("").await
        }
    })
    .await;
    let house = open(&legacy, &[]).await;
    let mut slow = house.client().await;
    slow.begin("GET", "/slow", &[]).await.unwrap();
    assert_eq!(slow.head().await.unwrap().status, 200);
    assert_eq!(slow.chunk().await.unwrap().unwrap(), "first");
    let idle = house.client().await;
    terminate(&house.gateway);
    house.wait_told("draining", 1).await;
    refuses(house.gateway.public()).await;
    assert_eq!(house.admin("/readyz").await.status, 503, "operators see it to the end");
    // Three quiet seconds, and nothing is lost with it.
    assert_eq!(idle.into_stream().read(&mut [0]).await.unwrap(), 0);
    go_on.notify_one();
    assert_eq!(slow.rest().await.unwrap(), "last");
    assert_eq!(ended(house).await, Some(0));
}

#[tokio::test]
async fn a_head_that_has_begun_is_waited_for() {
    let legacy = swift().await;
    let house = open(&legacy, &[]).await;
    let mut idle = TcpStream::connect(house.gateway.public()).await.unwrap();
    let mut empty = TcpStream::connect(house.gateway.public()).await.unwrap();
    empty.write_all(b"\r\n").await.unwrap();
    // Of the shorter one not even the protocol is known.
    let halves = [
        ("P", "UT /x HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n"),
        ("GET /x HTTP/1.1\r\nho", "st: a\r\n\r\n"),
    ];
    let mut begun = Vec::new();
    for (half, rest) in halves {
        let mut stream = TcpStream::connect(house.gateway.public()).await.unwrap();
        stream.write_all(half.as_bytes()).await.unwrap();
        begun.push((stream, rest));
    }
    // One after the other is accepted: what came before this has been read.
    assert_eq!(house.get("/x", &[]).await.status, 200);
    terminate(&house.gateway);
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "who is quiet is sent away");
    assert_eq!(empty.read(&mut [0]).await.unwrap(), 0, "an empty line begins nothing");
    for (stream, _) in &mut begun {
        let closed = timeout(Duration::from_millis(300), stream.read(&mut [0])).await;
        assert!(closed.is_err(), "{closed:?}");
    }
    for (mut stream, rest) in begun {
        stream.write_all(rest.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
    }
    assert_eq!(ended(house).await, Some(0));
}

#[tokio::test]
async fn what_is_still_open_at_the_deadline_in_force_is_cut_off_and_told() {
    let legacy = swift().await;
    let limited = |drain: &str| format!("{}[limits]\ndrain = \"{drain}\"\n", routes(&[]));
    let setting = Setting::in_front_of(legacy.address()).without_database();
    let house = House::open(&Setting { routes: limited("1h"), ..setting }).await;
    let mut stuck = house.client().await;
    stuck.begin("POST", "/upload", &[("content-length", "2")]).await.unwrap();
    stuck.send(b"x").await.unwrap();
    house.write_routes(&limited("1s"), "routes file taken").await;
    let House { mut gateway, folder } = house;
    let began = Instant::now();
    terminate(&gateway);
    assert_eq!(gateway.ended(PATIENCE).await.unwrap().code(), Some(1));
    // Longer than it is now, and shorter than where nothing is written.
    let took = began.elapsed();
    assert!((1..30).contains(&took.as_secs()), "{took:?}");
    let unexpected = gateway.unexpected();
    assert!(unexpected.iter().any(|line| line.contains("did not finish and are cut off")), "{unexpected:?}");
    drop((stuck, folder));
}
