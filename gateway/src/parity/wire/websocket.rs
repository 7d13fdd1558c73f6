//! WebSocket frames as they are on the wire: nothing is joined, answered or hidden (RFC 6455 section 5).

use std::{io, time::Duration};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::{Client, Head, PATIENCE, timely};

/// A connection after the 101.
#[derive(Debug)]
pub struct WebSocket<S = TcpStream> {
    stream: BufReader<S>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The first byte: the end of a message, the extension bits, and the kind.
    pub first: u8,
    pub payload: Bytes,
}

/// The same every time, so that `Sec-WebSocket-Accept` is as well. The example of RFC 6455 section 1.3.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// What every handshake asks with.
pub const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", KEY),
];

const FIN: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const LARGEST: u64 = 16 << 20;

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// Asks for a WebSocket. The answer's body, if it is no 101, is still to be read.
    pub async fn handshake(&mut self, target: &str, headers: &[(&str, &str)]) -> io::Result<Head> {
        let headers: Vec<_> = HANDSHAKE.iter().chain(headers).copied().collect();
        self.begin("GET", target, &headers).await?;
        self.head().await
    }

    /// The connection after the 101 of a handshake.
    pub fn into_websocket(self) -> WebSocket<S> {
        WebSocket { stream: self.into_stream() }
    }

    /// Where the answer was a 101.
    pub async fn say(&mut self, frame: &Frame) -> io::Result<()> {
        say(&mut self.stream, self.patience, frame).await
    }

    /// The next frame after a 101; nothing when the connection has ended.
    pub async fn hear(&mut self) -> io::Result<Option<Frame>> {
        timely(self.patience, read(&mut self.stream)).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> WebSocket<S> {
    /// Masked, as a client's frames must be.
    pub async fn say(&mut self, frame: &Frame) -> io::Result<()> {
        say(&mut self.stream, PATIENCE, frame).await
    }

    /// The next frame; nothing when the connection has ended.
    pub async fn hear(&mut self) -> io::Result<Option<Frame>> {
        timely(PATIENCE, read(&mut self.stream)).await
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), patience: Duration, frame: &Frame) -> io::Result<()> {
    let mut bytes = vec![frame.first];
    match u16::try_from(frame.payload.len()) {
        Ok(length @ 0..126) => bytes.push(0x80 | length.to_be_bytes()[1]),
        Ok(length) => {
            bytes.push(0x80 | 126);
            bytes.extend(length.to_be_bytes());
        }
        Err(_) => {
            bytes.push(0x80 | 127);
            bytes.extend((frame.payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(frame.payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    timely(patience, stream.write_all(&bytes)).await
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Frame>> {
    let first = match stream.read_u8().await {
        Ok(first) => first,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = match stream.read_u8().await? {
        length @ 0..126 => u64::from(length),
        126 => u64::from(stream.read_u16().await?),
        127 => stream.read_u64().await?,
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "a server's frame is masked")),
    };
    if length > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes")));
    }
    let mut payload = Vec::new();
    (&mut *stream).take(length).read_to_end(&mut payload).await?;
    if payload.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(Frame { first, payload: payload.into() }))
}

impl Frame {
    pub fn text(text: &str) -> Self {
        Self { first: FIN | TEXT, payload: Bytes::copy_from_slice(text.as_bytes()) }
    }

    pub fn binary(bytes: impl Into<Bytes>) -> Self {
        Self { first: FIN | BINARY, payload: bytes.into() }
    }

    pub fn ping(text: &'static str) -> Self {
        Self { first: FIN | PING, payload: text.into() }
    }

    pub fn close(code: u16, reason: &str) -> Self {
        let payload = [&code.to_be_bytes(), reason.as_bytes()].concat();
        Self { first: FIN | CLOSE, payload: payload.into() }
    }

    /// The beginning of a text whose rest follows in `last`.
    pub fn first(text: &'static str) -> Self {
        Self { first: TEXT, payload: text.into() }
    }

    pub fn last(text: &'static str) -> Self {
        Self { first: FIN | CONTINUATION, payload: text.into() }
    }

    pub fn is_close(&self) -> bool {
        self.first & 0x0f == CLOSE
    }

    /// The code of a close frame that has one.
    pub fn close_code(&self) -> Option<u16> {
        let code = self.payload.first_chunk().filter(|_| self.is_close())?;
        Some(u16::from_be_bytes(*code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test(flavor = "local")]
    async fn frames_of_every_length_are_masked_on_the_way_out_and_read_on_the_way_in() {
        for length in [0_usize, 125, 126, 65_535, 65_536] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let client = Client::connect(listener.local_addr().unwrap()).await.unwrap();
            let (mut peer, _) = listener.accept().await.unwrap();
            let frame = Frame::binary(vec![7_u8; length]);
            let (sent, peer) = (frame.clone(), async move {
                let extended = match length {
                    0..126 => 0,
                    126..65_536 => 2,
                    _ => 8,
                };
                let mut head = vec![0; 2 + extended + 4];
                peer.read_exact(&mut head).await.unwrap();
                let mut payload = vec![0; length];
                peer.read_exact(&mut payload).await.unwrap();
                for (byte, mask) in payload.iter_mut().zip(MASK.iter().cycle()) {
                    *byte ^= mask;
                }
                head[1] &= 0x7f;
                head.truncate(2 + extended);
                peer.write_all(&[head, payload].concat()).await.unwrap();
            });
            let mut socket = client.into_websocket();
            let speaking = async {
                socket.say(&sent).await.unwrap();
                (socket.hear().await.unwrap(), socket.hear().await.unwrap())
            };
            let ((heard, end), ()) = tokio::join!(speaking, peer);
            assert_eq!((heard, end), (Some(frame), None), "{length}");
        }
    }

    #[test]
    fn only_a_close_frame_has_a_code() {
        assert_eq!(Frame::close(1008, "no").close_code(), Some(1008));
        assert_eq!(Frame::text("\u{3}\u{e8}").close_code(), None);
        assert!(Frame { first: FIN | CLOSE, payload: Bytes::new() }.is_close());
    }
}
