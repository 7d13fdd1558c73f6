//! A connection URL in any form that FastAPI projects write, made into what the driver takes.

mod key;
mod mistake;
mod neon;

use std::time::Duration;

use rustls::pki_types::CertificateDer;
use tokio_postgres::config::{ChannelBinding, Host, SslMode, SslNegotiation};
use url::Url;

pub use mistake::BadDatabaseUrl;

/// Of a host that is away: a packet to it may be lost for good.
const CONNECT: Duration = Duration::from_secs(2);
/// A partition shows within nine seconds on an idle connection, and within three on one with something under way.
const KEEPALIVE: Duration = Duration::from_secs(5);
const KEEPALIVE_AGAIN: Duration = Duration::from_secs(2);
const KEEPALIVES: u32 = 2;
const UNACKNOWLEDGED: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub struct DatabaseUrl {
    config: tokio_postgres::Config,
    /// Trusted in place of those of the system, if there are any.
    authorities: Vec<CertificateDer<'static>>,
}

impl DatabaseUrl {
    pub fn parse(text: &str) -> Result<Self, BadDatabaseUrl> {
        let text = text.trim();
        // The parser would leave them out without a word, also out of a password.
        if text.chars().any(char::is_control) {
            return Err(BadDatabaseUrl::ControlCharacter);
        }
        let (url, has_host) = url(text)?;
        let scheme = url.scheme().split('+').next().unwrap_or("");
        if scheme != "postgresql" && scheme != "postgres" {
            return Err(BadDatabaseUrl::OtherScheme);
        }
        // What stands behind a `/`, `?` or `#` of a password would be taken for host, database and keys, and shown.
        if text.matches('@').count() > 1
            || url.path().contains('@')
            || [url.query(), url.fragment()].into_iter().flatten().any(|part| part.contains('@'))
        {
            return Err(BadDatabaseUrl::StrayAt);
        }
        let mut parsed = Self { config: patient(), authorities: Vec::new() };
        authority(&url, has_host, &mut parsed.config)?;
        if parsed.config.get_hosts().iter().all(is_local) {
            // Nobody listens in between, and the certificate that packages install there is signed by nobody.
            parsed.config.ssl_mode(SslMode::Disable);
        }
        for (key, value) in url.query_pairs() {
            key::apply(&key, &value, &mut parsed)?;
        }
        let config = &parsed.config;
        if config.get_ssl_negotiation() == SslNegotiation::Direct && config.get_ssl_mode() != SslMode::Require
        {
            return Err(BadDatabaseUrl::DirectWithoutTls);
        }
        // There is nothing to bind to without TLS.
        if config.get_channel_binding() == ChannelBinding::Require
            && config.get_ssl_mode() != SslMode::Require
        {
            return Err(BadDatabaseUrl::BindingWithoutTls);
        }
        Ok(parsed)
    }

    /// The same database past Neon's pooler; nothing where the host is not one of its pooled ones.
    pub fn parse_unpooled(text: &str) -> Option<Self> {
        let mut url = Url::parse(text.trim()).ok()?;
        let direct = neon::direct(url.host_str()?)?;
        url.set_host(Some(&direct)).ok()?;
        Self::parse(url.as_str()).ok()
    }

    /// What the pooler in front of this host of Neon's is called; nothing where it is one, or not Neon's.
    pub fn pooled_host(&self) -> Option<String> {
        neon::pooled(self.host_name()?)
    }

    /// Whether it leads to a pooler, by Neon's way of naming them.
    pub fn is_pooled(&self) -> bool {
        self.host_name().is_some_and(neon::is_pooled)
    }

    pub fn has_password(&self, password: &str) -> bool {
        self.config.get_password() == Some(password.as_bytes())
    }

    pub(super) fn config(&self) -> &tokio_postgres::Config {
        &self.config
    }

    pub(super) fn authorities(&self) -> &[CertificateDer<'static>] {
        &self.authorities
    }

    pub fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_default()
    }

    /// Another database of the same server.
    pub fn of_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.config.dbname(name);
        other
    }

    /// Whether nobody on the way can read along: TLS, or a connection that does not leave the machine.
    pub fn is_private(&self) -> bool {
        let config = &self.config;
        config.get_ssl_mode() == SslMode::Require
            || config.get_hosts().iter().all(is_local)
                && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback)
    }

    fn host_name(&self) -> Option<&str> {
        self.config.get_hosts().iter().find_map(|host| match host {
            Host::Tcp(name) => Some(name.as_str()),
            Host::Unix(_) => None,
        })
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("<database url>")
    }
}

/// Where the connection goes, without what must not be seen: `user@host:port/database sslmode=require`
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(user) = self.config.get_user() {
            write!(formatter, "{user}@")?;
        }
        for (host, port) in self.config.get_hosts().iter().zip(self.config.get_ports()) {
            match host {
                Host::Tcp(name) if name.contains(':') => write!(formatter, "[{name}]:{port}")?,
                Host::Tcp(name) => write!(formatter, "{name}:{port}")?,
                Host::Unix(path) => write!(formatter, "{}:{port}", path.display())?,
            }
        }
        let mode = match self.config.get_ssl_mode() {
            SslMode::Require => "require",
            SslMode::Disable => "disable",
            _ => "prefer",
        };
        write!(formatter, "/{} sslmode={mode}", self.config.get_dbname().unwrap_or_default())
    }
}

/// Every wait has an end, unless the URL says another one.
fn patient() -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    config
        .application_name("gateway")
        .connect_timeout(CONNECT)
        .keepalives_idle(KEEPALIVE)
        .keepalives_interval(KEEPALIVE_AGAIN)
        .keepalives_retries(KEEPALIVES)
        .tcp_user_timeout(UNACKNOWLEDGED);
    config
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        Host::Unix(_) => true,
    }
}

/// With whether it has a host. The parser knows neither several of them nor none behind a user, both of which libpq has.
fn url(text: &str) -> Result<(Url, bool), BadDatabaseUrl> {
    let (scheme, rest) = text.split_once("://").ok_or(BadDatabaseUrl::NotAUrl)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // Without an `@` the comma may be a password's, whose end is elsewhere.
    if host.contains(',') && (authority.contains('@') || !behind.contains('@')) {
        return Err(BadDatabaseUrl::SeveralHosts);
    }
    let has_host = !host.is_empty();
    let whole = if has_host { text } else { &format!("{scheme}://{authority}none{behind}") };
    Ok((Url::parse(whole).map_err(|_| BadDatabaseUrl::NotAUrl)?, has_host))
}

fn authority(url: &Url, has_host: bool, config: &mut tokio_postgres::Config) -> Result<(), BadDatabaseUrl> {
    let key = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
    let host = match url.host_str().filter(|_| has_host) {
        Some(host) => decoded(host)?,
        None => key("host").ok_or(BadDatabaseUrl::NoHost)?.into_owned(),
    };
    if host.contains(',') {
        return Err(BadDatabaseUrl::SeveralHosts);
    }
    config.host(host.trim_start_matches('[').trim_end_matches(']'));
    let port = match (url.port(), key("port")) {
        (Some(port), _) => port,
        (None, Some(written)) => written.parse().map_err(|_| BadDatabaseUrl::BadValue("port"))?,
        (None, None) => 5432,
    };
    config.port(Some(port).filter(|port| *port > 0).ok_or(BadDatabaseUrl::BadValue("port"))?);
    let database = decoded(url.path().trim_start_matches('/'))?;
    if database.is_empty() {
        return Err(BadDatabaseUrl::NoDatabase);
    }
    config.dbname(database);
    if !url.username().is_empty() {
        config.user(decoded(url.username())?);
    }
    if let Some(password) = url.password() {
        // Whatever bytes they are: the server compares bytes.
        config.password(percent_encoding::percent_decode_str(password).collect::<Vec<u8>>());
    }
    Ok(())
}

fn decoded(text: &str) -> Result<String, BadDatabaseUrl> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| BadDatabaseUrl::BadEscape)
}

#[cfg(test)]
mod tests;
