//! A connection URL in any form that FastAPI projects write, made into what the driver takes.

use std::time::Duration;

use tokio_postgres::config::{ChannelBinding, Host, SslMode};
use url::Url;

/// Keys of other drivers that mean nothing here and harm nobody when they are left out.
const FOREIGN: [&str; 4] = ["pgbouncer", "connection_limit", "pool_timeout", "prepared_statement_cache_size"];

#[derive(Clone)]
pub struct DatabaseUrl {
    config: tokio_postgres::Config,
}

/// Never holds a part of the URL but the name of a key: there may be a password anywhere in it.
#[derive(Debug, thiserror::Error)]
pub enum BadDatabaseUrl {
    #[error("is not a URL")]
    NotAUrl,
    #[error("is not a PostgreSQL URL")]
    OtherScheme,
    #[error("has a second `@` or one behind the host, most likely in a password that is not escaped")]
    StrayAt,
    #[error("names no host")]
    NoHost,
    #[error("names no database")]
    NoDatabase,
    #[error("the key `{0}` is not known")]
    UnknownKey(String),
    #[error("the value of `{0}` is not known")]
    BadValue(String),
}

impl BadDatabaseUrl {
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownKey(_) => "remove the key: the connection would not be what it asks for",
            Self::BadValue(_) => {
                "write sslmode=require, verify-full, prefer or disable; channel_binding=require"
            }
            Self::NotAUrl | Self::OtherScheme | Self::StrayAt | Self::NoHost | Self::NoDatabase => {
                "write `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`; escape `@`, `:` and `/` in the password"
            }
        }
    }
}

impl DatabaseUrl {
    pub fn parse(text: &str) -> Result<Self, BadDatabaseUrl> {
        let url = Url::parse(text).map_err(|_| BadDatabaseUrl::NotAUrl)?;
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
        let mut config = tokio_postgres::Config::new();
        config
            .application_name("gateway")
            .connect_timeout(Duration::from_secs(3))
            .keepalives_idle(Duration::from_secs(5))
            .keepalives_interval(Duration::from_secs(2))
            .keepalives_retries(2)
            .tcp_user_timeout(Duration::from_secs(5));
        authority(&url, &mut config)?;
        if config.get_hosts().iter().all(is_local) {
            // Nobody listens in between, and the certificate that packages install there is signed by nobody.
            config.ssl_mode(SslMode::Disable);
        }
        for (key, value) in url.query_pairs() {
            option(&key, &value, &mut config)?;
        }
        Ok(Self { config })
    }

    /// The same database past Neon's pooler; nothing where the host is not one of its pooled ones.
    pub fn parse_unpooled(text: &str) -> Option<Self> {
        let mut url = Url::parse(text).ok()?;
        let (endpoint, region) = url.host_str()?.split_once('.')?;
        let direct = format!("{}.{region}", endpoint.strip_suffix("-pooler")?);
        if !region.ends_with("neon.tech") {
            return None;
        }
        url.set_host(Some(&direct)).ok()?;
        Self::parse(url.as_str()).ok()
    }

    pub fn has_password(&self, password: &str) -> bool {
        self.config.get_password() == Some(password.as_bytes())
    }

    pub(super) fn config(&self) -> &tokio_postgres::Config {
        &self.config
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
        self.config.get_ssl_mode() == SslMode::Require || self.config.get_hosts().iter().all(is_local)
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

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        Host::Unix(_) => true,
    }
}

fn authority(url: &Url, config: &mut tokio_postgres::Config) -> Result<(), BadDatabaseUrl> {
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(BadDatabaseUrl::NoHost)?;
    config.host(decoded(host).trim_start_matches('[').trim_end_matches(']'));
    config.port(url.port().unwrap_or(5432));
    let database = decoded(url.path().trim_start_matches('/'));
    if database.is_empty() {
        return Err(BadDatabaseUrl::NoDatabase);
    }
    config.dbname(database);
    if !url.username().is_empty() {
        config.user(decoded(url.username()));
    }
    if let Some(password) = url.password() {
        config.password(decoded(password));
    }
    Ok(())
}

fn option(key: &str, value: &str, config: &mut tokio_postgres::Config) -> Result<(), BadDatabaseUrl> {
    let bad = || BadDatabaseUrl::BadValue(key.to_owned());
    match key {
        "sslmode" | "ssl" => {
            config.ssl_mode(ssl_mode(value).ok_or_else(bad)?);
        }
        "channel_binding" => {
            config.channel_binding(match value {
                "require" => ChannelBinding::Require,
                "prefer" => ChannelBinding::Prefer,
                "disable" => ChannelBinding::Disable,
                _ => return Err(bad()),
            });
        }
        "application_name" => {
            config.application_name(value);
        }
        "connect_timeout" => {
            config.connect_timeout(Duration::from_secs(value.parse().map_err(|_| bad())?));
        }
        _ if FOREIGN.contains(&key) => {}
        _ => return Err(BadDatabaseUrl::UnknownKey(key.to_owned())),
    }
    Ok(())
}

/// libpq's `require` does not verify; ours always does, so the verifying modes ask for nothing more.
fn ssl_mode(value: &str) -> Option<SslMode> {
    match value {
        "require" | "verify-ca" | "verify-full" | "true" => Some(SslMode::Require),
        "prefer" | "allow" => Some(SslMode::Prefer),
        "disable" | "false" => Some(SslMode::Disable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<DatabaseUrl, BadDatabaseUrl> {
        DatabaseUrl::parse(text)
    }

    #[test]
    fn every_form_that_fastapi_projects_write_is_accepted() {
        for good in [
            "postgresql://u:p@h/db",
            "postgres://u@h:5433/db",
            "postgresql+asyncpg://u:p@h/db?ssl=require",
            "postgresql+psycopg2://u:p%40@h/db?sslmode=verify-full&channel_binding=require",
            "postgresql+psycopg://u:p@[::1]/db?pgbouncer=true",
        ] {
            parse(good).expect(good);
        }
        let url = parse("postgresql+psycopg://u%40x:p%2F@h:1/my%20db").expect("good");
        assert_eq!(url.config().get_user(), Some("u@x"));
        assert_eq!(url.config().get_password(), Some(&b"p/"[..]));
        assert_eq!(url.config().get_dbname(), Some("my db"));
    }

    const STRAY: &str =
        "has a second `@` or one behind the host, most likely in a password that is not escaped";

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (text, shown) in [
            ("postgresql://u:hidden@db.example.com/app", "u@db.example.com:5432/app sslmode=prefer"),
            ("postgresql+asyncpg://u:hidden@[::1]:1/app", "u@[::1]:1/app sslmode=disable"),
            ("postgresql://%2Fvar%2Frun/app?sslmode=require", "/var/run:5432/app sslmode=require"),
        ] {
            assert_eq!(parse(text).expect(text).to_string(), shown);
        }
    }

    #[test]
    fn only_a_pooled_host_of_neons_has_a_direct_one() {
        let pooled = "postgresql://u:p@ep-cool-1-pooler.eu-central-1.aws.neon.tech/app?sslmode=require";
        let direct = DatabaseUrl::parse_unpooled(pooled).expect("pooled");
        assert_eq!(direct.to_string(), "u@ep-cool-1.eu-central-1.aws.neon.tech:5432/app sslmode=require");
        assert!(direct.has_password("p"));
        for other in ["postgresql://u@ep-cool-1.aws.neon.tech/app", "postgresql://u@x-pooler.example.com/app"]
        {
            assert!(DatabaseUrl::parse_unpooled(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_bad_url_is_reported_without_its_values() {
        for (text, expected) in [
            ("nonsense", "is not a URL"),
            ("mysql://u:hidden@h/db", "is not a PostgreSQL URL"),
            ("postgresql:///db", "names no host"),
            ("postgresql://u:1/hidden@h/db", STRAY),
            ("postgresql://u:1/db?hidden@h/db", STRAY),
            ("postgresql://u:1/db#hidden@h/db", STRAY),
            ("postgresql://u:hid@den@h/db", STRAY),
            ("postgresql://u:hidden@h", "names no database"),
            ("postgresql://u:hidden@h/db?sslmode=maybe", "the value of `sslmode` is not known"),
            ("postgresql://u:hidden@h/db?sslmod=require", "the key `sslmod` is not known"),
        ] {
            assert_eq!(parse(text).expect_err(text).to_string(), expected);
        }
    }

    #[test]
    fn only_tls_or_this_machine_is_private() {
        for (text, private) in [
            ("postgresql://u@db.example.com/x", false),
            ("postgresql://u@db.example.com/x?sslmode=prefer", false),
            ("postgresql://u@db.example.com/x?ssl=require", true),
            ("postgresql://u@localhost/x", true),
        ] {
            assert_eq!(parse(text).expect(text).is_private(), private, "{text}");
        }
    }
}
