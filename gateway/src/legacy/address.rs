//! Where a legacy instance listens, and what is wrong with an address that cannot be used.
//!
//! Only scheme, host and port: a path or a query in front of the legacy would make another URL of every request.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
    sync::Arc,
};

use crate::config::mistakes::{Mistake, Mistakes};

/// `http://host:port` or `https://host:port`; cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegacyAddress {
    host: Arc<str>,
    port: u16,
    is_https: bool,
}

/// User information is never repeated: it may be a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLegacyAddress {
    #[error("the address is empty")]
    Empty,
    #[error("the address has no scheme")]
    NoScheme,
    #[error("`{0}` is not a scheme for the legacy")]
    Scheme(String),
    #[error("the address contains user information")]
    UserInformation,
    #[error("the address has a path, `{0}`")]
    Path(String),
    #[error("the address has a query or a fragment")]
    Query,
    #[error("the address has no host")]
    NoHost,
    #[error("`{0}` is not a host")]
    Host(String),
    #[error("`{0}` is not an IPv6 address in brackets")]
    Brackets(String),
    #[error("`{0}` is not a port")]
    Port(String),
}

impl LegacyAddress {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// `host:port`, an IPv6 address in brackets
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Two schemes at one port are one server, which can speak only one of them.
    pub fn is_same_place(&self, other: &Self) -> bool {
        (&self.host, self.port) == (&other.host, other.port)
    }

    /// Whether a server that listens on `own` is what this address reaches. A name is not looked up.
    pub fn is_at(&self, own: SocketAddr) -> bool {
        let ip = match &*self.host {
            "localhost" => Some(IpAddr::from(Ipv4Addr::LOCALHOST)),
            host => host.parse().ok(),
        };
        let same = |ip: IpAddr| ip == own.ip() || (own.ip().is_unspecified() && ip.is_loopback());
        self.port == own.port() && ip.is_some_and(same)
    }

    /// The comma-separated addresses in the environment variable `name`.
    pub fn list_in_variable(name: &str, text: &str) -> Result<Vec<LegacyAddress>, Mistakes> {
        if text.contains('@') {
            // A password may contain a comma: its halves must not be judged, and quoted, as addresses.
            let error = BadLegacyAddress::UserInformation;
            return Err(Mistake::in_variable(name, &error, error.remedy()).into());
        }
        let mut mistakes = Mistakes::default();
        let mut addresses: Vec<LegacyAddress> = Vec::new();
        for part in text.split(',') {
            match part.trim().parse::<LegacyAddress>() {
                Ok(address) if addresses.iter().any(|other| other.is_same_place(&address)) => {
                    let what = format!("`{address}` is listed twice");
                    mistakes.push(Mistake::in_variable(name, what, "keep one of the two"));
                }
                Ok(address) => addresses.push(address),
                Err(error) => mistakes.push(Mistake::in_variable(name, &error, error.remedy())),
            }
        }
        mistakes.into_result(addresses)
    }
}

impl BadLegacyAddress {
    pub fn remedy(&self) -> String {
        let shape = match self {
            Self::Empty | Self::NoHost | Self::Scheme(_) | Self::Host(_) => {
                "write `http://host:port` or `https://host:port`"
            }
            Self::NoScheme => "write `http://` or `https://` in front of it",
            Self::UserInformation => "write `http://host:port`, without the part before the `@`",
            Self::Path(_) | Self::Query => {
                "remove all that follows the port: URLs reach the legacy unchanged"
            }
            Self::Brackets(_) => "write it as in `http://[::1]:8000`",
            Self::Port(_) => "write a number from 1 to 65535",
        };
        shape.to_owned()
    }
}

impl FromStr for LegacyAddress {
    type Err = BadLegacyAddress;

    fn from_str(text: &str) -> Result<Self, BadLegacyAddress> {
        if text.is_empty() {
            return Err(BadLegacyAddress::Empty);
        }
        let (is_https, rest) = without_scheme(text)?;
        // Before anything is quoted in an error: a password may contain any character, `/` and `?` too.
        if rest.contains('@') {
            return Err(BadLegacyAddress::UserInformation);
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if path.contains(['?', '#']) {
            return Err(BadLegacyAddress::Query);
        }
        if !matches!(path, "" | "/") {
            return Err(BadLegacyAddress::Path(path.to_owned()));
        }
        let (host, port) = split_port(authority)?;
        let port = match port {
            Some(port) => port_number(port).ok_or_else(|| BadLegacyAddress::Port(port.to_owned()))?,
            None if is_https => 443,
            None => 80,
        };
        Ok(Self { host: host.into(), port, is_https })
    }
}

/// Whether the scheme is `https`, and what follows it.
fn without_scheme(text: &str) -> Result<(bool, &str), BadLegacyAddress> {
    let (scheme, rest) = text.split_once("://").ok_or(BadLegacyAddress::NoScheme)?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Ok((false, rest)),
        "https" => Ok((true, rest)),
        _ if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !scheme.is_empty() => {
            Err(BadLegacyAddress::Scheme(scheme.to_owned()))
        }
        _ => Err(BadLegacyAddress::NoScheme),
    }
}

fn split_port(authority: &str) -> Result<(String, Option<&str>), BadLegacyAddress> {
    let Some(inside) = authority.strip_prefix('[') else {
        let (host, port) = match authority.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err(BadLegacyAddress::Brackets(authority.to_owned()));
            }
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        return match host {
            "" => Err(BadLegacyAddress::NoHost),
            _ if is_host(host) => Ok((host.to_ascii_lowercase(), port)),
            _ => Err(BadLegacyAddress::Host(host.to_owned())),
        };
    };
    let wrong = || BadLegacyAddress::Brackets(authority.to_owned());
    let (address, port) = inside.split_once(']').ok_or_else(wrong)?;
    let address: Ipv6Addr = address.parse().map_err(|_| wrong())?;
    match port.strip_prefix(':') {
        Some(port) => Ok((address.to_string(), Some(port))),
        None if port.is_empty() => Ok((address.to_string(), None)),
        None => Err(wrong()),
    }
}

/// A name that ends in a number can only be an IPv4 address; `_` is legal in the names of containers.
fn is_host(host: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let labels = host.strip_suffix('.').unwrap_or(host).split('.');
    let ends_in_number =
        labels.clone().next_back().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if ends_in_number {
        return host.parse::<Ipv4Addr>().is_ok();
    }
    host.len() <= 253
        && labels.clone().all(|label| (1..=63).contains(&label.len()) && label.bytes().all(legal))
}

fn port_number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port > 0)
}

impl fmt::Display for LegacyAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(formatter, "{scheme}://{}", self.authority())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_port() {
        for (written, printed) in [
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://legacy", "http://legacy:80"),
            ("HTTP://Legacy.Internal:8000/", "http://legacy.internal:8000"),
            ("http://api_1:8000", "http://api_1:8000"),
            ("http://[0:0::1]:8000", "http://[::1]:8000"),
            ("http://[::1]", "http://[::1]:80"),
            ("https://legacy.example.com", "https://legacy.example.com:443"),
            ("HTTPS://10.0.0.1:8443/", "https://10.0.0.1:8443"),
        ] {
            assert_eq!(written.parse::<LegacyAddress>().expect(written).to_string(), printed);
        }
        let loopback: LegacyAddress = "http://[::1]:8000".parse().expect("an IPv6 address");
        assert_eq!((loopback.host(), loopback.port()), ("::1", 8000));
    }

    #[test]
    fn a_bad_address_is_told_precisely() {
        for (written, told) in [
            ("", "the address is empty"),
            ("127.0.0.1:8000", "the address has no scheme"),
            ("://a", "the address has no scheme"),
            ("ftp://a", "`ftp` is not a scheme for the legacy"),
            ("http://", "the address has no host"),
            ("http://:8000", "the address has no host"),
            ("http://me:secret@a", "the address contains user information"),
            ("http://me:sec/ret@a", "the address contains user information"),
            ("http://a/api", "the address has a path, `/api`"),
            ("http://a//", "the address has a path, `//`"),
            ("http://a?x=1", "the address has a query or a fragment"),
            ("http://a/#x", "the address has a query or a fragment"),
            ("http://a b", "`a b` is not a host"),
            ("http://a..b", "`a..b` is not a host"),
            ("http://127.0.0.300:80", "`127.0.0.300` is not a host"),
            ("http://0", "`0` is not a host"),
            ("http://a:", "`` is not a port"),
            ("http://a:0", "`0` is not a port"),
            ("http://a:+80", "`+80` is not a port"),
            ("http://a:65536", "`65536` is not a port"),
            ("http://::1", "`::1` is not an IPv6 address in brackets"),
            ("http://[::1", "`[::1` is not an IPv6 address in brackets"),
            ("http://[::g]:80", "`[::g]:80` is not an IPv6 address in brackets"),
            ("http://[::1]80", "`[::1]80` is not an IPv6 address in brackets"),
        ] {
            assert_eq!(written.parse::<LegacyAddress>().expect_err(written).to_string(), told, "{written}");
        }
    }

    #[test]
    fn a_variable_holds_several_and_every_mistake_is_told() {
        let list =
            LegacyAddress::list_in_variable("LEGACY_URL", "http://a:1, http://b:2").expect("two addresses");
        assert_eq!(list.iter().map(LegacyAddress::authority).collect::<Vec<_>>(), ["a:1", "b:2"]);
        let report = LegacyAddress::list_in_variable("LEGACY_URL", "http://me:pass,word@a");
        assert_eq!(
            report.expect_err("a password").to_string(),
            "LEGACY_URL: the address contains user information\n\
             help: write `http://host:port`, without the part before the `@`"
        );
        let report = LegacyAddress::list_in_variable("LEGACY_URL", "a:1,http://b,http://b:80,http://c:99999");
        assert_eq!(
            report.expect_err("three mistakes").to_string(),
            "\
LEGACY_URL: the address has no scheme
help: write `http://` or `https://` in front of it

LEGACY_URL: `http://b:80` is listed twice
help: keep one of the two

LEGACY_URL: `99999` is not a port
help: write a number from 1 to 65535"
        );
    }

    proptest! {
        #[test]
        fn parse_then_print_is_the_same(text in "https?://[a-z0-9.:/@\\[\\]?-]{0,20}|\\PC{0,20}") {
            if let Ok(address) = text.parse::<LegacyAddress>() {
                prop_assert_eq!(address.to_string().parse::<LegacyAddress>(), Ok(address));
            }
        }
    }
}
