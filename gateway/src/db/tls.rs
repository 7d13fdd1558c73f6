//! TLS to PostgreSQL: always verified, whatever libpq's mode would skip, against the authorities that the URL names, or
//! else the system's.

use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::url::DatabaseUrl;

pub(super) fn connector(url: &DatabaseUrl) -> Result<MakeRustlsConnect, rustls::Error> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots(url))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// As libpq has it: who names an authority trusts no other.
fn roots(url: &DatabaseUrl) -> RootCertStore {
    let named = url.authorities().to_vec();
    let trusted = if named.is_empty() { rustls_native_certs::load_native_certs().certs } else { named };
    let mut roots = RootCertStore::empty();
    // A certificate that cannot be parsed is left out: what it would have vouched for is refused.
    roots.add_parsable_certificates(trusted);
    roots
}
