//! How the crowd gets in: in clear or over TLS, and by which protocol.

use std::{io, net::SocketAddr};

use compat_tests::client::Client;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::{
    http2,
    tls::certificate::{Shown, here, trusting},
};

#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    tls: Option<Tls>,
}

#[derive(Clone)]
struct Tls {
    http1: TlsConnector,
    http2: TlsConnector,
}

/// Whatever carries the bytes.
pub(crate) trait Carrier: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Carrier for S {}

pub(crate) type Wire = Box<dyn Carrier>;

impl Door {
    pub(crate) fn clear(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }

    /// Where any of these certificates may be shown.
    pub(crate) fn secured(address: SocketAddr, shown: &[Shown]) -> Self {
        let tls = Tls { http1: trusting(shown, &["http/1.1"]), http2: trusting(shown, &["h2"]) };
        Self { address, tls: Some(tls) }
    }

    pub(crate) async fn client(&self) -> io::Result<Client<Wire>> {
        let wire = self.wire(|tls| &tls.http1).await?;
        Ok(Client::over(wire, self.address.to_string()))
    }

    pub(super) async fn streams(&self) -> io::Result<http2::client::Client> {
        let wire = self.wire(|tls| &tls.http2).await?;
        http2::client::Client::begin(wire).await.map_err(io::Error::other)
    }

    async fn wire(&self, connector: impl Fn(&Tls) -> &TlsConnector) -> io::Result<Wire> {
        let socket = TcpStream::connect(self.address).await?;
        socket.set_nodelay(true)?;
        Ok(match &self.tls {
            None => Box::new(socket),
            Some(tls) => Box::new(connector(tls).connect(here(), socket).await?),
        })
    }
}
