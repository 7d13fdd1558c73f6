//! What ends TLS in front of a legacy of the test's own, with a certificate of the test's own.

use std::{net::SocketAddr, sync::Arc};

use parking_lot::Mutex;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;

/// Who vouches for servers.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(super) struct Certificate {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

/// Accepts until it is dropped.
pub(super) struct Terminator {
    address: SocketAddr,
    protocol: Arc<Mutex<Option<String>>>,
    _tasks: JoinSet<()>,
}

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    /// For a server of that name, an address or a host, until the year begins.
    pub(super) fn certify(&self, name: &str, until: i32) -> Certificate {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
        Certificate { certificate, key: PrivateKeyDer::try_from(key.serialize_der()).unwrap() }
    }
}

impl Terminator {
    pub(super) async fn start(certificate: &Certificate, behind: SocketAddr) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.certificate.clone()], certificate.key.clone_key())
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

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the last connection agreed on.
    pub(super) fn protocol(&self) -> Option<String> {
        self.protocol.lock().clone()
    }
}
