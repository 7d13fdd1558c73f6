//! A client of HTTP/2 that sends any frame it is told to (RFC 9113 section 4), and compresses nothing.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use crate::house::PATIENCE;

pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RESET: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GOAWAY: u8 = 7;
pub(super) const WINDOW_UPDATE: u8 = 8;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

pub(super) const PROTOCOL_ERROR: u32 = 1;
pub(super) const CANCEL: u32 = 8;
pub(super) const ENHANCE_YOUR_CALM: u32 = 11;

pub(super) struct Raw {
    stream: BufReader<TcpStream>,
}

#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

impl Raw {
    /// With the preface and settings that ask for nothing.
    pub(super) async fn connect(address: SocketAddr) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        let mut raw = Self { stream: BufReader::new(stream) };
        raw.send(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
        raw
    }

    /// How much of each answer's body is wanted at first (RFC 9113 section 6.9.2).
    pub(super) async fn want(&mut self, bytes: u32) {
        let setting = [&[0, 4][..], &bytes.to_be_bytes()].concat();
        self.send(&frame(SETTINGS, 0, 0, &setting)).await.unwrap();
    }

    pub(super) async fn send(&mut self, frames: &[u8]) -> io::Result<()> {
        self.stream.write_all(frames).await
    }

    /// A request without a body, or the beginning of one with.
    pub(super) async fn ask(&mut self, stream: u32, flags: u8, fields: &[(&str, &str)]) {
        self.send(&frame(HEADERS, flags | END_HEADERS, stream, &block(fields))).await.unwrap();
    }

    /// None at the end of the connection, however it ends. Settings and pings are acknowledged on the way.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        timeout(PATIENCE, self.stream.read_exact(&mut head)).await.unwrap().ok()?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut payload = vec![0; length];
        timeout(PATIENCE, self.stream.read_exact(&mut payload)).await.unwrap().ok()?;
        let found =
            Frame { kind: head[3], flags: head[4], stream: number(&head[5..]) & 0x7fff_ffff, payload };
        if [SETTINGS, PING].contains(&found.kind) && found.flags & ACK == 0 {
            let payload = if found.kind == PING { &found.payload[..] } else { &[] };
            // The other side may be gone already.
            let _ = self.send(&frame(found.kind, ACK, 0, payload)).await;
        }
        Some(found)
    }

    /// The next frame of this kind; the connection must not end before.
    pub(super) async fn next_of(&mut self, kind: u8) -> Frame {
        loop {
            let found = self.next().await.unwrap_or_else(|| panic!("ended before a frame of kind {kind}"));
            if found.kind == kind {
                return found;
            }
        }
    }

    /// The frames of this kind until the connection ends.
    pub(super) async fn last_of(mut self, kind: u8) -> Option<Frame> {
        let mut last = None;
        while let Some(found) = self.next().await {
            if found.kind == kind {
                last = Some(found);
            }
        }
        last
    }
}

impl Frame {
    /// Of a RESET.
    pub(super) fn reset_for(&self) -> u32 {
        number(&self.payload)
    }

    /// Of a GOAWAY.
    pub(super) fn goes_for(&self) -> u32 {
        number(&self.payload[4..])
    }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes[..4].try_into().unwrap())
}

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut whole = vec![length[1], length[2], length[3], kind, flags];
    whole.extend(stream.to_be_bytes());
    whole.extend(payload);
    whole
}

pub(super) fn get(path: &str) -> Vec<(&str, &str)> {
    vec![(":method", "GET"), (":scheme", "http"), (":authority", "api.example.com"), (":path", path)]
}

pub(super) fn post(path: &str) -> Vec<(&str, &str)> {
    let mut fields = get(path);
    fields[0].1 = "POST";
    fields
}

/// Literal fields that are not remembered (RFC 7541 section 6.2.2), without Huffman's code.
pub(super) fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut whole = Vec::new();
    for (name, value) in fields {
        whole.push(0);
        for text in [name, value] {
            length(&mut whole, text.len());
            whole.extend(text.bytes());
        }
    }
    whole
}

/// An integer with a prefix of seven bits (RFC 7541 section 5.1).
fn length(whole: &mut Vec<u8>, length: usize) {
    let Some(mut rest) = length.checked_sub(127) else { return whole.push(length as u8) };
    whole.push(127);
    while rest >= 128 {
        whole.push((rest % 128 + 128) as u8);
        rest /= 128;
    }
    whole.push(rest as u8);
}
