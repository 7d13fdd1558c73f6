//! A WebSocket after its 101: bytes both ways until either side ends or both are silent too long.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use http::{
    HeaderMap, Method, Request,
    header::{CONNECTION, UPGRADE},
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tracing::debug;

/// uvicorn pings every 20 s: a tunnel that is silent this long has lost both its ends.
const IDLE_LIMIT: Duration = Duration::from_secs(300);

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

/// Runs until the tunnel ends. Both sides must have agreed (101) before.
pub async fn run(client: OnUpgrade, legacy: OnUpgrade) {
    let (client, legacy) = match tokio::try_join!(client, legacy) {
        Ok(ends) => ends,
        Err(error) => {
            debug!(error = %error, "websocket was not opened");
            return;
        }
    };
    if let Err(error) = copy_both(client, legacy).await {
        debug!(error = %error, "websocket ended");
    }
}

async fn copy_both(client: Upgraded, legacy: Upgraded) -> io::Result<()> {
    let (client_read, client_write) = split(TokioIo::new(client));
    let (legacy_read, legacy_write) = split(TokioIo::new(legacy));
    let start = Instant::now();
    let active = AtomicU64::new(0);
    let inward = copy(client_read, legacy_write, start, &active);
    let outward = copy(legacy_read, client_write, start, &active);
    tokio::select! {
        both = async { tokio::try_join!(inward, outward) } => both.map(|_| ()),
        () = silent(start, &active) => Err(io::Error::new(io::ErrorKind::TimedOut, "silent too long")),
    }
}

type End = TokioIo<Upgraded>;

async fn copy(
    mut from: ReadHalf<End>,
    mut to: WriteHalf<End>,
    start: Instant,
    active: &AtomicU64,
) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = from.read(&mut chunk).await?;
        if length == 0 {
            return to.shutdown().await;
        }
        to.write_all(&chunk[..length]).await?;
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
