//! A connection URL put together from its parts, as many templates and PostgreSQL's own programs name them.
//!
//! A `POSTGRES_*` part comes before its `PG*` twin wherever the two stand: the first are a project's, the second
//! often those of somebody's shell.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::{
    mistakes::Mistake,
    origin::Origin,
    reader::{Found, Reader, Told},
    setting::{
        DATABASE_URL, PGDATABASE, PGHOST, PGPASSWORD, PGPORT, PGSSLMODE, PGUSER, POSTGRES_DB,
        POSTGRES_PASSWORD, POSTGRES_PORT, POSTGRES_SERVER, POSTGRES_USER, Setting,
    },
};

struct Parts {
    host: Option<Found>,
    port: Option<Found>,
    user: Option<Found>,
    password: Option<Found>,
    database: Option<Found>,
    ssl_mode: Option<Found>,
}

/// Nothing where no part is set that means a database; a port or a mode alone does not.
pub(super) fn compose(reader: &mut Reader<'_>) -> Result<Option<Found>, Told> {
    let parts = read(reader);
    if parts.is_err() {
        reader.effective.set_wrong(&DATABASE_URL);
    }
    let parts = parts?;
    let meant = [&parts.host, &parts.user, &parts.password, &parts.database];
    if meant.iter().all(|part| part.is_none()) {
        return Ok(None);
    }
    let (Some(host), Some(user), Some(database)) = (&parts.host, &parts.user, &parts.database) else {
        return Err(refuse_incomplete(reader, &parts));
    };
    let value = url(reader, &parts, host, user, database)?;
    Ok(Some(Found { name: host.name.clone(), value, origin: Origin::Composed { from: parts.names() } }))
}

/// Its parts are all there, so of the values only the mode can be one that is not known.
pub(super) fn refuse_ssl_mode(reader: &mut Reader<'_>) -> Told {
    reader.effective.set_wrong(&DATABASE_URL);
    let remedy = "write require, verify-full, prefer or disable";
    reader.refuse(&PGSSLMODE, PGSSLMODE.name, "is not a mode of TLS", remedy)
}

fn read(reader: &mut Reader<'_>) -> Result<Parts, Told> {
    let mut part = |own: &'static Setting, twin: &'static Setting| match reader.find_if_set(own)? {
        Some(found) => Ok(Some(found)),
        None => reader.find_if_set(twin),
    };
    let (host, port) = (part(&POSTGRES_SERVER, &PGHOST), part(&POSTGRES_PORT, &PGPORT));
    let (user, password) = (part(&POSTGRES_USER, &PGUSER), part(&POSTGRES_PASSWORD, &PGPASSWORD));
    let database = part(&POSTGRES_DB, &PGDATABASE);
    let ssl_mode = reader.find_if_set(&PGSSLMODE);
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
        let all = [&self.host, &self.port, &self.user, &self.password, &self.database, &self.ssl_mode];
        all.into_iter().flatten().map(|found| found.name.clone()).collect()
    }
}

/// A password may be missing: a server may trust its own machine.
fn refuse_incomplete(reader: &mut Reader<'_>, parts: &Parts) -> Told {
    let needed = [
        (&parts.host, "POSTGRES_SERVER (the host)"),
        (&parts.user, "POSTGRES_USER (the user)"),
        (&parts.database, "POSTGRES_DB (the database)"),
    ];
    let missing: Vec<_> = needed.iter().filter(|(part, _)| part.is_none()).map(|(_, name)| *name).collect();
    let what = format!("is not set, and of its parts only {}", parts.names().join(", "));
    let remedy = format!("set {} as well, or DATABASE_URL", missing.join(" and "));
    reader.refuse(&DATABASE_URL, DATABASE_URL.name, what, remedy)
}

fn url(
    reader: &mut Reader<'_>,
    parts: &Parts,
    host: &Found,
    user: &Found,
    database: &Found,
) -> Result<String, Told> {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut wrong = Vec::new();
    let is_v6 = host.value.parse::<std::net::Ipv6Addr>().is_ok();
    let is_socket = host.value.starts_with('/');
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !is_v6 && !is_socket && !host.value.bytes().all(is_name) {
        let remedy = "write a name or an IP address alone; the port belongs into POSTGRES_PORT";
        wrong.push(Mistake::in_variable(&host.name, "is not a host", remedy));
    }
    let port = match &parts.port {
        None => 5432,
        Some(port) => port.value.parse::<u16>().ok().filter(|number| *number > 0).unwrap_or_else(|| {
            let told = "write a number from 1 to 65535";
            wrong.push(Mistake::in_variable(&port.name, format!("`{}` is not a port", port.value), told));
            0
        }),
    };
    if !wrong.is_empty() {
        wrong.into_iter().for_each(|mistake| reader.mistakes.push(mistake));
        reader.effective.set_wrong(&DATABASE_URL);
        return Err(Told);
    }
    let host = match host.value.as_str() {
        address if is_v6 => format!("[{address}]"),
        path if is_socket => encoded(path),
        // As it is: from a name that is Neon's, the direct one is told.
        name => name.to_owned(),
    };
    let password = parts.password.as_ref().map(|found| format!(":{}", encoded(&found.value)));
    let mode = parts.ssl_mode.as_ref().map(|found| format!("?sslmode={}", encoded(&found.value)));
    Ok(format!(
        "postgresql://{}{}@{host}:{port}/{}{}",
        encoded(&user.value),
        password.unwrap_or_default(),
        encoded(&database.value),
        mode.unwrap_or_default()
    ))
}
