//! One connection past every pooler, for what a pooler cannot carry: session settings and session locks.

use std::{error::Error, time::Duration};

use tokio::{task::JoinSet, time::timeout};
use tokio_postgres::{Client, error::SqlState};

use super::{DatabaseProblem, tls, url::DatabaseUrl};

/// A compute that sleeps has to wake up first, and nobody's request is waiting.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Ends with its owner: the server then rolls back what was open and gives its locks free.
pub struct Direct {
    pub client: Client,
    _driver: JoinSet<()>,
}

/// For whoever typed a command: which database it was, and who names it.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}\nhelp: it is what DIRECT_DATABASE_URL names, or else DATABASE_URL")]
pub struct NotOpened {
    place: String,
    problem: DirectError,
}

#[derive(Debug, thiserror::Error)]
pub enum DirectError {
    #[error("leads to a pooler, which would share the session with others")]
    Pooler,
    #[error("the database cannot be reached: {0}")]
    Away(DatabaseProblem),
    #[error("the connection was lost: {}", cause(.0))]
    Lost(#[from] tokio_postgres::Error),
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// A setting of the session, in milliseconds.
pub struct Limit {
    pub setting: &'static str,
    pub milliseconds: u128,
}

impl Direct {
    /// For a command, which has nobody to hand the error on to. A pooler will do.
    pub async fn open_for(url: &DatabaseUrl, name: &str) -> Result<Self, NotOpened> {
        let opened = Self::open(url, name, &[]).await;
        opened.map_err(|problem| NotOpened { place: url.to_string(), problem })
    }

    /// The limits go with the greeting: a pooler refuses them, or loses them, and shows itself by that. Without any,
    /// a pooler will do.
    pub async fn open(url: &DatabaseUrl, name: &str, limits: &[Limit]) -> Result<Self, DirectError> {
        let mut config = url.config().clone();
        if !limits.is_empty() && url.is_pooled() {
            return Err(DirectError::Pooler);
        }
        let own = config.get_options().unwrap_or_default().to_owned();
        let given = limits.iter().map(|limit| format!(" -c {}={}", limit.setting, limit.milliseconds));
        let options = given.fold(own, |options, limit| options + &limit);
        config.application_name(name).connect_timeout(PATIENCE);
        if !options.is_empty() {
            config.options(options.trim_start());
        }
        let connecting = timeout(PATIENCE, config.connect(tls::connector(url)?)).await;
        let (client, connection) = connecting
            .map_err(|_| DirectError::Away(DatabaseProblem::TimedOut))?
            .map_err(|error| of(&error))?;
        let mut driver = JoinSet::new();
        // What ends it is told to whoever waits for an answer.
        driver.spawn(async move { drop(connection.await) });
        let direct = Self { client, _driver: driver };
        direct.keeps(limits).await?;
        Ok(direct)
    }

    async fn keeps(&self, limits: &[Limit]) -> Result<(), DirectError> {
        for limit in limits {
            let asked = "SELECT setting FROM pg_settings WHERE name = $1";
            let row = timeout(PATIENCE, self.client.query_one(asked, &[&limit.setting])).await;
            let row = row.map_err(|_| DirectError::Away(DatabaseProblem::TimedOut))??;
            if row.try_get::<_, &str>(0)? != limit.milliseconds.to_string() {
                return Err(DirectError::Pooler);
            }
        }
        Ok(())
    }
}

/// Of the server's words the code and the message: the detail may show a row.
fn cause(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(answer), _) => format!("SQLSTATE {}: {}", answer.code().code(), answer.message()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}

pub(super) fn of(error: &tokio_postgres::Error) -> DirectError {
    let is_refused = error.as_db_error().is_some_and(|error| {
        *error.code() == SqlState::PROTOCOL_VIOLATION
            && error.message().contains("unsupported startup parameter")
    });
    if is_refused { DirectError::Pooler } else { DirectError::Away(DatabaseProblem::of_server(error)) }
}
