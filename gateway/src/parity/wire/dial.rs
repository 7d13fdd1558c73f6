//! Opens a connection to whoever is asked, with TLS where the address says so.

use std::{
    fmt::{self, Display, Formatter},
    io,
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::Client;

/// Where requests go: `http://host:port` or `https://host:port`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    secure: bool,
    host: String,
    port: u16,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no target; write http://127.0.0.1:8000, without a path")]
pub struct BadTarget(String);

pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub type Connection = Client<Box<dyn Stream>>;

const PATIENCE: Duration = Duration::from_secs(10);

impl Target {
    pub async fn connect(&self) -> io::Result<Connection> {
        let opening = async {
            let host = self.host.trim_start_matches('[').trim_end_matches(']');
            let stream = TcpStream::connect((host, self.port)).await?;
            stream.set_nodelay(true)?;
            if !self.secure {
                return Ok(Box::new(stream) as Box<dyn Stream>);
            }
            let name = ServerName::try_from(host.to_owned());
            let name = name.map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
            let stream = TlsConnector::from(trust()).connect(name, stream).await?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        };
        let stream = timeout(PATIENCE, opening).await.unwrap_or_else(|_| Err(silent()))?;
        Ok(Client::over(stream, self.authority()))
    }

    /// As `Host` says it: without the port that the scheme has anyway.
    pub fn authority(&self) -> String {
        let usual = if self.secure { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl FromStr for Target {
    type Err = BadTarget;

    fn from_str(text: &str) -> Result<Self, BadTarget> {
        let bad = || BadTarget(text.to_owned());
        let url = Url::parse(text).map_err(|_| bad())?;
        let secure = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(bad()),
        };
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let is_open = url.username().is_empty() && url.password().is_none();
        let port = url.port_or_known_default().filter(|_| is_bare && is_open).ok_or_else(bad)?;
        let host = match url.host().ok_or_else(bad)? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => format!("[{address}]"),
        };
        Ok(Self { secure, host, port })
    }
}

impl Display for Target {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(formatter, "{scheme}://{}", self.authority())
    }
}

fn silent() -> io::Error {
    io::Error::new(
        io::ErrorKind::TimedOut,
        format!("no answer to the connection attempt within {PATIENCE:?}"),
    )
}

/// The system's authorities and no others.
fn trust() -> Arc<ClientConfig> {
    static TRUST: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    Arc::clone(TRUST.get_or_init(|| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.expect("the provider has suites for the versions that it comes with");
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_scheme_host_and_port() {
        for (text, shown) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("https://api.example.com/", "https://api.example.com"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), shown);
        }
        for text in ["", "localhost:8000", "ftp://a", "http://a/b", "http://a?b", "http://u:p@a", "http://"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
