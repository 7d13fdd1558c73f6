//! A connection URL put together from its parts, as many templates and PostgreSQL's own programs name them.
//!
//! A `POSTGRES_*` part comes before its `PG*` twin wherever the two stand: the first are a project's, the second
//! often those of somebody's shell.

use super::part::{Part, encoded};
use crate::config::{
    origin::Origin,
    reader::{Found, Reader, Told},
    setting::{
        DATABASE_URL, PGDATABASE, PGHOST, PGPASSWORD, PGPORT, PGSSLMODE, PGUSER, POSTGRES_DB,
        POSTGRES_PASSWORD, POSTGRES_PORT, POSTGRES_SERVER, POSTGRES_USER, Setting,
    },
};

struct Parts {
    host: Option<Part>,
    port: Option<Part>,
    user: Option<Found>,
    password: Option<Found>,
    database: Option<Found>,
    ssl_mode: Option<Part>,
}

/// Nothing where no part is set that means a database; a port or a mode alone does not.
pub(super) fn compose(reader: &mut Reader<'_>) -> Result<Option<Found>, Told> {
    let composed = read(reader).and_then(|parts| {
        let is_meant = parts.host.is_some()
            || [&parts.user, &parts.password, &parts.database].iter().any(|part| part.is_some());
        if is_meant { url(reader, &parts).map(Some) } else { Ok(None) }
    });
    if composed.is_err() {
        reader.effective.set_wrong(&DATABASE_URL);
    }
    composed
}

fn read(reader: &mut Reader<'_>) -> Result<Parts, Told> {
    let mut judged_later = |own, twin| match Part::find(reader, own)? {
        Some(part) => Ok(Some(part)),
        None => Part::find(reader, twin),
    };
    let (host, port) = (judged_later(&POSTGRES_SERVER, &PGHOST), judged_later(&POSTGRES_PORT, &PGPORT));
    let mut part = |own: &'static Setting, twin: &'static Setting| match reader.find_if_set(own)? {
        Some(found) => Ok(Some(found)),
        None => reader.find_if_set(twin),
    };
    let (user, password) = (part(&POSTGRES_USER, &PGUSER), part(&POSTGRES_PASSWORD, &PGPASSWORD));
    let database = part(&POSTGRES_DB, &PGDATABASE);
    let ssl_mode = Part::find(reader, &PGSSLMODE);
    Ok(Parts {
        host: host?,
        port: port?,
        user: user?,
        password: password?,
        database: database?,
        ssl_mode: ssl_mode?,
    })
}

impl Parts {
    fn names(&self) -> Vec<String> {
        let found = |part: &'_ Option<Part>| part.as_ref().map(|part| part.found.name.clone());
        let name = |part: &'_ Option<Found>| part.as_ref().map(|found| found.name.clone());
        let (host, port, ssl_mode) = (found(&self.host), found(&self.port), found(&self.ssl_mode));
        let (user, password, database) = (name(&self.user), name(&self.password), name(&self.database));
        [host, port, user, password, database, ssl_mode].into_iter().flatten().collect()
    }
}

/// Every part is judged even when an earlier one is wrong or missing, so that all mistakes are told at once.
fn url(reader: &mut Reader<'_>, parts: &Parts) -> Result<Found, Told> {
    let host = parts.host.as_ref().map(|part| part.host(reader)).transpose();
    let port = parts.port.as_ref().map(|part| part.port(reader)).transpose();
    let mode = parts.ssl_mode.as_ref().map(|part| part.ssl_mode(reader)).transpose();
    let (Some(named), Some(user), Some(database)) = (&parts.host, &parts.user, &parts.database) else {
        return Err(refuse_incomplete(reader, parts));
    };
    let host = host?.unwrap_or_default();
    let port = port?.unwrap_or(5432);
    let mode = mode?.map(|mode| format!("?sslmode={mode}")).unwrap_or_default();
    let password = parts.password.as_ref().map(|found| format!(":{}", encoded(&found.value)));
    let value = format!(
        "postgresql://{}{}@{host}:{port}/{}{mode}",
        encoded(&user.value),
        password.unwrap_or_default(),
        encoded(&database.value),
    );
    let origin = Origin::Composed { from: parts.names() };
    Ok(Found { name: named.found.name.clone(), value, origin })
}

/// A password may be missing: a server may trust its own machine.
fn refuse_incomplete(reader: &mut Reader<'_>, parts: &Parts) -> Told {
    let needed = [
        (parts.host.is_none(), "POSTGRES_SERVER (the host)"),
        (parts.user.is_none(), "POSTGRES_USER (the user)"),
        (parts.database.is_none(), "POSTGRES_DB (the database)"),
    ];
    let missing: Vec<_> =
        needed.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, name)| name).collect();
    let what = format!("is not set, and of its parts only {}", parts.names().join(", "));
    let remedy = format!("set {} as well, or DATABASE_URL", missing.join(" and "));
    reader.refuse(&DATABASE_URL, DATABASE_URL.name, what, remedy)
}
