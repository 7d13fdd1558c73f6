//! What can be wrong with a connection URL, in words that hold no part of it but the name of a key.

use crate::config::document::nearest;

/// What is most often misspelt, and matters most.
const SECURITY: [&str; 4] = ["sslmode", "sslrootcert", "sslnegotiation", "channel_binding"];

/// There may be a password anywhere in a URL that is not one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDatabaseUrl {
    #[error("is not a URL")]
    NotAUrl,
    #[error("is not a PostgreSQL URL")]
    OtherScheme,
    #[error("has a second `@` or one behind the host, most likely in a password that is not escaped")]
    StrayAt,
    #[error("has a line break or another control character")]
    ControlCharacter,
    #[error("has an escape that is not UTF-8 text in the user, the host or the database")]
    BadEscape,
    #[error("names no host")]
    NoHost,
    #[error("names several hosts")]
    SeveralHosts,
    #[error("names no database")]
    NoDatabase,
    #[error("the key `{0}` is not known")]
    UnknownKey(String),
    #[error("has a key that is not known, and that does not look like one")]
    OddKey,
    #[error("the value of `{0}` is not known")]
    BadValue(&'static str),
    #[error("`{0}` names another one than stands before the path")]
    Twice(&'static str),
    #[error("`options` sets something for the session")]
    SessionOptions,
    #[error("`schema` names another schema than `public`")]
    OtherSchema,
    #[error("the file that `sslrootcert` names cannot be read")]
    UnreadableAuthorities,
    #[error("the file that `sslrootcert` names holds no certificate in PEM form")]
    NoAuthorities,
    #[error("`sslnegotiation=direct` without `sslmode=require`")]
    DirectWithoutTls,
    #[error("`channel_binding=require` without `sslmode=require`")]
    BindingWithoutTls,
}

impl BadDatabaseUrl {
    /// Of a key, shown only if it looks like one: what stands behind an unescaped `&` would look like another.
    pub(super) fn unknown(key: &str) -> Self {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        if (2..=40).contains(&key.len()) && key.bytes().all(is_name) {
            Self::UnknownKey(key.to_owned())
        } else {
            Self::OddKey
        }
    }

    pub fn remedy(&self) -> &'static str {
        match self {
            Self::UnknownKey(key) => match nearest::among(key, SECURITY) {
                Some("sslmode") => "did you mean `sslmode`? else remove it",
                Some(_) => {
                    "did you mean `sslrootcert`, `sslnegotiation` or `channel_binding`? else remove it"
                }
                None => "remove the key: the connection would not be what it asks for",
            },
            Self::OddKey => "escape `&` as `%26` in a value, or remove the key",
            Self::BadValue(key) => remedy_of(key),
            Self::Twice(_) => "name it once: before the path, or by the key",
            Self::SessionOptions => {
                "remove `options`, which a pooler cannot carry, and set the same for good: \
                 `ALTER ROLE ... SET name = value`"
            }
            Self::OtherSchema => {
                "remove `schema`: native routes use `public`, and `ALTER ROLE ... SET search_path` holds for all"
            }
            Self::UnreadableAuthorities | Self::NoAuthorities => {
                "name a PEM file that this process may read, or `system`, or remove `sslrootcert`"
            }
            Self::DirectWithoutTls => "add `sslmode=require`, or remove `sslnegotiation`",
            Self::BindingWithoutTls => "add `sslmode=require`, or remove `channel_binding`",
            Self::SeveralHosts => {
                "name the one that is always the primary, such as a pooler's or a load balancer's"
            }
            Self::ControlCharacter => {
                "write it in one line; escape what a password holds, a line break as `%0A`"
            }
            Self::NotAUrl
            | Self::OtherScheme
            | Self::StrayAt
            | Self::BadEscape
            | Self::NoHost
            | Self::NoDatabase => {
                "write `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`; escape `@`, `:` and `/` in the password"
            }
        }
    }
}

fn remedy_of(key: &str) -> &'static str {
    match key {
        "connect_timeout" => "write whole seconds, from 1 on: no wait is without an end",
        "keepalives" => "write 1 or 0",
        "keepalives_idle" | "keepalives_interval" | "keepalives_retries" => "write a whole number, from 1 on",
        "tcp_user_timeout" => "write whole milliseconds, from 1 on",
        "target_session_attrs" => "write any, read-write or primary: native routes write",
        "sslnegotiation" => "write postgres or direct",
        "hostaddr" => "write one IP address",
        "port" => "write a number from 1 to 65535",
        "host" => "name one host, or the directory of a socket",
        "client_encoding" => "write utf8, or remove it",
        "gssencmode" => "write disable or prefer, or remove it: TLS is what encrypts here",
        _ => "write sslmode=require, verify-full, prefer or disable; channel_binding=require",
    }
}
