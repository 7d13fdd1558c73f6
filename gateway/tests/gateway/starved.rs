//! Nobody starves the gateway: each limit of `[limits]`, what a client gets who meets it, and that others do not notice.

mod answers;
mod crowds;
mod proxies;
mod sockets;
mod streams;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{interval, timeout},
};

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, routes},
};

/// Of those who are to be in the way.
#[expect(clippy::disallowed_methods, reason = "how long a test may take is not a setting of the gateway")]
fn many(usual: usize, long: usize) -> usize {
    if std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1") { long } else { usual }
}

/// A routes file with these limits.
fn limits(limits: &str, entries: &[(&str, &str)]) -> String {
    format!("{}[limits]\n{limits}", routes(entries))
}

fn in_front_of(legacy: &FakeLegacy, text: &str) -> Setting {
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes = limits(text, &[]);
    setting
}

/// From one of 250 addresses of this machine, with a receive buffer that is soon full where it is to be.
async fn connect(number: usize, to: SocketAddr, receive: Option<u32>) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if let Some(bytes) = receive {
        socket.set_recv_buffer_size(bytes).unwrap();
    }
    let last = u8::try_from(number % 250 + 2).unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

async fn say(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

/// All that still comes, and whether it ended in order.
async fn rest(stream: &mut TcpStream) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let ended = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an end");
    (bytes, ended.is_ok())
}

/// The same without what is another each time.
async fn text(stream: &mut TcpStream) -> String {
    let (bytes, in_order) = rest(stream).await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(in_order, "a reset after {text}");
    stable(&text)
}

/// One answer of known length, on a connection that goes on.
async fn one(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Some(length) = crate::fake_legacy::header(head, "content-length")
            && body.len() >= length.parse().unwrap()
        {
            return stable(&text);
        }
        let mut more = [0; 4096];
        let length = timeout(PATIENCE, stream.read(&mut more)).await.expect("an answer").unwrap();
        assert!(length > 0, "the end after {text}");
        bytes.extend(&more[..length]);
    }
}

fn stable(text: &str) -> String {
    let lines = text.split_inclusive("\r\n");
    lines.filter(|line| !line.starts_with("x-request-id: ") && !line.starts_with("date: ")).collect()
}

/// How often a limit was met.
async fn met(house: &House, limit: &str) -> u64 {
    let page = house.admin("/metrics").await.text();
    let name = format!("gateway_limited_total{{limit=\"{limit}\"}} ");
    page.lines().find_map(|line| line.strip_prefix(&name)).expect(&name).parse().unwrap()
}

/// Returns once one of these limits was met so often altogether.
async fn wait_met(house: &House, limits: &[&str], times: usize) {
    // Without a break it would take from the gateway the processor that it needs.
    let mut looks = interval(Duration::from_millis(50));
    let enough = async {
        loop {
            looks.tick().await;
            let mut sum = 0;
            for limit in limits {
                sum += met(house, limit).await;
            }
            if sum >= times as u64 {
                return;
            }
        }
    };
    timeout(Duration::from_secs(120), enough).await.unwrap_or_else(|_| panic!("{limits:?} {times} times"));
}

/// A gauge or counter of the gateway's without labels.
async fn figure(house: &House, name: &str) -> f64 {
    let page = house.admin("/metrics").await.text();
    let name = format!("{name} ");
    page.lines().find_map(|line| line.strip_prefix(&name)).expect(&name).parse().unwrap()
}

/// Answers `/files/large` with this many bytes, `/files/waiting` never, and everything else at once; takes bodies of any
/// length, and agrees to WebSockets, which it echoes.
async fn legacy(large: usize) -> FakeLegacy {
    let piece = Arc::new(vec![b'x'; 1 << 16]);
    FakeLegacy::play(move |mut connection| {
        let piece = Arc::clone(&piece);
        async move {
            loop {
                let head = connection.head().await?;
                if head.starts_with("GET /live") {
                    let agreed = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
                    connection.send(agreed).await?;
                    loop {
                        let bytes = connection.read().await?;
                        if bytes.is_empty() {
                            return Ok(());
                        }
                        connection.send(bytes).await?;
                    }
                }
                if let Some(length) = crate::fake_legacy::header(&head, "content-length") {
                    let mut left: usize = length.parse().unwrap();
                    while left > 0 {
                        let bytes = connection.read().await?;
                        if bytes.is_empty() {
                            return Ok(());
                        }
                        left -= bytes.len();
                    }
                }
                if crate::fake_legacy::header(&head, "transfer-encoding").is_some() {
                    let mut end = Vec::new();
                    while !end.ends_with(b"\r\n0\r\n\r\n") {
                        let bytes = connection.read().await?;
                        if bytes.is_empty() {
                            return Ok(());
                        }
                        end.extend(bytes);
                    }
                }
                connection.execute();
                if head.starts_with("GET /files/waiting") {
                    while !connection.read().await?.is_empty() {}
                    return Ok(());
                }
                if head.starts_with("GET /files/large") {
                    connection.send(format!("HTTP/1.1 200 OK\r\ncontent-length: {large}\r\n\r\n")).await?;
                    let mut left = large;
                    while left > 0 {
                        let length = left.min(piece.len());
                        connection.send(&piece[..length]).await?;
                        left -= length;
                    }
                } else if head.starts_with("GET /files/head") {
                    connection.answer(&head).await?;
                } else {
                    connection.answer("served").await?;
                }
            }
        }
    })
    .await
}
