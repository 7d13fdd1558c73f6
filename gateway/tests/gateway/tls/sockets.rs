//! WebSockets over TLS: a message is there to its end, whoever is slow, and the last frame is heard.

use compat_tests::client::websocket::{ACCEPT, Frame};
use tokio::time::timeout;

use super::{certificate::Shown, setting};
use crate::{
    crowd::door::Door,
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE},
};

const AGREED: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n";

/// More than all the buffers between the legacy and a client that does not read hold.
const LONG: usize = 16 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_there_to_its_end_and_so_is_the_goodbye_while_the_client_still_sends() {
    let legacy = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        connection.send(format!("{AGREED}sec-websocket-accept: {ACCEPT}\r\n\r\n")).await?;
        let head = [b"\x82\x7f".as_slice(), &(LONG as u64).to_be_bytes()].concat();
        connection.send(head).await?;
        connection.send(vec![b'x'; LONG]).await?;
        // Nothing more comes before the client has had all of it.
        connection.read().await?;
        connection.send(b"\x88\x02\x03\xf1").await?;
        connection.finish().await?;
        while !connection.read().await?.is_empty() {}
        Ok(())
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let shown = Shown::new("the gateway");
    shown.write(folder.path());
    let mut setting = setting(folder.path());
    setting.legacy_url = format!("http://{}", legacy.address());
    let house = House::open(&setting).await;
    let door = Door::secured(house.gateway.public(), &[shown]);
    for _ in 0..4 {
        let mut client = door.client().await.unwrap();
        assert_eq!(client.handshake("/live", &[]).await.unwrap().status, 101);
        let mut socket = client.into_websocket();
        let long = timeout(PATIENCE, socket.hear()).await.expect("all of the message").unwrap();
        assert_eq!(long, Some(Frame::binary(vec![b'x'; LONG])));
        for _ in 0..4 {
            socket.say(&Frame::binary(vec![b'y'; 1 << 16])).await.unwrap();
        }
        let last = timeout(PATIENCE, socket.hear()).await.expect("the last frame").unwrap();
        assert_eq!(last.and_then(|last| last.close_code()), Some(1009));
    }
    drop(door);
    house.close();
}
