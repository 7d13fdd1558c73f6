//! Certificates of the tests' own, and a client that takes one of them alone.

use std::{
    fs::Permissions,
    io,
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{Certificate, CertificateParams, DnType, KeyPair};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// What a server shows, and its key, as PEM.
pub(crate) struct Shown {
    pub(crate) pem: String,
    pub(crate) der: CertificateDer<'static>,
    pub(crate) key: String,
}

impl Shown {
    /// For this machine.
    pub(crate) fn new(name: &str) -> Self {
        Self::valid(name, |_| {})
    }

    pub(crate) fn valid(name: &str, set: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        set(&mut params);
        let key = KeyPair::generate().unwrap();
        Self::of(&params.self_signed(&key).unwrap(), &key)
    }

    pub(super) fn of(certificate: &Certificate, key: &KeyPair) -> Self {
        Self { pem: certificate.pem(), der: certificate.der().clone(), key: key.serialize_pem() }
    }

    pub(crate) fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap()
    }

    /// Both at once, as far as a folder of two files can be.
    pub(crate) fn write(&self, folder: &Path) {
        let drafts = [("key.pem", &self.key), ("cert.pem", &self.pem)]
            .map(|(name, text)| (draft(folder, name, text), folder.join(name)));
        for (draft, path) in drafts {
            std::fs::rename(draft, path).unwrap();
        }
    }

    /// A handshake that succeeds only with this certificate.
    pub(crate) async fn connect(
        &self,
        address: SocketAddr,
        protocols: &[&str],
    ) -> io::Result<TlsStream<TcpStream>> {
        let socket = TcpStream::connect(address).await?;
        trusting([self], protocols).connect(here(), socket).await
    }
}

/// One of the two in one step: a file that is written bit by bit may be looked at in between.
pub(super) fn replace(folder: &Path, name: &str, text: &str) {
    std::fs::rename(draft(folder, name, text), folder.join(name)).unwrap();
}

fn draft(folder: &Path, name: &str, text: &str) -> PathBuf {
    let draft = folder.join(format!("{name}.new"));
    std::fs::write(&draft, text).unwrap();
    std::fs::set_permissions(&draft, Permissions::from_mode(0o600)).unwrap();
    draft
}

/// Takes any of these, and no other.
pub(crate) fn trusting<'s>(shown: impl IntoIterator<Item = &'s Shown>, protocols: &[&str]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    shown.into_iter().for_each(|shown| roots.add(shown.der.clone()).unwrap());
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

/// Whom all of them are for.
pub(crate) fn here() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}
