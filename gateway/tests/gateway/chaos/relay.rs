//! One connection through the proxy: how it is let in, what is done to its bytes, and how it ends.

use std::{io, net::SocketAddr, sync::atomic::Ordering, time::Duration};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::{sleep, sleep_until},
};

use super::{
    neon,
    proxy::{Counts, Wire},
};

/// Length 16 and the code of a CancelRequest, as every client begins one.
const CANCEL: [u8; 8] = [0, 0, 0, 16, 4, 210, 22, 46];

pub(super) async fn carry(
    mut client: TcpStream,
    server: SocketAddr,
    mut wire: watch::Receiver<Wire>,
    counts: &Counts,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    if is_cancel(&client).await? {
        counts.cancels.fetch_add(1, Ordering::SeqCst);
    }
    let first = *wire.borrow_and_update();
    match first {
        Wire::Pass | Wire::Late(_) | Wire::Trickle(_) => {}
        Wire::AsleepUntil(moment) => sleep_until(moment).await,
        Wire::Reset | Wire::Refuse => return reset(&client),
        Wire::BlackHole => return swallow(client, &mut wire).await,
        Wire::HalfClose => {
            client.shutdown().await?;
            return swallow(client, &mut wire).await;
        }
        Wire::Say(words) => return neon::refuse(&mut client, words).await,
    }
    match TcpStream::connect(server).await {
        Ok(server) => {
            server.set_nodelay(true)?;
            let pair = Pair { client, server, let_in: first, up: BytesMut::new(), down: BytesMut::new() };
            pair.carry(&mut wire).await
        }
        Err(_) => reset(&client),
    }
}

async fn is_cancel(client: &TcpStream) -> io::Result<bool> {
    let mut head = [0; CANCEL.len()];
    loop {
        let seen = client.peek(&mut head).await?;
        if seen == head.len() {
            return Ok(head == CANCEL);
        }
        if seen == 0 || head[..seen] != CANCEL[..seen] {
            return Ok(false);
        }
    }
}

fn reset(stream: &TcpStream) -> io::Result<()> {
    stream.set_zero_linger()
}

/// Until the client gives up. Who was in a black hole stays there: on the way back its state is forgotten.
async fn swallow(mut client: TcpStream, wire: &mut watch::Receiver<Wire>) -> io::Result<()> {
    let ended = tokio::io::copy(&mut client, &mut tokio::io::sink()).await;
    // Meanwhile the server hears nothing of that either.
    while *wire.borrow_and_update() == Wire::BlackHole && wire.changed().await.is_ok() {}
    ended.map(drop)
}

struct Pair {
    client: TcpStream,
    server: TcpStream,
    /// How the wire was when it came: who has waited for a compute to wake is not sent away for its having slept.
    let_in: Wire,
    /// Read from one side and not yet written to the other: a change of the wire must lose none of it.
    up: BytesMut,
    down: BytesMut,
}

impl Pair {
    async fn carry(mut self, wire: &mut watch::Receiver<Wire>) -> io::Result<()> {
        loop {
            let now = *wire.borrow_and_update();
            let pace = match now {
                Wire::Pass => Pace::AtOnce,
                Wire::AsleepUntil(_) if now == self.let_in => Pace::AtOnce,
                Wire::Late(delay) => Pace::Late(delay),
                Wire::Trickle(pause) => Pace::Trickle(pause),
                Wire::Reset | Wire::Refuse => return reset(&self.client),
                Wire::BlackHole => return swallow(self.client, wire).await,
                Wire::HalfClose => {
                    self.client.shutdown().await?;
                    return swallow(self.client, wire).await;
                }
                Wire::AsleepUntil(_) | Wire::Say(_) => return neon::suspend(&mut self.client).await,
            };
            tokio::select! {
                ended = self.flow(pace) => return ended,
                changed = wire.changed() => if changed.is_err() { return Ok(()) },
            }
        }
    }

    async fn flow(&mut self, pace: Pace) -> io::Result<()> {
        let (from_client, to_client) = self.client.split();
        let (from_server, to_server) = self.server.split();
        let up = leg(from_client, to_server, &mut self.up, Pace::AtOnce);
        let down = leg(from_server, to_client, &mut self.down, pace);
        tokio::try_join!(up, down).map(drop)
    }
}

#[derive(Clone, Copy)]
enum Pace {
    AtOnce,
    Late(Duration),
    Trickle(Duration),
}

/// May be dropped at any point and begun again: what was read waits in `waiting` until it is written.
async fn leg(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    waiting: &mut BytesMut,
    pace: Pace,
) -> io::Result<()> {
    loop {
        if waiting.is_empty() && from.read_buf(waiting).await? == 0 {
            return to.shutdown().await;
        }
        let most = match pace {
            Pace::AtOnce => waiting.len(),
            Pace::Late(delay) => {
                sleep(delay).await;
                waiting.len()
            }
            Pace::Trickle(pause) => {
                sleep(pause).await;
                1
            }
        };
        let sent = to.write(&waiting[..most]).await?;
        waiting.advance(sent);
    }
}
