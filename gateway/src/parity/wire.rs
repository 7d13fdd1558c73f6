//! A client that sends what it is told to, byte for byte, and shows what came back, byte for byte.
//!
//! HTTP/1.1 on one connection, written apart from the code it looks at: a library would tidy up targets, header names
//! and the order of headers on the way.

pub mod dial;
mod reading;
pub mod websocket;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use self::reading::Framing;

/// A connection that is kept alive from one request to the next.
#[derive(Debug)]
pub struct Client<S = TcpStream> {
    stream: BufReader<S>,
    host: String,
    asked_for_head: bool,
    framing: Framing,
    trailers: Headers,
    patience: Duration,
}

/// Status and headers, in the order and spelling in which they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    /// The words behind the status, which mean nothing (RFC 9112 section 4) and are compared all the same.
    pub reason: String,
    pub headers: Headers,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: Headers,
    pub body: Bytes,
}

/// Longer than any deadline that is tested; an answer that has not come by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

impl Client {
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        Self::plain(timely(PATIENCE, TcpStream::connect(address)).await?, address)
    }

    /// From this address, of those that the machine has: each in 127.0.0.0/8 is one.
    pub async fn connect_from(source: Ipv4Addr, address: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((source, 0).into())?;
        Self::plain(timely(PATIENCE, socket.connect(address)).await?, address)
    }

    fn plain(stream: TcpStream, address: SocketAddr) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self::over(stream, address.to_string()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// Whatever carries the bytes, TLS for one.
    pub fn over(stream: S, host: String) -> Self {
        Self {
            stream: BufReader::new(stream),
            host,
            asked_for_head: false,
            framing: Framing::Done,
            trailers: Headers::default(),
            patience: PATIENCE,
        }
    }

    /// For a caller who has a deadline of his own: how long nothing may come.
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// A request and its whole answer. `Host` and `Content-Length` are added where they are not given.
    pub async fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let length = body.len().to_string();
        let mut headers = headers.to_vec();
        let framed = ["content-length", "transfer-encoding"];
        if !body.is_empty() && !framed.iter().any(|name| has(&headers, name)) {
            headers.push(("content-length", &length));
        }
        self.begin(method, target, &headers).await?;
        self.send(body).await?;
        let Head { status, headers, .. } = self.head().await?;
        Ok(Answer { status, headers, body: self.rest().await? })
    }

    /// Sends the head of a request; the body, if the headers announce one, follows with `send`.
    pub async fn begin(&mut self, method: &str, target: &str, headers: &[(&str, &str)]) -> io::Result<()> {
        self.asked_for_head = method == "HEAD";
        let mut head = format!("{method} {target} HTTP/1.1\r\n");
        let host = [("host", self.host.as_str())];
        let added = if has(headers, "host") { &host[..0] } else { &host[..] };
        for (name, value) in added.iter().chain(headers) {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        self.send(&on_the_wire(&head)).await
    }

    /// Sends bytes as they are, now.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        timely(self.patience, self.stream.write_all(bytes)).await
    }

    /// Sends one chunk of a chunked body; an empty one ends it.
    pub async fn send_chunk(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut chunk = format!("{:x}\r\n", bytes.len()).into_bytes();
        chunk.extend(bytes);
        chunk.extend(b"\r\n");
        self.send(&chunk).await
    }

    /// The head of the answer; interim ones (100, 103) are passed over.
    pub async fn head(&mut self) -> io::Result<Head> {
        loop {
            let head = self.next_head().await?;
            if !head.is_interim() {
                return Ok(head);
            }
        }
    }

    /// The next head that comes, interim or not: for a client that waits until it may send its body.
    pub async fn next_head(&mut self) -> io::Result<Head> {
        let head = timely(self.patience, reading::head(&mut self.stream)).await?;
        if !head.is_interim() {
            self.framing = Framing::of(&head, self.asked_for_head)?;
            self.trailers = Headers::default();
        }
        Ok(head)
    }

    /// The next piece of the body as it arrives; nothing at its end.
    pub async fn chunk(&mut self) -> io::Result<Option<Bytes>> {
        timely(self.patience, reading::piece(&mut self.stream, &mut self.framing, &mut self.trailers)).await
    }

    /// What is left of the body.
    pub async fn rest(&mut self) -> io::Result<Bytes> {
        let mut body = Vec::new();
        while let Some(piece) = self.chunk().await? {
            body.extend(piece);
        }
        Ok(body.into())
    }

    /// What followed the last chunk of the body that was read.
    pub fn trailers(&self) -> &Headers {
        &self.trailers
    }

    /// Nothing of the last answer is left to come, so that another request may follow.
    pub fn is_idle(&self) -> bool {
        self.framing == Framing::Done && self.stream.buffer().is_empty()
    }

    /// The connection itself, after an upgrade or for bytes that are no request.
    pub fn into_stream(self) -> BufReader<S> {
        self.stream
    }
}

impl Head {
    /// More is to come: 100 and 103, but not the 101 that ends HTTP.
    pub fn is_interim(&self) -> bool {
        self.status < 200 && self.status != 101
    }
}

impl Headers {
    /// The value of a header that came once; nothing also when it came twice.
    pub fn one(&self, name: &str) -> Option<&str> {
        match self.all(name)[..] {
            [value] => Some(value),
            _ => None,
        }
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        let fits = |(candidate, _): &&(String, String)| candidate.eq_ignore_ascii_case(name);
        self.0.iter().filter(fits).map(|(_, value)| value.as_str()).collect()
    }

    /// All but the named ones: for comparing answers of which some headers must differ.
    pub fn without(&self, names: &[&str]) -> Self {
        let stays =
            |(name, _): &&(String, String)| !names.iter().any(|unwanted| name.eq_ignore_ascii_case(unwanted));
        Self(self.0.iter().filter(stays).cloned().collect())
    }
}

impl Answer {
    /// The server will not answer on this connection again.
    pub fn closes(&self) -> bool {
        self.headers.all("connection").iter().any(|value| value.eq_ignore_ascii_case("close"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// As Latin-1 where that has the character, so that any byte can be sent: the inverse of how heads are read.
fn on_the_wire(head: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(head.len());
    for character in head.chars() {
        match u8::try_from(character) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

fn has(headers: &[(&str, &str)], name: &str) -> bool {
    headers.iter().any(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
}

async fn timely<T>(patience: Duration, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match timeout(patience, work).await {
        Ok(result) => result,
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, format!("nothing for {patience:?}"))),
    }
}

#[cfg(test)]
mod tests;
