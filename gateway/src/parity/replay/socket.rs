//! Has a recorded WebSocket conversation again: says what the client said once everything that came before was heard.

use std::{collections::BTreeMap, io, time::Instant};

use bytes::Bytes;

use super::send::micros;
use crate::parity::{
    exchange::{
        content::{Body, Content},
        frame::{Frame, Side},
    },
    wire::{dial::Connection, websocket},
};

pub(super) async fn converse(
    client: &mut Connection,
    said_now: &BTreeMap<usize, Content>,
    recorded: &[Frame],
    heard: &mut Vec<Frame>,
    clock: Instant,
) -> io::Result<()> {
    for (number, frame) in recorded.iter().enumerate() {
        let at = || micros(clock.elapsed());
        if frame.from == Side::Client {
            let content = said_now.get(&number).unwrap_or(&frame.content);
            client.say(&on_the_wire(frame, content)).await?;
            heard.push(Frame { at: at(), content: content.clone(), ..frame.clone() });
            continue;
        }
        let Some(message) = message(client).await? else { return Ok(()) };
        let message = Frame { at: at(), ..message };
        let is_close = message.opcode == CLOSE;
        heard.push(message);
        if is_close {
            return Ok(());
        }
    }
    // What the server says beyond the recorded is heard until one of the two closes, as a client would.
    let has_closed = recorded.iter().any(|frame| frame.opcode == CLOSE && frame.from == Side::Client);
    while has_closed && !heard.iter().any(|frame| frame.opcode == CLOSE && frame.from == Side::Server) {
        let Some(message) = message(client).await? else { return Ok(()) };
        heard.push(Frame { at: micros(clock.elapsed()), ..message });
    }
    Ok(())
}

const CONTINUATION: u8 = 0;
const CLOSE: u8 = 8;
const FINAL: u8 = 0x80;

/// The next whole message or control frame; a fragmented message is one (RFC 6455 section 5.4).
async fn message(client: &mut Connection) -> io::Result<Option<Frame>> {
    let mut opcode = CONTINUATION;
    let mut payload = Vec::new();
    loop {
        let Some(frame) = client.hear().await? else { return Ok(None) };
        let kind = frame.first & 0x0f;
        if kind >= CLOSE {
            return Ok(Some(control(kind, &frame.payload)));
        }
        opcode = if kind == CONTINUATION { opcode } else { kind };
        payload.extend(frame.payload);
        if frame.first & FINAL != 0 {
            let content = Body::of_bytes(payload.into()).content;
            return Ok(Some(Frame { from: Side::Server, at: 0, opcode, content, code: None }));
        }
    }
}

fn control(opcode: u8, payload: &Bytes) -> Frame {
    let code = payload.first_chunk().filter(|_| opcode == CLOSE).map(|code| u16::from_be_bytes(*code));
    let content = Body::of_bytes(payload.slice(if code.is_some() { 2 } else { 0 }..)).content;
    Frame { from: Side::Server, at: 0, opcode, content, code }
}

fn on_the_wire(frame: &Frame, content: &Content) -> websocket::Frame {
    let body = Body { content: content.clone(), ..Body::default() };
    let payload = body.bytes().unwrap_or_default();
    let code = frame.code.map(u16::to_be_bytes);
    let payload = [code.as_ref().map_or(&[][..], |code| &code[..]), payload].concat();
    websocket::Frame { first: FINAL | frame.opcode, payload: payload.into() }
}
