//! Answers that come bit by bit: event streams, which end when their client leaves, and WebSockets.

use gateway::parity::exchange::{
    Exchange, Outcome,
    frame::{Frame, Side},
};

use super::{
    commands::{compat, said, write},
    sketch::{answer, exchange, frame, get, left},
};
use crate::fake_legacy::{Connection, FakeLegacy};

const STREAM: &str = "content-type: text/event-stream";

/// Says events for as long as anybody listens, the third as given.
async fn ticking(third: &'static str) -> FakeLegacy {
    FakeLegacy::play(move |mut connection| async move {
        connection.request().await?;
        connection.send(format!("HTTP/1.1 200 OK\r\n{STREAM}\r\ntransfer-encoding: chunked\r\n\r\n")).await?;
        for number in 1_u64.. {
            let data = if number == 3 { third.to_owned() } else { format!("tick {number}") };
            // An event is where its lines are, not where pieces end.
            let (start, end) = data.split_at(2);
            connection.chunk(&format!("id: {number}\ndata: {start}")).await?;
            connection.chunk(&format!("{end}\n\n")).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_event_stream_is_left_where_its_client_left_and_compared_event_by_event() {
    let folder = tempfile::tempdir().unwrap();
    let heard = "id: 1\ndata: tick 1\n\nid: 2\ndata: tick 2\n\nid: 3\ndata: tick 3\n\nid: 4\nda";
    let chunked = "transfer-encoding: chunked";
    let recording = [get(1, "/live", left(answer(200, &[STREAM, chunked], heard)))];
    write(&recording, &folder.path().join("rec"));
    for (third, expected) in [("tick 3", Some(0)), ("tick 7", Some(1))] {
        let live = ticking(third).await;
        let target = format!("http://{}", live.address());
        let (code, text) = said(&compat(&["replay", "rec", "--target", &target], folder.path()).await);
        assert_eq!(code, expected, "{third}: {text}");
        assert_eq!(text.contains("event 2"), expected == Some(1), "{third}: {text}");
    }
    // One that ends by itself is another stream.
    let live = FakeLegacy::play(|mut connection| async move {
        connection.request().await?;
        let events = "id: 1\ndata: tick 1\n\nid: 2\ndata: tick 2\n\n";
        let length = events.len();
        connection
            .send(format!("HTTP/1.1 200 OK\r\n{STREAM}\r\ncontent-length: {length}\r\n\r\n{events}"))
            .await
    })
    .await;
    let target = format!("http://{}", live.address());
    let (code, text) = said(&compat(&["replay", "rec", "--target", &target], folder.path()).await);
    assert_eq!(code, Some(1), "{text}");
}

/// The payload of the client's next frame, unmasked, with its first byte.
async fn heard(connection: &mut Connection, bytes: &mut Vec<u8>) -> std::io::Result<(u8, Vec<u8>)> {
    loop {
        if let [first, second, mask @ ..] = &bytes[..] {
            let length = usize::from(second & 0x7f);
            if let Some(payload) = mask.get(4..4 + length) {
                let unmasked = payload.iter().zip(mask[..4].iter().cycle()).map(|(byte, mask)| byte ^ mask);
                let frame = (*first, unmasked.collect());
                bytes.drain(..6 + length);
                return Ok(frame);
            }
        }
        let more = connection.read().await?;
        if more.is_empty() {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend(more);
    }
}

/// `Hello`, packed: the example of RFC 7692 section 7.2.3.1.
const HELLO: &[u8] = &[0xc1, 0x07, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];

/// Greets, pings in between, repeats one message and closes.
async fn echoing(greeting: &'static [u8], ticket: &'static str) -> FakeLegacy {
    FakeLegacy::play(move |mut connection| async move {
        connection.request().await?;
        connection
            .send(
                "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
                 sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\
                 sec-websocket-extensions: permessage-deflate; server_no_context_takeover\r\n\r\n",
            )
            .await?;
        let mut bytes = Vec::new();
        connection.send(b"\x89\x02hi").await?;
        assert_eq!(heard(&mut connection, &mut bytes).await?, (0x8a, b"hi".to_vec()), "a ping is answered");
        connection.send(greeting).await?;
        let message = format!(r#"{{"ticket": "{ticket}"}}"#);
        connection.send([&[0x81, u8::try_from(message.len()).unwrap()], message.as_bytes()].concat()).await?;
        assert_eq!(heard(&mut connection, &mut bytes).await?.1, ticket.as_bytes(), "what it gave comes back");
        connection.send(HELLO).await?;
        let (first, said) = heard(&mut connection, &mut bytes).await?;
        assert_eq!(first, 0x81);
        connection.send([&[0x81, u8::try_from(said.len()).unwrap()], said.as_slice()].concat()).await?;
        connection.send(b"\x88\x05\x03\xe8bye").await?;
        assert_eq!(heard(&mut connection, &mut bytes).await?.0, 0x88, "a close is answered");
        Ok(())
    })
    .await
}

const TICKET: &str = "6f1f6a4e-8c0e-4d2a-9d5e-2b8a4f6c1d3e";

fn conversation() -> Exchange {
    let frames: Vec<Frame> = vec![
        frame(Side::Server, 1, "Hello", None),
        frame(Side::Server, 1, &format!(r#"{{"ticket": "{TICKET}"}}"#), None),
        frame(Side::Client, 1, TICKET, None),
        frame(Side::Server, 1, "Hello", None),
        frame(Side::Server, 9, "earlier", None),
        frame(Side::Client, 10, "earlier", None),
        frame(Side::Client, 1, "again", None),
        frame(Side::Server, 1, "again", None),
        frame(Side::Server, 8, "bye", Some(1000)),
        frame(Side::Client, 8, "", Some(1000)),
    ];
    let lines = [
        "upgrade: websocket",
        "connection: Upgrade",
        "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "sec-websocket-extensions: permessage-deflate; server_no_context_takeover",
    ];
    let mut answered = answer(101, &lines, "");
    answered.frames = frames;
    let asks = [
        "connection: Upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-extensions: permessage-deflate; client_max_window_bits",
    ];
    exchange(1, "GET /live", &asks, "", Outcome::Answered(answered))
}

#[tokio::test]
async fn a_websocket_is_had_again_frame_by_frame_whatever_packs_it() {
    let folder = tempfile::tempdir().unwrap();
    write(&[conversation()], &folder.path().join("rec"));
    for (greeting, ticket, expected) in [
        (HELLO, TICKET, Some(0)),
        (&b"\x81\x05Hello"[..], TICKET, Some(0)),
        (b"\x81\x05Hullo", TICKET, Some(1)),
        (HELLO, "0b9d3c52-1f47-4e0b-8a36-5d2f7e91c4a8", Some(1)),
    ] {
        let live = echoing(greeting, ticket).await;
        let target = format!("http://{}", live.address());
        let (code, text) =
            said(&compat(&["replay", "rec", "--target", &target, "--timeout", "20s"], folder.path()).await);
        assert_eq!(code, expected, "{text}");
        // Its ticket differs, since nobody learned that; all that follows does not.
        let place = if ticket == TICKET { "frame 0" } else { "frame $.ticket" };
        assert_eq!(text.contains(place), expected == Some(1), "{text}");
        assert_eq!(text.contains("breaking"), expected == Some(1), "{text}");
    }
}
