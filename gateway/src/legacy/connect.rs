//! Opens one connection to the legacy and keeps it driven until it closes.

use std::{io, time::Duration};

use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tracing::debug;

use super::{
    address::LegacyAddress,
    socket::{Heard, Socket},
};
use crate::front::request_body::RequestBody;

/// A legacy on the same network answers a SYN in milliseconds, or is not there.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// One connection to the legacy, ready for a request or busy with one.
pub(super) struct Link {
    pub(super) sender: SendRequest<RequestBody>,
    pub(super) heard: Heard,
}

/// Names are resolved anew each time: a container that restarts may come back under another address.
pub(super) async fn dial(address: &LegacyAddress) -> io::Result<TcpStream> {
    let connecting = async {
        let resolved = lookup_host((address.host(), address.port())).await;
        let resolved = resolved.map_err(|error| io::Error::new(io::ErrorKind::NotFound, error))?;
        TcpStream::connect(&*resolved.collect::<Vec<_>>()).await
    };
    tokio::time::timeout(CONNECT_LIMIT, connecting)
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer to the connection attempt"))?
}

pub(super) async fn connect(address: &LegacyAddress) -> io::Result<Link> {
    let stream = dial(address).await?;
    stream.set_nodelay(true)?;
    let socket = Socket::new(stream);
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
    Ok(Link { sender, heard })
}
