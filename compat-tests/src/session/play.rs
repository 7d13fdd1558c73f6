//! Plays a script at one address, one step after the other, and writes down what is heard.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;

use super::recording::{Exchange, Heard, Outcome, Recording, Window};
use super::step::{Body, HOST, Step, Turn};
use super::values::Values;
use crate::client::websocket::{Frame, WebSocket};
use crate::client::{Client, Head};

/// Strictly in order: the ids that sequences give out are then the same in every run.
pub async fn play(steps: &[Step], address: SocketAddr) -> Recording {
    let mut player = Player { address, connection: None, values: Values::default() };
    let began = SystemTime::now();
    let mut exchanges = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        let outcome = player.take(step).await;
        exchanges.push(Exchange { number: index + 1, request: step.name(), outcome });
    }
    Recording { exchanges, window: Window { began, ended: SystemTime::now() } }
}

struct Player {
    address: SocketAddr,
    /// Kept alive from step to step, as clients do.
    connection: Option<Client>,
    values: Values,
}

impl Player {
    async fn take(&mut self, step: &Step) -> Outcome {
        if let Some(text) = self.values.missing(step) {
            return Outcome::Broken(format!("`{text}` needs a value that no earlier answer gave"));
        }
        let heard = match self.ask(step).await {
            Ok(heard) => heard,
            Err(error) => return Outcome::Broken(error.to_string()),
        };
        match self.values.keep(step, &heard) {
            Ok(()) => Outcome::Heard(heard),
            Err(name) => Outcome::Broken(format!(
                "{} has no `{name}`: {}",
                heard.head.status,
                String::from_utf8_lossy(&heard.body)
            )),
        }
    }

    async fn ask(&mut self, step: &Step) -> io::Result<Heard> {
        let target = self.values.fill(&step.target);
        let filled: Vec<_> =
            step.headers.iter().map(|(name, value)| (*name, self.values.fill(value))).collect();
        let mut headers: Vec<_> = filled.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if step.sent("host").is_none() {
            headers.insert(0, ("host", HOST));
        }
        let kept = self.connection.take();
        let reused = kept.is_some();
        let client = match kept {
            Some(client) => client,
            None => Client::connect(self.address).await?,
        };
        let mut opened = open(client, step, &target, &headers).await;
        let renewed = reused && opened.as_ref().is_err_and(gone);
        if renewed {
            // What every client does when a connection turns out to have been closed since its last answer.
            opened = open(Client::connect(self.address).await?, step, &target, &headers).await;
        }
        let Opened { client, mut heard, whole } = opened?;
        heard.renewed = renewed;
        match &step.conversation {
            Some(conversation) if heard.head.status == 101 => {
                heard.frames = converse(client.into_websocket(), conversation).await?;
                Ok(heard)
            }
            Some(_) | None => self.hear(client, heard, whole).await,
        }
    }

    /// The rest of the answer. The connection goes on if both sides are through with this request.
    async fn hear(&mut self, mut client: Client, mut heard: Heard, whole: bool) -> io::Result<Heard> {
        let (mut body, mut first) = (Vec::new(), None);
        while let Some(piece) = client.chunk().await? {
            first.get_or_insert_with(Instant::now);
            body.extend(piece);
        }
        heard.spread = first.map(|first| first.elapsed()).unwrap_or_default();
        heard.body = body.into();
        let closes = |value: &&str| value.eq_ignore_ascii_case("close");
        if whole && !heard.head.headers.all("connection").iter().any(closes) {
            self.connection = Some(client);
        }
        Ok(heard)
    }
}

/// A request whose head of an answer has come.
struct Opened {
    client: Client,
    heard: Heard,
    /// The request was sent to its end.
    whole: bool,
}

async fn open(mut client: Client, step: &Step, target: &str, headers: &[(&str, &str)]) -> io::Result<Opened> {
    if step.conversation.is_some() {
        let head = client.handshake(target, headers).await?;
        return Ok(Opened { client, heard: Heard::of(head, Vec::new()), whole: true });
    }
    let mut headers = headers.to_vec();
    let length = length(step);
    if let Some(length) = &length {
        headers.push(("content-length", length));
    }
    client.begin(step.method, target, &headers).await?;
    let (heard, whole) = send_body(&mut client, &step.body).await?;
    Ok(Opened { client, heard, whole })
}

fn gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

/// The length that has to be told; chunked bodies have none, and an awaited one has told its own.
fn length(step: &Step) -> Option<String> {
    match &step.body {
        Body::Whole(body) if step.sent("content-length").is_none() => Some(body.len().to_string()),
        Body::Whole(_) | Body::None | Body::Chunked(_) | Body::Awaited(_) => None,
    }
}

/// The head of the answer, and whether the body was sent to its end.
async fn send_body(client: &mut Client, body: &Body) -> io::Result<(Heard, bool)> {
    let mut whole = true;
    match body {
        Body::None => {}
        // The other side may answer and stop reading before the end: what it answers is what counts.
        Body::Whole(bytes) => whole = client.send(bytes).await.is_ok(),
        Body::Chunked(parts) => {
            for part in parts.iter().chain([&Bytes::new()]) {
                whole &= client.send_chunk(part).await.is_ok();
            }
        }
        Body::Awaited(bytes) => {
            let head = client.next_head().await?;
            if !head.is_interim() {
                return Ok((Heard::of(head, Vec::new()), false));
            }
            client.send(bytes).await?;
            return Ok((Heard::of(client.head().await?, vec![head.status]), true));
        }
    }
    let mut interim = Vec::new();
    loop {
        let head = client.next_head().await?;
        if !head.is_interim() {
            return Ok((Heard::of(head, interim), whole));
        }
        interim.push(head.status);
    }
}

async fn converse(mut socket: WebSocket, conversation: &[Turn]) -> io::Result<Vec<Frame>> {
    let mut frames = Vec::new();
    let closing = conversation.iter().any(|turn| matches!(turn, Turn::Say(frame) if frame.is_close()));
    for turn in conversation {
        match turn {
            Turn::Say(frame) => socket.say(frame).await?,
            Turn::Hear => frames.extend(socket.hear().await?),
        }
    }
    loop {
        let closed = frames.iter().any(Frame::is_close);
        match socket.hear().await {
            Ok(Some(frame)) => {
                if let Some(code) = frame.close_code().filter(|_| !closing) {
                    socket.say(&Frame::close(code, "")).await?;
                }
                frames.push(frame);
            }
            Ok(None) => break,
            // Everything has been said: how hard the server then hangs up is not part of the conversation.
            Err(error) if closed && gone(&error) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(frames)
}

impl Heard {
    pub(super) fn of(head: Head, interim: Vec<u16>) -> Self {
        let (body, frames, spread) = (Bytes::new(), Vec::new(), Duration::ZERO);
        Self { interim, head, body, frames, spread, renewed: false }
    }
}
