//! TLS to a legacy at `https://`: always verified, its name too, against the system's authorities or those of
//! `LEGACY_CA_FILE`, and no others then.

use std::{
    io,
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::address::LegacyAddress;

/// Whose word is taken for who the legacy is; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct LegacyTrust {
    named: Arc<[CertificateDer<'static>]>,
    /// Read when the first address needs it: the system's authorities are many.
    config: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl LegacyTrust {
    /// These authorities and no others.
    pub fn only(named: Vec<CertificateDer<'static>>) -> Self {
        Self { named: named.into(), config: Arc::default() }
    }

    /// Reads the authorities now, where one of these addresses will need them.
    pub(super) fn prepare(&self, addresses: &[LegacyAddress]) {
        if addresses.iter().any(LegacyAddress::is_https) {
            self.config();
        }
    }

    pub(super) async fn handshake(
        &self,
        address: &LegacyAddress,
        stream: TcpStream,
    ) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(address.host().to_owned());
        let name = name.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        TlsConnector::from(self.config()).connect(name, stream).await
    }

    fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(self.config.get_or_init(|| {
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            let builder = builder.expect("the provider has suites for the versions that it comes with");
            let mut config = builder.with_root_certificates(self.roots()).with_no_client_auth();
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            Arc::new(config)
        }))
    }

    fn roots(&self) -> RootCertStore {
        let named = self.named.to_vec();
        let trusted = if named.is_empty() { rustls_native_certs::load_native_certs().certs } else { named };
        let mut roots = RootCertStore::empty();
        // A certificate that cannot be parsed is left out: what it would have vouched for is refused.
        roots.add_parsable_certificates(trusted);
        roots
    }
}
