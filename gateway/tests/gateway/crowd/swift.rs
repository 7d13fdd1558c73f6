//! A legacy that costs next to nothing: a number for a body, an echo for a frame.

use std::io;

use compat_tests::client::websocket::ACCEPT;

use crate::fake_legacy::{Connection, FakeLegacy, header};

/// Answers with how long the body was, and opens a socket for whoever asks for one.
pub(crate) async fn swift() -> FakeLegacy {
    swift_as("").await
}

/// The same with a name before the number.
pub(crate) async fn swift_as(name: &'static str) -> FakeLegacy {
    FakeLegacy::play(move |mut connection| async move {
        loop {
            let (head, body) = connection.request().await?;
            if header(&head, "upgrade") == Some("websocket") {
                let accepted =
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n";
                connection.send(format!("{accepted}sec-websocket-accept: {ACCEPT}\r\n\r\n")).await?;
                return echo(&mut connection).await;
            }
            connection.answer(&format!("{name}{}", body.len())).await?;
        }
    })
    .await
}

/// Short frames only: those of the crowd.
async fn echo(connection: &mut Connection) -> io::Result<()> {
    let mut unread = Vec::new();
    loop {
        let bytes = connection.read().await?;
        if bytes.is_empty() {
            return Ok(());
        }
        unread.extend(bytes);
        while let Some((frame, length)) = unmasked(&unread) {
            connection.send(frame).await?;
            unread.drain(..length);
        }
    }
}

/// The first frame as a server sends it, and how long it was as a client did (RFC 6455 section 5.2).
fn unmasked(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (first, length) = (*bytes.first()?, usize::from(bytes.get(1)? & 0x7f));
    let (mask, payload) = (bytes.get(2..6)?, bytes.get(6..6 + length)?);
    let mut frame = vec![first, u8::try_from(length).ok()?];
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    Some((frame, 6 + length))
}
