//! How PostgreSQL is reached: a connection URL in any form that FastAPI projects write, or its parts.

mod part;
mod parts;
mod pool;

use std::path::{Path, PathBuf};

use super::{
    mistakes::Mistake,
    origin::Origin,
    reader::{Found, Reader, Told},
    setting::{DATABASE_URL, DIRECT_DATABASE_URL, GATEWAY_PG_BIN, Setting},
    weakness::Weakness,
};
use crate::db::{PoolSettings, url::DatabaseUrl};

#[derive(Debug)]
pub struct DatabaseConfig {
    /// `None` only in development: the gateway then runs a private cluster of its own.
    pub url: Option<DatabaseUrl>,
    /// Past a pooler, for what a pooler cannot carry.
    pub direct: Option<DatabaseUrl>,
    pub pool: PoolSettings,
    /// Where PostgreSQL's server binaries are, when they are not where packages put them.
    pub binaries: Option<PathBuf>,
}

/// Passwords that templates and images come with.
const TUTORIAL: [&str; 6] = ["changethis", "changeme", "password", "postgres", "secret", "example"];

impl DatabaseConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Told> {
        let written = written(reader);
        let url = match &written {
            Ok(Some(found)) => judge(reader, &DATABASE_URL, found).map(|url| {
                for_requests(reader, found, &url);
                Some(url)
            }),
            Ok(None) => Ok(missing(reader)),
            Err(Told) => Err(Told),
        };
        let direct = direct(reader, written.ok().flatten().as_ref(), url.as_ref().ok());
        let pool = pool::read(reader);
        let binaries = binaries(reader);
        Ok(Self { url: url?, direct: direct?, pool: pool?, binaries: binaries? })
    }
}

fn written(reader: &mut Reader<'_>) -> Result<Option<Found>, Told> {
    match reader.find(&DATABASE_URL)? {
        Some(found) => Ok(Some(found)),
        None => parts::compose(reader),
    }
}

fn missing(reader: &mut Reader<'_>) -> Option<DatabaseUrl> {
    let remedy = "set it to the legacy's database, as in \
                  `postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=require`, or set POSTGRES_SERVER, \
                  POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB";
    let told = Mistake::in_variable(DATABASE_URL.name, "is not set", remedy);
    reader.weaknesses.push(Weakness::NoDatabase, told);
    None
}

/// The URL, shown without its password; what is weak about it is noted.
fn judge(reader: &mut Reader<'_>, setting: &'static Setting, found: &Found) -> Result<DatabaseUrl, Told> {
    let url = match DatabaseUrl::parse(&found.value) {
        Ok(url) => url,
        Err(error) => return Err(reader.refuse(setting, &found.name, &error, error.remedy())),
    };
    reader.effective.set(setting, url.to_string(), found.origin.clone());
    if !url.is_private() {
        let remedy = match found.origin {
            Origin::Composed { .. } => {
                "set `PGSSLMODE=require`: whoever is on the way reads passwords and rows"
            }
            _ => "add `?sslmode=require`: whoever is on the way reads passwords and rows",
        };
        let told = Mistake::in_variable(&found.name, "the connection would not be encrypted", remedy);
        reader.weaknesses.push(Weakness::PlainDatabase, told);
    }
    if TUTORIAL.iter().any(|known| url.has_password(known)) {
        let what = "the password is one that tutorials print";
        let remedy = "give the database user another; `openssl rand -hex 32` makes a strong one";
        let place = match &found.origin {
            Origin::Composed { from } => from.iter().find(|name| name.contains("PASSWORD")),
            _ => None,
        };
        let told = Mistake::in_variable(place.unwrap_or(&found.name), what, remedy);
        reader.weaknesses.push(Weakness::TutorialPassword, told);
    }
    Ok(url)
}

/// Requests go through Neon's pooler, or a wake-up and a crowd of replicas use up the server's own connections.
fn for_requests(reader: &mut Reader<'_>, found: &Found, url: &DatabaseUrl) {
    if let Some(pooled) = url.pooled_host() {
        let what = "leads past Neon's pooler, which is for migrations";
        let remedy = format!("for requests name `{pooled}`, and leave this one to DIRECT_DATABASE_URL");
        reader.weaknesses.push(Weakness::PastThePooler, Mistake::in_variable(&found.name, what, remedy));
    }
}

/// Neon's pooled hosts say what the direct one is called; any other database is asked where it always is.
fn direct(
    reader: &mut Reader<'_>,
    written: Option<&Found>,
    url: Option<&Option<DatabaseUrl>>,
) -> Result<Option<DatabaseUrl>, Told> {
    if let Some(found) = reader.find(&DIRECT_DATABASE_URL)? {
        let direct = judge(reader, &DIRECT_DATABASE_URL, &found)?;
        if direct.is_pooled() {
            let what = "leads to a pooler, which carries no migrations";
            let remedy = "remove `-pooler` from the host, or the variable: Neon's direct host is derived";
            return Err(reader.refuse(&DIRECT_DATABASE_URL, &found.name, what, remedy));
        }
        return Ok(Some(direct));
    }
    let Some(url) = url else { return Ok(None) };
    let unpooled = written.and_then(|found| DatabaseUrl::parse_unpooled(&found.value));
    let direct = unpooled.or_else(|| url.clone());
    if let Some(direct) = &direct {
        let origin = Origin::Derived { from: DATABASE_URL.name };
        reader.effective.set(&DIRECT_DATABASE_URL, direct.to_string(), origin);
    }
    Ok(direct)
}

fn binaries(reader: &mut Reader<'_>) -> Result<Option<PathBuf>, Told> {
    let Some(found) = reader.find(&GATEWAY_PG_BIN)? else { return Ok(None) };
    let missing = ["initdb", "postgres"].iter().find(|name| !Path::new(&found.value).join(name).is_file());
    match missing {
        None => Ok(Some(PathBuf::from(found.value))),
        Some(program) => {
            let what = format!("`{}` has no `{program}`", found.value);
            let remedy =
                "name the directory of PostgreSQL's server programs, as in `/usr/lib/postgresql/17/bin`";
            Err(reader.refuse(&GATEWAY_PG_BIN, &found.name, what, remedy))
        }
    }
}
