//! TLS toward clients: versions 1.2 and 1.3, HTTP/2 or HTTP/1.1 as they agree (RFC 7301), a certificate that may change.

pub mod follow;
pub mod pair;

use std::{fmt, io, sync::Arc};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

use super::{pace::Paced, protocol::Protocol, stream::Stream};
use pair::Pair;

/// What a listener needs to speak TLS; clones share the certificate.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    held: Arc<Held>,
}

/// The certificate that new handshakes are given.
struct Held(ArcSwap<Pair>);

impl fmt::Debug for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Held")
    }
}

impl ResolvesServerCert for Held {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load().certified())
    }
}

impl Tls {
    pub fn with(pair: &Pair) -> Result<Self, rustls::Error> {
        let held = Arc::new(Held(ArcSwap::from_pointee(pair.clone())));
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&held) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        // A client that comes back is spared the asymmetric half. No early data: it could be played again.
        config.ticketer = aws_lc_rs::Ticketer::new()?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), held })
    }

    /// For handshakes that begin from now on.
    fn take(&self, pair: Pair) {
        self.held.0.store(Arc::new(pair));
    }

    fn in_force(&self) -> Arc<Pair> {
        self.held.0.load_full()
    }

    pub(super) async fn shake_hands(&self, socket: Paced) -> io::Result<(Protocol, Stream)> {
        let tls = self.acceptor.accept(socket).await?;
        let protocol = match tls.get_ref().1.alpn_protocol() {
            Some(b"h2") => Protocol::Http2,
            _ => Protocol::Http1,
        };
        Ok((protocol, Stream::Tls(Box::new(tls))))
    }
}
