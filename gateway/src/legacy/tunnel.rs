//! A WebSocket after its 101: bytes both ways until either side ends or both are silent too long.

mod frames;

use std::{
    io,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use http::{
    HeaderMap, Method, Request,
    header::{CONNECTION, UPGRADE},
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split},
    time,
};
use tracing::debug;

use frames::Frames;

/// uvicorn pings every 20 s: a tunnel that is silent this long has lost both its ends.
const IDLE_LIMIT: Duration = Duration::from_secs(300);

const CHUNK: usize = 16 * 1024;

/// Why a tunnel is over that its two sides would keep open; the client is told the code (RFC 6455 section 7.4, and the
/// IANA registry of close codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goodbye {
    /// 1008, a violation of policy: what FastAPI closes with whose token is not good.
    Policy,
    /// 1012, the service restarts: a client comes back at once, and finds another process.
    Restart,
}

impl Goodbye {
    /// A close frame without a reason, from a server: unmasked (RFC 6455 section 5.5.1).
    fn frame(self) -> [u8; 4] {
        let [high, low] = match self {
            Self::Policy => 1008_u16,
            Self::Restart => 1012,
        }
        .to_be_bytes();
        [0x88, 2, high, low]
    }
}

/// A frame that has begun when it is over may end.
const LAST_FRAME: Duration = Duration::from_secs(5);
/// For the client to hear of it.
const FAREWELL: Duration = Duration::from_secs(2);

/// Whether the request asks for a WebSocket (RFC 6455 section 4.1); any other upgrade is not forwarded.
pub fn is_websocket<B>(request: &Request<B>) -> bool {
    request.method() == Method::GET
        && has_token(request.headers(), &CONNECTION, "upgrade")
        && has_token(request.headers(), &UPGRADE, "websocket")
}

fn has_token(headers: &HeaderMap, name: &http::HeaderName, wanted: &str) -> bool {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|token| token.trim().eq_ignore_ascii_case(wanted))
}

/// Runs until the tunnel ends, at the latest with `over`. Both sides must have agreed (101) before.
pub async fn run(client: OnUpgrade, legacy: OnUpgrade, over: impl Future<Output = Goodbye>) {
    let (client, legacy) = match tokio::try_join!(client, legacy) {
        Ok(ends) => ends,
        Err(error) => {
            debug!(error = %error, "websocket was not opened");
            return;
        }
    };
    if let Err(error) = copy_both(client, legacy, over).await {
        debug!(error = %error, "websocket ended");
    }
}

/// Why it ended, but for both sides having said all.
enum Ended {
    Broken(io::Error),
    /// It was over, and the client was told so.
    Over,
}

impl From<io::Error> for Ended {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

async fn copy_both(
    client: Upgraded,
    legacy: Upgraded,
    over: impl Future<Output = Goodbye>,
) -> io::Result<()> {
    let (mut client_read, mut client_write) = split(TokioIo::new(client));
    let (mut legacy_read, mut legacy_write) = split(TokioIo::new(legacy));
    let start = Instant::now();
    let active = AtomicU64::new(0);
    let inward = copy(&mut client_read, &mut legacy_write, start, &active);
    let outward = copy_until(&mut legacy_read, &mut client_write, (start, &active), over);
    let ended = tokio::select! {
        both = async { tokio::try_join!(inward, outward) } => both.map(|_| ()),
        () = silent(start, &active) => Err(io::Error::new(io::ErrorKind::TimedOut, "silent too long").into()),
    };
    match ended {
        Ok(()) => Ok(()),
        Err(Ended::Broken(error)) => Err(error),
        Err(Ended::Over) => {
            // What the client still says goes nowhere; but unread, it would take the farewell away with it.
            drop((legacy_read, legacy_write));
            let mut nowhere = tokio::io::sink();
            let heard = tokio::io::copy(&mut client_read, &mut nowhere);
            time::timeout(FAREWELL, heard).await.unwrap_or(Ok(0)).map(|_| ())
        }
    }
}

type End = TokioIo<Upgraded>;

async fn copy(
    from: &mut ReadHalf<End>,
    to: &mut WriteHalf<End>,
    start: Instant,
    active: &AtomicU64,
) -> Result<(), Ended> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = from.read(&mut chunk).await?;
        if length == 0 {
            return Ok(to.shutdown().await?);
        }
        to.write_all(&chunk[..length]).await?;
        active.store(start.elapsed().as_secs(), Ordering::Relaxed);
    }
}

/// Toward the client: after the end no new frame is begun but the last one, which is ours.
async fn copy_until(
    from: &mut ReadHalf<End>,
    to: &mut WriteHalf<End>,
    (start, active): (Instant, &AtomicU64),
    over: impl Future<Output = Goodbye>,
) -> Result<(), Ended> {
    let mut over = pin!(over);
    // Once it is over: why, and until when the frame that has begun may end.
    let mut last_frame = None;
    let mut frames = Frames::default();
    let mut chunk = vec![0; CHUNK];
    loop {
        if let Some((goodbye, _)) = last_frame
            && frames.is_between()
        {
            to.write_all(&Goodbye::frame(goodbye)).await?;
            to.shutdown().await?;
            return Err(Ended::Over);
        }
        let length = match last_frame {
            None => tokio::select! {
                biased;
                goodbye = &mut over => {
                    last_frame = Some((goodbye, time::Instant::now() + LAST_FRAME));
                    continue;
                }
                length = from.read(&mut chunk) => length?,
            },
            Some((_, end)) => time::timeout_at(end, from.read(&mut chunk))
                .await
                .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "a frame that does not end"))??,
        };
        let mut bytes = &chunk[..length];
        if bytes.is_empty() {
            return Ok(to.shutdown().await?);
        }
        if last_frame.is_some() {
            bytes = &bytes[..frames.follow(bytes)];
        } else {
            let mut rest = bytes;
            while !rest.is_empty() {
                rest = &rest[frames.follow(rest)..];
            }
        }
        to.write_all(bytes).await?;
        active.store(start.elapsed().as_secs(), Ordering::Relaxed);
    }
}

async fn silent(start: Instant, active: &AtomicU64) {
    loop {
        let quiet = start.elapsed().saturating_sub(Duration::from_secs(active.load(Ordering::Relaxed)));
        if quiet >= IDLE_LIMIT {
            return;
        }
        tokio::time::sleep(IDLE_LIMIT - quiet).await;
    }
}
