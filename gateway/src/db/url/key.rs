//! What the keys behind the `?` mean: those of libpq, those that drivers of other languages add, and no others.

use std::{net::IpAddr, path::Path, time::Duration};

use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio_postgres::{
    Config,
    config::{ChannelBinding, Host, SslMode, SslNegotiation, TargetSessionAttrs},
};

use super::{DatabaseUrl, mistake::BadDatabaseUrl};

/// Keys of other drivers that mean nothing here and harm nobody when they are left out.
const FOREIGN: [&str; 20] = [
    "pgbouncer",
    "connection_limit",
    "pool_timeout",
    "pool_size",
    "max_overflow",
    "pool_recycle",
    "pool_pre_ping",
    "socket_timeout",
    "statement_cache_size",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
    "prepare_threshold",
    "command_timeout",
    "async_fallback",
    "min_size",
    "max_size",
    "single_sentence",
    "sslaccept",
    "supa",
    "fallback_application_name",
];

pub(super) fn apply(key: &str, value: &str, url: &mut DatabaseUrl) -> Result<(), BadDatabaseUrl> {
    match key {
        "sslrootcert" => url.authorities = authorities(value)?,
        // Those of Neon are for clients whose TLS does not name the host; ours does.
        "options" if is_neons(value) => {}
        "options" => return Err(BadDatabaseUrl::SessionOptions),
        "schema" if value == "public" => {}
        "schema" => return Err(BadDatabaseUrl::OtherSchema),
        "client_encoding" if is_utf8(value) => {}
        "client_encoding" => return Err(BadDatabaseUrl::BadValue("client_encoding")),
        "gssencmode" if value != "require" => {}
        "gssencmode" => return Err(BadDatabaseUrl::BadValue("gssencmode")),
        "host" if url.config.get_hosts().iter().all(|host| is_named(host, value)) => {}
        "host" => return Err(BadDatabaseUrl::Twice("host")),
        "port" => {
            let port: u16 = value.parse().map_err(|_| BadDatabaseUrl::BadValue("port"))?;
            if url.config.get_ports() != [port] {
                return Err(BadDatabaseUrl::Twice("port"));
            }
        }
        _ if FOREIGN.contains(&key) => {}
        _ => return security(key, value, &mut url.config).unwrap_or_else(|| network(key, value, url)),
    }
    Ok(())
}

/// libpq would take the key's; whoever reads the URL takes the other.
fn is_named(host: &Host, value: &str) -> bool {
    match host {
        Host::Tcp(name) => name.eq_ignore_ascii_case(value.trim_start_matches('[').trim_end_matches(']')),
        Host::Unix(path) => path == Path::new(value),
    }
}

fn security(key: &str, value: &str, config: &mut Config) -> Option<Result<(), BadDatabaseUrl>> {
    let known = match key {
        "sslmode" | "ssl" => ssl_mode(value).map(|mode| config.ssl_mode(mode)),
        "channel_binding" => {
            let binding = match value {
                "require" => Some(ChannelBinding::Require),
                "prefer" => Some(ChannelBinding::Prefer),
                "disable" => Some(ChannelBinding::Disable),
                _ => None,
            };
            binding.map(|binding| config.channel_binding(binding))
        }
        "sslnegotiation" => {
            let negotiation = match value {
                "postgres" => Some(SslNegotiation::Postgres),
                "direct" => Some(SslNegotiation::Direct),
                _ => None,
            };
            negotiation.map(|negotiation| config.ssl_negotiation(negotiation))
        }
        _ => return None,
    };
    Some(known.map(drop).ok_or(BadDatabaseUrl::BadValue(named(key))))
}

fn network(key: &str, value: &str, url: &mut DatabaseUrl) -> Result<(), BadDatabaseUrl> {
    let config = &mut url.config;
    let number = || value.parse::<u64>().ok().filter(|number| *number > 0);
    let seconds = || number().map(Duration::from_secs);
    let known = match key {
        "application_name" => Some(config.application_name(value)),
        "connect_timeout" => seconds().map(|limit| config.connect_timeout(limit)),
        "keepalives" => match value {
            "1" => Some(config.keepalives(true)),
            "0" => Some(config.keepalives(false)),
            _ => None,
        },
        "keepalives_idle" => seconds().map(|idle| config.keepalives_idle(idle)),
        "keepalives_interval" => seconds().map(|interval| config.keepalives_interval(interval)),
        "keepalives_retries" | "keepalives_count" => number()
            .and_then(|retries| u32::try_from(retries).ok())
            .map(|retries| config.keepalives_retries(retries)),
        // libpq's unit: the only one of them that is not seconds.
        "tcp_user_timeout" => number().map(|limit| config.tcp_user_timeout(Duration::from_millis(limit))),
        "hostaddr" => value.parse::<IpAddr>().ok().map(|address| config.hostaddr(address)),
        "target_session_attrs" => {
            let attributes = match value {
                "any" => Some(TargetSessionAttrs::Any),
                "read-write" | "primary" => Some(TargetSessionAttrs::ReadWrite),
                _ => None,
            };
            attributes.map(|attributes| config.target_session_attrs(attributes))
        }
        _ => return Err(BadDatabaseUrl::unknown(key)),
    };
    known.map(drop).ok_or(BadDatabaseUrl::BadValue(named(key)))
}

/// The key as this file spells it: what is told of a bad value holds nothing of what was written.
fn named(key: &str) -> &'static str {
    const KEYS: [&str; 13] = [
        "ssl",
        "sslmode",
        "channel_binding",
        "sslnegotiation",
        "connect_timeout",
        "keepalives",
        "keepalives_idle",
        "keepalives_interval",
        "keepalives_retries",
        "keepalives_count",
        "tcp_user_timeout",
        "hostaddr",
        "target_session_attrs",
    ];
    KEYS.iter().find(|known| **known == key).copied().unwrap_or("key")
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

fn is_neons(options: &str) -> bool {
    let is_one = |option: &str| {
        let option = option.strip_prefix("-c").unwrap_or(option).trim_start();
        ["endpoint=", "project="].iter().any(|key| option.starts_with(key)) && !option.contains(' ')
    };
    is_one(options.trim())
}

fn is_utf8(encoding: &str) -> bool {
    ["utf8", "utf-8", "auto"].iter().any(|known| known.eq_ignore_ascii_case(encoding))
}

fn authorities(value: &str) -> Result<Vec<CertificateDer<'static>>, BadDatabaseUrl> {
    if value == "system" {
        return Ok(Vec::new());
    }
    let text = std::fs::read(Path::new(value)).map_err(|_| BadDatabaseUrl::UnreadableAuthorities)?;
    let found = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    found.ok().filter(|found| !found.is_empty()).ok_or(BadDatabaseUrl::NoAuthorities)
}
