//! A WebSocket after its 101: bytes both ways until either side ends, both are silent too long, or it is over.

mod direction;
mod frames;
mod goodbye;
mod outward;

use std::{
    future::pending,
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{
    HeaderMap, Method, Request,
    header::{CONNECTION, UPGRADE},
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{ReadHalf, copy, sink, split},
    time::{Instant, sleep, timeout},
};
use tracing::debug;

use crate::parity::{capture::Ear, exchange::frame::Side};
use direction::Direction;
pub use goodbye::Goodbye;
use outward::Outward;

/// uvicorn pings every 20 s: a tunnel that is silent this long has lost both its ends.
const IDLE_LIMIT: Duration = Duration::from_secs(300);
/// How long one side may still speak when the other has said all.
const HALF_OPEN: Duration = Duration::from_secs(5);
/// When it is over: for a frame that has begun to end, and for the client to take it and the last one.
const LAST_FRAME: Duration = Duration::from_secs(5);
/// For the client to hear of it.
const FAREWELL: Duration = Duration::from_secs(2);

const CHUNK: usize = 16 * 1024;

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
pub async fn run(
    client: OnUpgrade,
    legacy: OnUpgrade,
    over: impl Future<Output = Goodbye>,
    ear: Option<Ear>,
) {
    let ear = ear.map(Arc::new);
    let (client, legacy) = match tokio::try_join!(client, legacy) {
        Ok(ends) => ends,
        Err(error) => {
            debug!(error = %error, "websocket was not opened");
            return;
        }
    };
    if let Err(error) = carry(client, legacy, over, ear).await {
        debug!(error = %error, "websocket ended");
    }
}

type End = TokioIo<Upgraded>;

/// Whoever records what one side says.
struct Heard {
    ear: Option<Arc<Ear>>,
    side: Side,
}

impl Heard {
    fn tell(&self, bytes: &[u8]) {
        if let Some(ear) = &self.ear {
            ear.heard(self.side, bytes);
        }
    }
}

async fn carry(
    client: Upgraded,
    legacy: Upgraded,
    over: impl Future<Output = Goodbye>,
    ear: Option<Arc<Ear>>,
) -> io::Result<()> {
    let (client_read, client_write) = split(TokioIo::new(client));
    let (legacy_read, legacy_write) = split(TokioIo::new(legacy));
    let activity = Activity::begun();
    let heard = |side| Heard { ear: ear.clone(), side };
    let mut inward = Direction::new(client_read, legacy_write, heard(Side::Client));
    let mut outward = Outward::new(Direction::new(legacy_read, client_write, heard(Side::Server)));
    // Not within either direction: one that waits for its reader would not look whether it is over.
    let goodbye = tokio::select! {
        biased;
        goodbye = over => goodbye,
        ended = both(carry_inward(&mut inward, &activity), outward.carry(&activity)) => return ended,
        () = activity.silent() => return Err(io::Error::new(io::ErrorKind::TimedOut, "silent too long")),
    };
    match goodbye {
        Goodbye::Restart => {
            // The rest of the frame may wait for what the client says. How that fails is not what ends it.
            let going_on = async {
                let _ = carry_inward(&mut inward, &activity).await;
                pending().await
            };
            tokio::select! {
                told = tell(&mut outward, goodbye) => told?,
                () = going_on => {}
            }
            tokio::try_join!(outward.shutdown(), hear(inward.stop(), FAREWELL)).map(|_| ())
        }
        // Who asks no longer may says nothing more to the legacy.
        Goodbye::Policy => {
            let last = async {
                tell(&mut outward, goodbye).await?;
                outward.shutdown().await
            };
            tokio::try_join!(last, hear(inward.stop(), LAST_FRAME + FAREWELL)).map(|_| ())
        }
    }
}

async fn tell(outward: &mut Outward, goodbye: Goodbye) -> io::Result<()> {
    let told = timeout(LAST_FRAME, outward.finish(goodbye)).await;
    told.map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the last frame is not sent or not taken"))?
}

/// What the client says goes nowhere; but unread, it would take the farewell away with it.
async fn hear(mut client: ReadHalf<End>, limit: Duration) -> io::Result<()> {
    let mut nowhere = sink();
    timeout(limit, copy(&mut client, &mut nowhere)).await.unwrap_or(Ok(0)).map(|_| ())
}

/// Until both have ended, or one some time after the other: nobody listens there any more.
async fn both(
    inward: impl Future<Output = io::Result<()>>,
    outward: impl Future<Output = io::Result<()>>,
) -> io::Result<()> {
    let (mut inward, mut outward) = (pin!(inward), pin!(outward));
    let rest = tokio::select! {
        ended = &mut inward => {
            ended?;
            timeout(HALF_OPEN, outward).await
        }
        ended = &mut outward => {
            ended?;
            timeout(HALF_OPEN, inward).await
        }
    };
    rest.unwrap_or(Ok(()))
}

async fn carry_inward(direction: &mut Direction, activity: &Activity) -> io::Result<()> {
    while direction.is_there_more().await? {
        direction.write(usize::MAX).await?;
        activity.seen();
    }
    direction.shutdown().await
}

/// When anything was last carried, either way.
struct Activity {
    begun: Instant,
    /// Seconds after the beginning.
    last: AtomicU64,
}

impl Activity {
    fn begun() -> Self {
        Self { begun: Instant::now(), last: AtomicU64::new(0) }
    }

    fn seen(&self) {
        self.last.store(self.begun.elapsed().as_secs(), Ordering::Relaxed);
    }

    async fn silent(&self) {
        loop {
            let last = Duration::from_secs(self.last.load(Ordering::Relaxed));
            let quiet = self.begun.elapsed().saturating_sub(last);
            if quiet >= IDLE_LIMIT {
                return;
            }
            sleep(IDLE_LIMIT - quiet).await;
        }
    }
}
