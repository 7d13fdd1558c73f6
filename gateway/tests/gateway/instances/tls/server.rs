//! What ends TLS in front of a legacy of the test's own.

use std::{net::SocketAddr, sync::Arc};

use parking_lot::Mutex;
use rustls::ServerConfig;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

use crate::tls::certificate::Shown;

/// Accepts until it is dropped.
pub(crate) struct Terminator {
    address: SocketAddr,
    protocol: Arc<Mutex<Option<String>>>,
    _tasks: JoinSet<()>,
}

impl Terminator {
    pub(crate) async fn start(certificate: &Shown, behind: SocketAddr) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der.clone()], certificate.private_key())
            .unwrap();
        // It would rather speak another protocol.
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mut tasks, protocol) = (JoinSet::new(), Arc::new(Mutex::new(None)));
        let seen = Arc::clone(&protocol);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, seen) = (acceptor.clone(), Arc::clone(&seen));
                connections.spawn(async move {
                    // Whoever does not trust the certificate goes at once.
                    let Ok(mut inside) = acceptor.accept(stream).await else { return };
                    let agreed = inside
                        .get_ref()
                        .1
                        .alpn_protocol()
                        .map(|name| String::from_utf8_lossy(name).into_owned());
                    *seen.lock() = agreed;
                    let mut outside = TcpStream::connect(behind).await.unwrap();
                    let _ = copy_bidirectional(&mut inside, &mut outside).await;
                });
            }
        });
        Self { address, protocol, _tasks: tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the last connection agreed on.
    pub(crate) fn protocol(&self) -> Option<String> {
        self.protocol.lock().clone()
    }
}
