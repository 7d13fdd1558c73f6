//! Has a recorded WebSocket conversation again: says what the client said once everything that came before was heard.

use std::{collections::BTreeMap, io, time::Instant};

use super::{course::Course, send::micros, spoken::Spoken};
use crate::parity::{
    coding::messages::Messages,
    exchange::{
        content::{Body, Content, Omitted},
        frame::{Frame, Side, said},
    },
    wire::{dial::Connection, websocket},
};

/// `extensions` is what the server has agreed to. Pings are answered when they come: they are of the connection, and come
/// at other times than they did.
pub(super) async fn converse(
    client: &mut Connection,
    extensions: &str,
    said_now: &BTreeMap<usize, Content>,
    course: &Course,
    heard: &mut Vec<Frame>,
    clock: Instant,
) -> io::Result<()> {
    let Course { frames: recorded, route, .. } = course;
    let mut spoken = Spoken::default();
    let mut unpacker = Messages::of(extensions, "server_no_context_takeover");
    for (number, frame) in recorded.iter().enumerate().filter(|(_, frame)| !is_of_connection(frame.opcode)) {
        let at = || micros(clock.elapsed());
        if frame.from == Side::Client {
            let content = said_now.get(&number).unwrap_or(&frame.content);
            let again = text(content).and_then(|text| spoken.says(route, text)).map(Content::Text);
            let content = again.unwrap_or_else(|| content.clone());
            client.say(&on_the_wire(frame, &content)).await?;
            heard.push(Frame { at: at(), content, ..frame.clone() });
            continue;
        }
        let Some(message) = message(client, &mut unpacker).await? else { return Ok(()) };
        if let (Some(then), Some(now)) = (text(&frame.content), text(&message.content)) {
            spoken.hears(route, then, now);
        }
        let message = Frame { at: at(), ..message };
        let is_close = message.opcode == CLOSE;
        heard.push(message);
        if is_close {
            return answer_close(client, recorded, heard).await;
        }
    }
    // What the server says beyond the recorded is heard until one of the two closes, as a client would.
    let has_closed = recorded.iter().any(|frame| frame.opcode == CLOSE && frame.from == Side::Client);
    while has_closed && !heard.iter().any(|frame| frame.opcode == CLOSE && frame.from == Side::Server) {
        let Some(message) = message(client, &mut unpacker).await? else { return Ok(()) };
        heard.push(Frame { at: micros(clock.elapsed()), ..message });
    }
    Ok(())
}

/// As the client did then, if the server closes in the same place; else by saying nothing more.
async fn answer_close(client: &mut Connection, recorded: &[Frame], heard: &mut Vec<Frame>) -> io::Result<()> {
    let last = recorded.last().filter(|last| last.from == Side::Client && last.opcode == CLOSE);
    if let Some(last) =
        last.filter(|_| !heard.iter().any(|frame| frame.from == Side::Client && frame.opcode == CLOSE))
    {
        // Whether anybody is left to hear it decides nothing.
        let _ = client.say(&on_the_wire(last, &last.content)).await;
        heard.push(last.clone());
    }
    Ok(())
}

fn text(content: &Content) -> Option<&str> {
    match content {
        Content::Text(text) => Some(text),
        Content::Nothing | Content::Bytes(_) | Content::Blob(_) | Content::Omitted(_) => None,
    }
}

const CONTINUATION: u8 = 0;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const FINAL: u8 = 0x80;
const PACKED: u8 = 0x40;

fn is_of_connection(opcode: u8) -> bool {
    matches!(opcode, PING | PONG)
}

/// The next whole message or close; a fragmented message is one (RFC 6455 section 5.4).
async fn message(client: &mut Connection, unpacker: &mut Option<Messages>) -> io::Result<Option<Frame>> {
    let (mut opcode, mut is_packed) = (CONTINUATION, false);
    let mut payload = Vec::new();
    loop {
        let Some(frame) = client.hear().await? else { return Ok(None) };
        let kind = frame.first & 0x0f;
        match kind {
            PING => {
                let pong = websocket::Frame { first: FINAL | PONG, payload: frame.payload };
                client.say(&pong).await?;
                continue;
            }
            PONG => continue,
            CLOSE.. => return Ok(Some(close(kind, &frame.payload))),
            CONTINUATION => {}
            _ => (opcode, is_packed) = (kind, frame.first & PACKED != 0),
        }
        payload.extend(frame.payload);
        if frame.first & FINAL == 0 {
            continue;
        }
        let whole = match (is_packed, unpacker) {
            (false, _) => Some(payload),
            (true, Some(unpacker)) => unpacker.unpacked(&payload),
            (true, None) => None,
        };
        let content = whole.map_or(Content::Omitted(Omitted::Unreadable), |whole| said(opcode, whole));
        return Ok(Some(Frame { from: Side::Server, at: 0, opcode, content, code: None }));
    }
}

fn close(opcode: u8, payload: &[u8]) -> Frame {
    let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
    let content = said(opcode, payload.get(2..).unwrap_or_default().to_vec());
    Frame { from: Side::Server, at: 0, opcode, content, code }
}

fn on_the_wire(frame: &Frame, content: &Content) -> websocket::Frame {
    let body = Body { content: content.clone(), ..Body::default() };
    let payload = body.bytes().unwrap_or_default();
    let code = frame.code.map(u16::to_be_bytes);
    let payload = [code.as_ref().map_or(&[][..], |code| &code[..]), payload].concat();
    websocket::Frame { first: FINAL | frame.opcode, payload: payload.into() }
}
