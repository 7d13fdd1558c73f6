//! Brings the target's database back to where the recording began, and shows afterwards what is stored.
//!
//! What is stored is shown as exchanges: `STATE users`, answered with the rows. So a route that answers right and
//! stores wrong is found by the comparison that finds everything else.

mod model;

use std::{
    process::Stdio,
    time::{Duration, Instant, SystemTime},
};

use tokio::{process::Command, time::timeout};

use super::send::micros;
use crate::{
    db::{
        direct::{Direct, NotOpened},
        url::DatabaseUrl,
    },
    parity::exchange::{Answered, Exchange, Outcome, Request, content::Body},
};

#[derive(Clone, Debug)]
pub enum Reset {
    /// A program and its arguments.
    Command(Vec<String>),
    /// The database is dropped and made again from this one.
    Template { database: Box<Database>, template: String },
}

/// What happens before and after the requests of a run.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    pub database: Option<Database>,
    pub reset: Option<Reset>,
    /// Tables whose rows are shown; `*` is all.
    pub fingerprint: Vec<String>,
}

/// A database that a run may drop, by its address.
#[derive(Clone)]
pub struct Database {
    url: DatabaseUrl,
    /// The same server, by the database that is always there.
    server: DatabaseUrl,
    name: String,
}

#[derive(Debug, thiserror::Error)]
#[error("is no address of a database: {0}")]
pub struct BadDatabase(String);

/// A hook of `[state]` that did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error("[state] reset: `{program}` cannot be started: {source}")]
    NotStarted { program: String, source: std::io::Error },
    #[error("[state] reset: `{program}` ended with {status}\n{output}")]
    Ended { program: String, status: String, output: String },
    #[error("[state] reset: `{program}` has not ended within {PATIENCE:?}")]
    Late { program: String },
    #[error("[state] {hook}: {source}")]
    NotOpened { hook: &'static str, source: NotOpened },
    #[error("[state] {hook}: {what}: {}", said(.source))]
    Database { hook: &'static str, what: String, source: tokio_postgres::Error },
    #[error("[state] fingerprint: there is no table `{0}`")]
    NoTable(String),
}

/// The method of an exchange that shows a table.
pub const STATE: &str = "STATE";

/// The number of the first of them: beyond every request of a recording, and the same in every run of it.
pub const FIRST: u64 = 1_000_000_000;

const PATIENCE: Duration = Duration::from_secs(600);
const APPLICATION: &str = "gateway compat";

impl Database {
    pub fn parse(text: &str) -> Result<Self, BadDatabase> {
        let url = DatabaseUrl::parse(text).map_err(|error| BadDatabase(error.to_string()))?;
        let name = url.database().to_owned();
        let server = url.of_database("postgres");
        Ok(Self { url, server, name })
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.url)
    }
}

pub async fn reset(reset: &Reset) -> Result<(), Failed> {
    match reset {
        Reset::Command(words) => run(words).await,
        Reset::Template { database, template } => {
            let hook = "reset";
            let opened = Direct::open_for(&database.server, APPLICATION).await;
            let direct = opened.map_err(|source| Failed::NotOpened { hook, source })?;
            let made = model::make_again(&direct.client, &database.name, template).await;
            let what = || format!("`{}` from template `{template}`", database.name);
            made.map_err(|source| Failed::Database { hook, what: what(), source })
        }
    }
}

async fn run(words: &[String]) -> Result<(), Failed> {
    let Some((program, arguments)) = words.split_first() else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
    let program = words.join(" ");
    let Ok(ended) = timeout(PATIENCE, command.output()).await else { return Err(Failed::Late { program }) };
    let output = match ended {
        Ok(output) => output,
        Err(source) => return Err(Failed::NotStarted { program, source }),
    };
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).trim_end().to_owned();
    Err(Failed::Ended { program, status: output.status.to_string(), output: said })
}

/// What is stored in these tables, `*` for all: an exchange each, with numbers from `first` on.
pub async fn fingerprint(
    database: &Database,
    tables: &[String],
    first: u64,
) -> Result<Vec<Exchange>, Failed> {
    let hook = "fingerprint";
    let opened = Direct::open_for(&database.url, APPLICATION).await;
    let direct = opened.map_err(|source| Failed::NotOpened { hook, source })?;
    let failed = |what: &str| {
        let what = what.to_owned();
        |source| Failed::Database { hook, what, source }
    };
    let there = model::tables(&direct.client).await.map_err(failed("the list of tables"))?;
    let all = tables.iter().any(|name| name == "*");
    if let Some(missing) =
        tables.iter().find(|name| *name != "*" && !there.iter().any(|table| table.is_called(name)))
    {
        return Err(Failed::NoTable(missing.clone()));
    }
    let chosen = there.iter().filter(|table| all || tables.iter().any(|name| table.is_called(name)));
    let mut exchanges = Vec::new();
    for (number, table) in (first..).zip(chosen) {
        let (began, clock) = (SystemTime::now(), Instant::now());
        let rows = model::rows(&direct.client, table).await.map_err(failed(&table.shown()))?;
        let mut shown = exchange(number, &table.shown(), &format!("[{}]", rows.join(",\n ")));
        // What is stored is of the time of the run: its instants are compared as those of answers are.
        shown.began = began.duration_since(SystemTime::UNIX_EPOCH).map_or(0, micros);
        shown.took = micros(clock.elapsed());
        exchanges.push(shown);
    }
    Ok(exchanges)
}

fn exchange(id: u64, table: &str, rows: &str) -> Exchange {
    let json = vec![("content-type".to_owned(), "application/json".to_owned())];
    Exchange {
        id,
        session: "state".to_owned(),
        after: Vec::new(),
        began: 0,
        first_byte: None,
        took: 0,
        route: format!("table {table}"),
        owner: String::new(),
        request: Request {
            method: STATE.to_owned(),
            target: table.to_owned(),
            version: "1.1".to_owned(),
            headers: Vec::new(),
            body: Body::default(),
        },
        outcome: Outcome::Answered(Answered {
            status: 200,
            headers: json,
            body: Body::of_text(rows),
            trailers: Vec::new(),
            interim: Vec::new(),
            frames: Vec::new(),
        }),
        redacted: Vec::new(),
    }
}

fn said(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
