//! What an error means: by its SQLSTATE, and by its text where proxies in between use one code for everything.

use std::{error::Error as _, io};

use tokio_postgres::Error;

use super::Meaning::{self, Conflict, Credentials, Ours, Quota, Unavailable};

/// Beginnings of SQLSTATEs; the first that fits holds, and what fits none is a bug of ours.
#[rustfmt::skip]
const STATES: [(&str, Meaning); 24] = [
    ("40001", Conflict),    // serialization failure, also of a statement that a standby cancelled
    ("40P01", Conflict),    // deadlock
    ("40003", Unavailable), // nobody knows whether the statement was completed
    ("28",    Credentials), // wrong password, no entry in pg_hba.conf
    ("3D000", Credentials), // no such database
    ("08",    Unavailable), // the connection
    ("57014", Unavailable), // cancelled: by our own timeout, or by a person
    ("57P",   Unavailable), // shut down, crashed, starting, idle for too long
    ("53",    Unavailable), // no connection, memory or disk to spare
    ("55P03", Unavailable), // a lock that is held for too long
    ("55006", Unavailable), // in use
    ("25006", Unavailable), // read-only: a standby, or a server that protects itself
    ("25P03", Unavailable), // idle in a transaction for too long
    ("25P04", Unavailable), // a transaction that takes too long
    ("58",    Unavailable), // the server's disk
    ("F0",    Unavailable), // the server's configuration file
    ("HV",    Unavailable), // a foreign server behind this one
    ("72",    Unavailable), // a snapshot too old
    ("23",    Ours),        // a constraint
    ("42",    Ours),        // no such table, no such right
    ("22",    Ours),        // a value out of range
    ("26000", Ours),        // a prepared statement that is not there
    ("25",    Ours),        // a statement outside of its transaction
    ("0A000", Ours),        // not supported
];

/// Two codes under which Neon's proxy (XX000) and PgBouncer (08P01) put everything they have to say.
const BY_TEXT: [&str; 2] = ["XX000", "08P01"];

/// Parts of such texts, in small letters; the first that is found holds.
#[rustfmt::skip]
const TEXTS: [(&str, Meaning); 31] = [
    ("password authentication failed",           Credentials),
    ("sasl authentication failed",               Credentials),
    ("authentication query failed",              Credentials),
    ("auth failed",                              Credentials),
    ("no such user",                             Credentials),
    ("no such database",                         Credentials),
    ("database does not exist",                  Credentials),
    ("unsupported startup parameter",            Credentials),
    ("connection is insecure",                   Credentials),
    ("sslmode=require",                          Credentials),
    ("endpoint id is not specified",             Credentials),
    ("inconsistent project name",                Credentials),
    ("endpoint cannot be found",                 Credentials),
    ("endpoint is disabled",                     Credentials),
    ("is not allowed to connect",                Credentials),
    ("exceeded the compute time quota",          Quota),
    // With "Check your quotas" behind it, but also said in maintenance and while an endpoint changes its state.
    ("temporarily unavailable",                  Unavailable),
    ("quota",                                    Quota),
    ("authentication timed out",                 Unavailable),
    ("couldn't connect to compute node",         Unavailable),
    ("control plane request failed",             Unavailable),
    ("failed to acquire permit",                 Unavailable),
    ("too many",                                 Unavailable),
    ("remaining connection slots are reserved",  Unavailable),
    ("connection",                               Unavailable),
    ("database system is",                       Unavailable),
    ("server",                                   Unavailable),
    ("timeout",                                  Unavailable),
    ("timed out",                                Unavailable),
    ("pgbouncer",                                Unavailable),
    ("shutting down",                            Unavailable),
];

pub(in crate::db) fn statement(error: &Error) -> Meaning {
    match error.as_db_error() {
        Some(answer) => answered_with(answer.code().code(), answer.message()),
        None => unanswered(error),
    }
}

/// While a connection is opened no statement of ours can be wrong.
pub(in crate::db) fn connecting(error: &Error) -> Meaning {
    match statement(error) {
        Ours | Conflict => Unavailable,
        meaning @ (Unavailable | Quota | Credentials) => meaning,
    }
}

/// Whether a server was at work, even if it did not like what it was asked.
pub(in crate::db) fn answered(error: &Error) -> bool {
    matches!(statement(error), Ours | Conflict)
}

fn answered_with(state: &str, text: &str) -> Meaning {
    if BY_TEXT.contains(&state) {
        let text = text.to_ascii_lowercase();
        return TEXTS.iter().find(|(part, _)| text.contains(part)).map_or(Ours, |(_, meaning)| *meaning);
    }
    STATES.iter().find(|(begin, _)| state.starts_with(begin)).map_or(Ours, |(_, meaning)| *meaning)
}

/// The driver keeps its kinds to itself, but for their words.
fn unanswered(error: &Error) -> Meaning {
    let words = error.to_string();
    let begins = |with: &[&str]| with.iter().any(|start| words.starts_with(start));
    if begins(&["authentication error", "invalid configuration"]) || certificate(error).is_some() {
        return Credentials;
    }
    let ours = [
        "error serializing parameter",
        "error deserializing column",
        "invalid column",
        "query returned an unexpected number",
        "expected ",
        "error encoding message",
    ];
    if begins(&ours) { Ours } else { Unavailable }
}

/// The server showed a certificate that is not to be trusted, and will show it again.
pub(in crate::db) fn certificate(error: &Error) -> Option<&rustls::CertificateError> {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    let inner = source.and_then(io::Error::get_ref).and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(fault)) => Some(fault),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests;
