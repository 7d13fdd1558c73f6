//! One client of the crowd, over HTTP/1: what it asks until it is told to stop.

use std::{io, sync::atomic::Ordering, time::Duration};

use compat_tests::client::{
    Answer, Client,
    websocket::{Frame, WebSocket},
};
use tokio::time::interval;

use super::{Asked, Kind, Told, beat::Beat, door::Wire};

pub(super) struct Busy {
    pub(super) asked: Asked,
    pub(super) beat: Beat,
    pub(super) told: Told,
}

/// A body in ten pieces, a tenth of a second apart; what was begun is sent to its end.
pub(super) const PIECE: &[u8] = &[b'x'; 10];
pub(super) const PIECES: usize = 10;
pub(super) const PIECE_EVERY: Duration = Duration::from_millis(100);

impl Busy {
    pub(super) async fn play(mut self, kind: Kind) -> Told {
        let (ended, kind) = match kind {
            Kind::KeepAlive => (self.keep_alive().await, "keep-alive"),
            Kind::Resting => (self.keep_alive().await, "resting"),
            Kind::Streams => (self.streams().await, "streams"),
            Kind::Fresh => (self.fresh().await, "fresh"),
            Kind::Socket => (self.socket().await, "socket"),
            Kind::Upload => (self.upload().await, "upload"),
            Kind::UploadStream => (self.upload_stream().await, "upload over HTTP/2"),
        };
        if let Err(failure) = ended {
            self.told.failures.push(format!("{kind}: {failure}"));
        }
        self.told
    }

    /// Which kind of request this is, and what was known to hold when it began.
    pub(super) fn id(&self, kind: &str) -> String {
        format!("{kind}-{}", self.asked.since.load(Ordering::Relaxed))
    }

    pub(super) fn judge(&mut self, status: u16, body: &str) -> io::Result<()> {
        self.told.answers += 1;
        if (self.asked.fits)(status, body) {
            return Ok(());
        }
        Err(io::Error::other(format!("{status} {body}")))
    }

    /// An upload is whole where it is answered with its length, whoever says so.
    pub(super) fn uploaded(&mut self, status: u16, body: &str) -> io::Result<()> {
        let length = body.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
        if (status, length.parse()) != (200, Ok(PIECES * PIECE.len())) {
            return Err(io::Error::other(format!("{status} {body:?} for an upload")));
        }
        self.told.uploads += 1;
        Ok(())
    }

    async fn ask(&mut self, client: &mut Client<Wire>, kind: &str, target: &str) -> io::Result<Answer> {
        let id = self.id(kind);
        let mut headers = self.asked.headers.to_vec();
        headers.push(("x-request-id", &id));
        let answer = client.request("GET", target, &headers, b"").await?;
        self.judge(answer.status, &answer.text())?;
        Ok(answer)
    }

    async fn keep_alive(&mut self) -> io::Result<()> {
        let mut client = self.asked.door.client().await?;
        while self.beat.next().await {
            if self.ask(&mut client, "kept", self.asked.target).await?.closes() {
                self.told.reconnects += 1;
                client = self.asked.door.client().await?;
            }
        }
        Ok(())
    }

    async fn fresh(&mut self) -> io::Result<()> {
        while self.beat.next().await {
            let mut client = self.asked.door.client().await?;
            self.ask(&mut client, "fresh", self.asked.fresh).await?;
        }
        Ok(())
    }

    async fn open(&mut self) -> io::Result<WebSocket<Wire>> {
        let mut client = self.asked.door.client().await?;
        let head = client.handshake("/live", &[("x-request-id", &self.id("socket"))]).await?;
        if head.status != 101 {
            return Err(io::Error::other(format!("the handshake is answered {}", head.status)));
        }
        self.told.sockets += 1;
        Ok(client.into_websocket())
    }

    async fn socket(&mut self) -> io::Result<()> {
        let mut socket = self.open().await?;
        while self.beat.next().await {
            let said = Frame::text(&format!("echo {}", self.told.echoes));
            // One that is closed just now may not take it any more; what matters is what it says in the end.
            let _ = socket.say(&said).await;
            match socket.hear().await? {
                Some(heard) if heard == said => self.told.echoes += 1,
                Some(heard) if heard.close_code() == Some(1012) => {
                    self.told.restarts += 1;
                    socket = self.open().await?;
                }
                other => return Err(io::Error::other(format!("{other:?} for an echo"))),
            }
        }
        Ok(())
    }

    async fn upload(&mut self) -> io::Result<()> {
        while self.beat.next().await {
            let mut client = self.asked.door.client().await?;
            let (id, length) = (self.id("upload"), (PIECES * PIECE.len()).to_string());
            let headers = [("content-length", length.as_str()), ("x-request-id", &id)];
            client.begin("POST", "/upload", &headers).await?;
            let mut pieces = interval(PIECE_EVERY);
            for _ in 0..PIECES {
                pieces.tick().await;
                client.send(PIECE).await?;
            }
            let status = client.head().await?.status;
            let body = client.rest().await?;
            self.uploaded(status, &String::from_utf8_lossy(&body))?;
        }
        Ok(())
    }
}
