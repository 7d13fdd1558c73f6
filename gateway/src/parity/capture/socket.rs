//! The messages of a WebSocket, from the bytes that were heard (RFC 6455 section 5; RFC 7692 for what is packed).

use super::kept::Heard;
use crate::parity::{
    coding::messages::Messages,
    exchange::{
        content::{Content, Omitted},
        frame::{Frame, Side, said},
    },
};

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;

/// In the order in which they ended; `extensions` is what the server has agreed to.
pub(super) fn frames(heard: &[Heard], is_cut: bool, extensions: &str) -> Vec<Frame> {
    let mut client = Reader::new(Side::Client, extensions, "client_no_context_takeover");
    let mut server = Reader::new(Side::Server, extensions, "server_no_context_takeover");
    let mut frames = Vec::new();
    for Heard { from, at, bytes } in heard {
        let reader = match from {
            Side::Client => &mut client,
            Side::Server => &mut server,
        };
        reader.read(bytes, *at, &mut frames);
    }
    if is_cut {
        let at = heard.last().map_or(0, |heard| heard.at);
        let content = Content::Omitted(Omitted::TooLarge);
        frames.push(Frame { from: Side::Server, at, opcode: BINARY, content, code: None });
    }
    frames
}

/// One direction.
struct Reader {
    from: Side,
    bytes: Vec<u8>,
    /// Of a message whose last fragment has not come: its kind, whether it is packed, and what it says so far.
    message: Option<(u8, bool, Vec<u8>)>,
    unpacker: Option<Messages>,
}

/// A whole frame at the beginning of what has come.
struct Head {
    is_last: bool,
    is_packed: bool,
    opcode: u8,
    mask: Option<[u8; 4]>,
    payload: std::ops::Range<usize>,
}

impl Reader {
    fn new(from: Side, extensions: &str, forgetting: &str) -> Self {
        Self { from, bytes: Vec::new(), message: None, unpacker: Messages::of(extensions, forgetting) }
    }

    fn read(&mut self, bytes: &[u8], at: u64, frames: &mut Vec<Frame>) {
        self.bytes.extend_from_slice(bytes);
        while let Some(head) = head(&self.bytes) {
            let end = head.payload.end;
            let mut payload = self.bytes[head.payload.clone()].to_vec();
            self.bytes.drain(..end);
            if let Some(mask) = head.mask {
                payload.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
            }
            frames.extend(self.frame(&head, payload).map(|(opcode, content, code)| Frame {
                from: self.from,
                at,
                opcode,
                content,
                code,
            }));
        }
    }

    fn frame(&mut self, head: &Head, payload: Vec<u8>) -> Option<(u8, Content, Option<u16>)> {
        if head.opcode == CLOSE {
            let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
            return Some((CLOSE, said(TEXT, payload.get(2..).unwrap_or_default().to_vec()), code));
        }
        if head.opcode > CLOSE {
            return Some((head.opcode, said(TEXT, payload), None));
        }
        let (opcode, is_packed, mut whole) = match head.opcode {
            0 => self.message.take()?,
            opcode => (opcode, head.is_packed, Vec::new()),
        };
        whole.extend(payload);
        if !head.is_last {
            self.message = Some((opcode, is_packed, whole));
            return None;
        }
        if !is_packed {
            return Some((opcode, said(opcode, whole), None));
        }
        let unpacked = self.unpacker.as_mut().and_then(|unpacker| unpacker.unpacked(&whole));
        Some((
            opcode,
            unpacked.map_or(Content::Omitted(Omitted::Unreadable), |whole| said(opcode, whole)),
            None,
        ))
    }
}

fn head(bytes: &[u8]) -> Option<Head> {
    let [first, second, ..] = *bytes else { return None };
    let (length, mut at) = match second & 0x7f {
        126 => (u64::from(u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?)), 4),
        127 => (u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?), 10),
        length => (u64::from(length), 2),
    };
    let mask = if second & 0x80 == 0 {
        None
    } else {
        at += 4;
        Some(*bytes.get(at - 4..)?.first_chunk()?)
    };
    let end = at.checked_add(usize::try_from(length).ok()?)?;
    (bytes.len() >= end).then_some(Head {
        is_last: first & 0x80 != 0,
        is_packed: first & 0x40 != 0,
        opcode: first & 0x0f,
        mask,
        payload: at..end,
    })
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::*;

    fn frame(first: u8, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
        let mut frame =
            vec![first, u8::try_from(payload.len()).unwrap() | if mask.is_some() { 0x80 } else { 0 }];
        frame.extend(mask.iter().flatten());
        let mask = mask.unwrap_or_default();
        frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        frame
    }

    fn read(
        sent: &[(Side, Vec<u8>)],
        extensions: &str,
        piece: usize,
    ) -> Vec<(Side, u8, Content, Option<u16>)> {
        let pieces = sent.iter().flat_map(|(from, bytes)| {
            bytes.chunks(piece).map(|bytes| Heard { from: *from, at: 3, bytes: bytes.into() })
        });
        let heard: Vec<_> = pieces.collect();
        let frames = frames(&heard, false, extensions);
        frames.into_iter().map(|frame| (frame.from, frame.opcode, frame.content, frame.code)).collect()
    }

    #[test]
    fn messages_are_read_however_they_arrive() {
        let mask = Some([1, 2, 3, 4]);
        let sent = [
            (
                Side::Client,
                [frame(0x01, b"hel", mask), frame(0x89, b"?", mask), frame(0x80, b"lo", mask)].concat(),
            ),
            (Side::Server, [frame(0x82, &[0xff, 0], None), frame(0x88, b"\x03\xe8bye", None)].concat()),
        ];
        let text = |text: &str| Content::Text(text.to_owned());
        for piece in [1, 2, 5, 100] {
            let expected = [
                (Side::Client, 9, text("?"), None),
                (Side::Client, 1, text("hello"), None),
                (Side::Server, 2, Content::Bytes(vec![0xff, 0].into()), None),
                (Side::Server, 8, text("bye"), Some(1000)),
            ];
            assert_eq!(read(&sent, "", piece), expected, "{piece}");
        }
    }

    #[test]
    fn packed_messages_are_unpacked_with_what_was_said_before() {
        let mut packer = Compress::new(Compression::default(), false);
        let mut pack = |text: &str| {
            let mut packed = Vec::with_capacity(1024);
            packer.compress_vec(text.as_bytes(), &mut packed, FlushCompress::Sync).unwrap();
            packed.truncate(packed.len() - 4);
            packed
        };
        let long = "the same words again and again, ".repeat(20);
        let sent = [&long, &long].map(|text| (Side::Server, frame(0xc1, &pack(text), None)));
        let expected = [
            (Side::Server, 1, Content::Text(long.clone()), None),
            (Side::Server, 1, Content::Text(long), None),
        ];
        assert_eq!(read(&sent, "permessage-deflate", 7), expected);
        let unreadable = Content::Omitted(Omitted::Unreadable);
        assert_eq!(read(&sent[..1], "", 100), [(Side::Server, 1, unreadable, None)]);
    }
}
