//! An entry that disappears from the file: what it has begun is finished, and it gets nothing new.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{Notify, mpsc::unbounded_channel},
};

use super::{metric, named, of, routes, setting};
use crate::{fake_legacy::FakeLegacy, house::House};

#[tokio::test]
async fn requests_and_websockets_end_as_they_would_have_and_idle_connections_are_closed() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell_asked, wait_go) = (Arc::clone(&asked), Arc::clone(&go));
    let (report, mut closed) = unbounded_channel();
    let leaving = FakeLegacy::play(move |mut connection| {
        let (asked, go, report) = (Arc::clone(&tell_asked), Arc::clone(&wait_go), report.clone());
        async move {
            loop {
                let Ok(head) = connection.head().await else {
                    let _ = report.send(());
                    return Ok(());
                };
                connection.execute();
                if head.starts_with("GET /live") {
                    connection
                        .send("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
                        .await?;
                    loop {
                        let bytes = connection.read().await?;
                        if bytes.is_empty() {
                            return Ok(());
                        }
                        connection.send(bytes.to_ascii_uppercase()).await?;
                    }
                }
                if head.starts_with("GET /files/slow") {
                    asked.notify_one();
                    go.notified().await;
                }
                connection.answer("leaving").await?;
            }
        }
    })
    .await;
    let house = House::open(&setting(&[leaving.address()], "")).await;
    let upgrade = [("connection", "Upgrade"), ("upgrade", "websocket")];
    let mut live = house.client().await;
    live.begin("GET", "/live", &upgrade).await.unwrap();
    assert_eq!(live.head().await.unwrap().status, 101);
    let mut live = live.into_stream();
    let mut held = house.client().await;
    held.begin("GET", "/files/slow", &[]).await.unwrap();
    asked.notified().await;
    assert_eq!(house.get("/health", &[]).await.text(), "leaving");
    // Only the probe of the start has come and gone yet.
    while closed.try_recv().is_ok() {}

    let staying = named("staying").await;
    house.write_routes(&routes(&[staying.address()], ""), "routes file taken").await;
    closed.recv().await.unwrap();
    let executed = leaving.executed();
    for _ in 0..20 {
        assert_eq!(house.get("/health", &[]).await.text(), "staying");
    }
    live.write_all(b"hello").await.unwrap();
    let mut echoed = [0; 5];
    live.read_exact(&mut echoed).await.unwrap();
    assert_eq!(&echoed, b"HELLO");
    go.notify_one();
    assert_eq!(held.head().await.unwrap().status, 200);
    assert_eq!(held.rest().await.unwrap(), "leaving");
    // Its connection is kept for nobody.
    closed.recv().await.unwrap();
    assert_eq!(leaving.executed(), executed);
    assert_eq!(metric(&house, &of("requests_total", leaving.address())).await, None);
    house.close();
}
