//! One connection to the legacy: asked in place as long as nothing unusual is asked or answered, from then on hyper's.

use std::{io, task::Waker};

use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tracing::debug;

use super::{
    instances::Place,
    plain::Plain,
    socket::{CaughtUp, Heard, Socket, Transport, replay::Unread},
};
use crate::front::request_body::RequestBody;

pub(super) enum Link {
    Plain(Box<Plain>),
    Driven(Driven),
}

/// In a task of hyper's own.
pub(super) struct Driven {
    pub(super) sender: SendRequest<RequestBody>,
    heard: Heard,
}

/// Whether a connection that waits can take a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Ready,
    /// A message is still being finished: another would mix two answers.
    Busy,
    Closed,
}

impl Link {
    pub(super) async fn over(transport: Transport, place: Place) -> io::Result<Self> {
        let is_clear = matches!(transport, Transport::Plain(_));
        let socket = Socket::new(transport, Some(place));
        match is_clear {
            true => Ok(Self::Plain(Box::new(Plain::new(socket)))),
            false => Driven::on(socket).await.map(Self::Driven),
        }
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }

    pub(super) fn standing(&self) -> Standing {
        match self {
            Self::Plain(plain) if plain.is_quiet() => Standing::Ready,
            Self::Plain(_) => Standing::Closed,
            Self::Driven(Driven { sender, .. }) if sender.is_closed() => Standing::Closed,
            Self::Driven(Driven { sender, .. }) if sender.is_ready() => Standing::Ready,
            Self::Driven(_) => Standing::Busy,
        }
    }

    /// Whether it is of use after an answer. hyper notices its end by itself; where nobody reads, somebody must be told.
    pub(super) fn rests(&mut self, told: &Waker) -> bool {
        match self {
            Self::Plain(plain) => plain.rests(told),
            Self::Driven(driven) => !driven.sender.is_closed(),
        }
    }

    /// Of all that came on it so far, in bytes.
    pub(super) fn heard(&self) -> u64 {
        match self {
            Self::Plain(plain) => plain.heard(),
            Self::Driven(driven) => driven.heard.bytes(),
        }
    }

    /// Where there is something unread, hyper asks what was asked before, and hears that.
    pub(super) async fn driven(self, unread: Option<Unread>) -> io::Result<(Driven, CaughtUp)> {
        let plain = match self {
            Self::Plain(plain) => plain,
            Self::Driven(driven) => return Ok((driven, CaughtUp::default())),
        };
        let (socket, caught_up) = match unread {
            Some(unread) => plain.into_socket().replaying(unread),
            None => (plain.into_socket(), CaughtUp::default()),
        };
        Ok((Driven::on(socket).await?, caught_up))
    }
}

impl Driven {
    pub(super) async fn on(socket: Socket) -> io::Result<Self> {
        let heard = socket.heard();
        let (sender, connection) = http1::Builder::new()
            .writev(false)
            .handshake(TokioIo::new(socket))
            .await
            .map_err(io::Error::other)?;
        let drive = async move {
            if let Err(error) = connection.with_upgrades().await {
                debug!(error = %error, "legacy connection ended");
            }
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "the connection's own task: it ends with the socket, which ends when its sender is dropped"
        )]
        tokio::spawn(drive);
        Ok(Self { sender, heard })
    }
}
