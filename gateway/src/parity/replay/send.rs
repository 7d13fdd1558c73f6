//! Sends one request as it was recorded and hears all that comes back.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use parking_lot::Mutex;
use tokio::time::timeout;

use super::{
    course::{Course, LEFT, left},
    socket,
    values::Sent,
};
use crate::parity::{
    coding,
    exchange::{
        Answered, Broken, Headers, Outcome, Request,
        content::{Body, Content, Piece},
        frame::Frame,
    },
    wire::{
        Head,
        dial::{Connection, Target},
    },
};

/// Connections to one target, kept for whoever asks next.
pub struct Line {
    target: Target,
    /// What `Host` says instead of the recorded one.
    host: Option<String>,
    limit: Duration,
    idle: Mutex<Vec<(Connection, Instant)>>,
}

/// What came of one request.
pub struct Heard {
    pub request: Request,
    pub outcome: Outcome,
    pub began: u64,
    pub first_byte: Option<u64>,
    pub took: u64,
}

/// Nobody listens at the target.
#[derive(Debug)]
pub struct Away(pub io::Error);

/// Shorter than any server waits for the next request: one that closes just now would look like an answer that broke.
const FRESH: Duration = Duration::from_millis(500);

/// What is kept in memory of one answer.
const LARGEST: u64 = 256 << 20;

/// What has come of an answer, kept if the rest does not come.
#[derive(Default)]
struct Progress {
    head: Option<Head>,
    interim: Vec<u16>,
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
    trailers: Headers,
    frames: Vec<Frame>,
    first_byte: Option<u64>,
}

impl Line {
    pub fn new(target: Target, host: Option<String>, limit: Duration) -> Arc<Self> {
        Arc::new(Self { target, host, limit, idle: Mutex::default() })
    }

    pub async fn ask(&self, mut sent: Sent, course: &Course) -> Result<Heard, Away> {
        let body = self.prepare(&mut sent.request);
        let kept = if may_be_asked_twice(&sent.request) { self.kept() } else { None };
        if let Some(client) = kept
            && let Some(heard) = self.ask_over(client, true, &sent, body.as_deref(), course).await
        {
            return Ok(heard);
        }
        let client = self.target.connect().await.map_err(Away)?.patient(self.limit.saturating_mul(2));
        let heard = self.ask_over(client, false, &sent, body.as_deref(), course).await;
        Ok(heard.expect("only a connection that was kept can have closed before it was used"))
    }

    /// Nothing where the connection was kept too long: the server had closed it by then.
    async fn ask_over(
        &self,
        mut client: Connection,
        is_kept: bool,
        sent: &Sent,
        body: Option<&[u8]>,
        course: &Course,
    ) -> Option<Heard> {
        let (wall, clock) = (SystemTime::now(), Instant::now());
        let mut progress = Progress::default();
        let work = self.converse(&mut client, sent, body, course, &mut progress, clock);
        let result = timeout(self.limit, work).await.unwrap_or_else(|_| Err(silent(self.limit)));
        let took = micros(clock.elapsed());
        if is_kept && result.as_ref().is_err_and(has_closed) && progress.first_byte.is_none() {
            return None;
        }
        let closes = |head: &Head| {
            head.headers.all("connection").iter().any(|value| value.eq_ignore_ascii_case("close"))
        };
        let stays = progress.head.as_ref().is_some_and(|head| head.status != 101 && !closes(head));
        if result.is_ok() && stays && client.is_idle() && sent.request.header("connection") != Some("close") {
            self.idle.lock().push((client, Instant::now()));
        }
        let first_byte = progress.first_byte;
        let began = since_1970(wall);
        let outcome = match result {
            Ok(()) => progress.answered().map_or_else(|| broken("no answer", None), Outcome::Answered),
            // Where it was left before an answer began, nobody knows what would have come.
            Err(error) if error.kind() == LEFT && course.is_unheard() => broken(&reason(&error), None),
            Err(error) => broken(&reason(&error), progress.answered()),
        };
        Some(Heard { request: sent.request.clone(), outcome, began, first_byte, took })
    }

    fn kept(&self) -> Option<Connection> {
        let mut idle = self.idle.lock();
        idle.retain(|(_, since)| since.elapsed() < FRESH);
        idle.pop().map(|(client, _)| client)
    }

    /// Host, length and packing are of this request, not of the recorded one.
    fn prepare(&self, request: &mut Request) -> Option<Vec<u8>> {
        if let Some(host) = &self.host {
            for (_, value) in request.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("host"))
            {
                value.clone_from(host);
            }
        }
        request.version = "1.1".to_owned();
        // What an h2 client says beside the request (RFC 9113 section 8.3) has no place in HTTP/1.
        request.headers.retain(|(name, _)| !name.starts_with(':'));
        let plain = request.body.bytes().unwrap_or_default().to_vec();
        let is_there = !matches!(request.body.content, Content::Nothing);
        let packed = request.body.coding.as_deref().and_then(|coding| coding::packed(coding, &plain));
        let bytes = is_there.then(|| packed.unwrap_or(plain));
        let length = bytes.as_ref().map_or(0, Vec::len);
        request.body.length = length as u64;
        let is_chunked = request.header("transfer-encoding").is_some();
        let mut stated =
            request.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        match stated.next() {
            Some((_, value)) => *value = length.to_string(),
            None if !is_chunked && length > 0 => {
                request.headers.push(("content-length".to_owned(), length.to_string()));
            }
            None => {}
        }
        bytes
    }

    async fn converse(
        &self,
        client: &mut Connection,
        sent: &Sent,
        body: Option<&[u8]>,
        course: &Course,
        progress: &mut Progress,
        clock: Instant,
    ) -> io::Result<()> {
        let request = &sent.request;
        let headers: Vec<_> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        client.begin(&request.method, &request.target, &headers).await?;
        // Who answers before it has read everything may close: the answer is heard all the same.
        let written = write_body(client, request, body).await;
        let head = loop {
            let head = client.next_head().await.or_else(|error| written_first(&written, error))?;
            progress.first_byte.get_or_insert_with(|| micros(clock.elapsed()));
            if !head.is_interim() {
                break head;
            }
            progress.interim.push(head.status);
        };
        let is_socket = head.status == 101;
        let extensions = head.headers.all("sec-websocket-extensions").join(",");
        progress.head = Some(head);
        if is_socket {
            let (said, heard) = (&sent.frames, &mut progress.frames);
            return socket::converse(client, &extensions, said, course, heard, clock).await;
        }
        loop {
            if course.is_over(&mut progress.bytes) {
                return Err(left());
            }
            let Some(piece) = client.chunk().await? else { break };
            if (progress.bytes.len() + piece.len()) as u64 > LARGEST {
                return Err(io::Error::new(io::ErrorKind::InvalidData, format!("more than {LARGEST} bytes")));
            }
            progress.bytes.extend(&piece);
            progress.pieces.push(Piece { end: progress.bytes.len() as u64, at: micros(clock.elapsed()) });
        }
        progress.trailers.clone_from(&client.trailers().0);
        Ok(())
    }
}

/// A server closes a connection without a word when an answer came before the request's body was read, and nobody knows
/// whether what is sent then was seen: only what is safe goes over a connection that was used before.
fn may_be_asked_twice(request: &Request) -> bool {
    let is_safe = matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    is_safe && request.body.is_nothing() && request.header("upgrade").is_none()
}

fn has_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe)
}

fn written_first<T>(written: &io::Result<()>, error: io::Error) -> io::Result<T> {
    match written {
        Ok(()) => Err(error),
        Err(written) => {
            Err(io::Error::new(written.kind(), format!("the request could not be sent: {written}")))
        }
    }
}

async fn write_body(client: &mut Connection, request: &Request, body: Option<&[u8]>) -> io::Result<()> {
    let Some(body) = body else {
        let is_chunked = request.header("transfer-encoding").is_some();
        return if is_chunked { client.send_chunk(b"").await } else { Ok(()) };
    };
    if request.header("transfer-encoding").is_none() {
        return client.send(body).await;
    }
    if !body.is_empty() {
        client.send_chunk(body).await?;
    }
    client.send_chunk(b"").await
}

impl Progress {
    fn answered(self) -> Option<Answered> {
        let head = self.head?;
        let coding =
            head.headers.one("content-encoding").filter(|name| !name.eq_ignore_ascii_case("identity"));
        let coding = coding.map(str::to_owned);
        let length = self.bytes.len() as u64;
        let unpacked = coding.as_deref().and_then(|coding| coding::unpacked(coding, &self.bytes));
        let coding = coding.filter(|_| unpacked.is_some());
        let body = Body {
            length,
            coding,
            pieces: self.pieces,
            ..Body::of_bytes(unpacked.unwrap_or(self.bytes).into())
        };
        Some(Answered {
            status: head.status,
            headers: small(head.headers.0),
            body,
            trailers: small(self.trailers),
            interim: self.interim,
            frames: self.frames,
        })
    }
}

/// Names as a recording has them: in small letters, whoever wrote them (RFC 9110 section 5.1).
fn small(mut headers: Headers) -> Headers {
    headers.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
    headers
}

fn broken(reason: &str, begun: Option<Answered>) -> Outcome {
    Outcome::Broken(Broken { reason: reason.to_owned(), begun: begun.map(Box::new) })
}

/// The same words for the same end, whatever the system calls it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the connection closed before the end of the answer".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "the connection was reset".to_owned(),
        _ => error.to_string(),
    }
}

fn silent(limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("no end of the answer within {limit:?}"))
}

pub(super) fn since_1970(wall: SystemTime) -> u64 {
    wall.duration_since(SystemTime::UNIX_EPOCH).map_or(0, micros)
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
