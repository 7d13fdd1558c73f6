//! Runs a script outside of a transaction: each statement is written down before and after, so that a crash is seen.

use std::path::Path;

use tokio::time::sleep;
use tokio_postgres::Client;

use super::{
    baseline::{self, Ownership},
    boundary::Boundary,
    concurrent::{Concurrent, Trace},
    effect,
    failure::{MigrateError, Refusal, brief, is_in_use},
    file::{Direction, Migration},
    history::{History, State, Step},
    piece::{Piece, pieces},
    retry::{Retry, patiently},
    run::Running,
    session::{self, LOCK_TIMEOUT, Session},
    statements,
    watch::{Event, Watch},
};
use crate::config::mistakes::Mistake;

/// Goes on after what is done; whoever calls has seen that these statements are still what the file says.
pub(super) async fn run(
    session: &Session,
    migration: &Migration,
    direction: Direction,
    watch: Watch<'_>,
) -> Result<(), MigrateError> {
    let client = session.client();
    let history = History::read(client).await?;
    let known = |number: i32| {
        let fits = |step: &&Step| {
            (step.version, step.direction, step.statement) == (migration.version, direction, number)
        };
        history.steps.iter().find(fits).map(|step| step.state)
    };
    let ownership = baseline::ownership(client).await.map_err(MigrateError::Catalog)?;
    if !history.steps.iter().any(|step| step.state == State::Running) {
        // A person has said what became of the statement, or a crash came between its end and what it made.
        patiently(migration, watch, async || effect::end(session).await).await?;
    }
    let pieces = pieces(migration.script(direction));
    let of = pieces.len();
    for (index, piece) in pieces.iter().enumerate() {
        let number = i32::try_from(index).unwrap_or(i32::MAX).saturating_add(1);
        let kind = Concurrent::of(piece);
        let is_bounded = ownership == Ownership::Alembic && can_be_taken_back(piece);
        let statement = Statement { migration, direction, number, piece, kind, is_bounded, watch };
        watch(Event::Statement { migration, number: index + 1, of });
        match known(number) {
            Some(State::Done) => continue,
            Some(State::Running) => match statement.kind.trace(client).await? {
                Trace::Done => {
                    statement.ended(session).await?;
                    continue;
                }
                Trace::Nothing => {}
                Trace::Unknown => return Err(statement.unknown()),
            },
            Some(State::Failed) | None => {}
        }
        statement.run(session).await?;
    }
    Ok(())
}

struct Statement<'a> {
    migration: &'a Migration,
    direction: Direction,
    number: i32,
    piece: &'a Piece,
    kind: Concurrent,
    /// In a transaction of its own, so that what it did beyond our schemas can be taken back.
    is_bounded: bool,
    watch: Watch<'a>,
}

/// Why one attempt ended.
enum Stop {
    Server(tokio_postgres::Error),
    Boundary(MigrateError),
}

impl From<tokio_postgres::Error> for Stop {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

/// What cannot names what it touches; what cannot be read is not begun while Alembic owns anything.
fn can_be_taken_back(piece: &Piece) -> bool {
    let read = statements::split(Path::new(""), &piece.sql).unwrap_or_default();
    read.iter().all(|statement| !statement.needs_no_transaction())
}

impl Statement<'_> {
    async fn run(&self, session: &Session) -> Result<(), MigrateError> {
        patiently(self.migration, self.watch, async || effect::begin(session).await).await?;
        if let Err(error) = self.until_done(session).await {
            // Where the connection is gone this stays, and the next run asks what became of the statement.
            drop(effect::forget(session.client()).await);
            return Err(error);
        }
        self.ended(session).await
    }

    async fn until_done(&self, session: &Session) -> Result<(), MigrateError> {
        let client = session.client();
        let mut retry = Retry::default();
        loop {
            self.begun(client).await?;
            let error = match self.attempt(client).await {
                Ok(()) => return Ok(()),
                Err(Stop::Server(error)) => error,
                Err(Stop::Boundary(error)) => {
                    self.state(client, State::Failed, Some(error.to_string())).await?;
                    return Err(error);
                }
            };
            self.failed(client, &error).await?;
            if !is_in_use(&error) || self.kind == Concurrent::InParts {
                return Err(self.refused(&error));
            }
            let Some(after) = retry.next() else {
                return Err(MigrateError::InUse { stem: self.migration.stem(), tries: retry.tries() });
            };
            (self.watch)(Event::Retrying { migration: self.migration, after });
            sleep(after).await;
        }
    }

    async fn attempt(&self, client: &Client) -> Result<(), Stop> {
        session::fresh(client).await?;
        // What builds an index waits for every transaction that is older, and nobody waits for it.
        let limits = if self.kind.is_patient() {
            "SET lock_timeout = 0; SET statement_timeout = 0".to_owned()
        } else {
            format!("SET lock_timeout = {}", LOCK_TIMEOUT.as_millis())
        };
        client.batch_execute(&limits).await?;
        self.kind.clear(client).await?;
        let ended = if self.is_bounded {
            self.bounded(client).await
        } else {
            client.batch_execute(&self.piece.sql).await.map_err(Stop::Server)
        };
        if ended.is_err() {
            // What cannot be cleared now is cleared before the next try.
            drop(self.kind.clear(client).await);
        }
        ended
    }

    async fn bounded(&self, client: &Client) -> Result<(), Stop> {
        client.batch_execute("BEGIN").await?;
        let ended = self.within(client).await;
        if ended.is_err() {
            drop(client.batch_execute("ROLLBACK").await);
        }
        ended
    }

    async fn within(&self, client: &Client) -> Result<(), Stop> {
        let boundary = Boundary::mark(client).await.map_err(Stop::Boundary)?;
        client.batch_execute(&self.piece.sql).await?;
        let running = Running { migration: self.migration, direction: self.direction };
        boundary.keep(client, &running).await.map_err(Stop::Boundary)?;
        Ok(client.batch_execute("COMMIT").await?)
    }

    async fn begun(&self, client: &Client) -> Result<(), MigrateError> {
        let query = "INSERT INTO gateway.migration_step (version, direction, statement, state, checksum)
            VALUES ($1, $2, $3, 'running', $4)
            ON CONFLICT (version, direction, statement) DO UPDATE SET state = 'running',
                started_at = clock_timestamp(), ended_at = NULL, error = NULL, checksum = excluded.checksum";
        let checksum = self.piece.checksum();
        let (version, direction) = (self.migration.version, self.direction.name());
        client.execute(query, &[&version, &direction, &self.number, &&*checksum]).await?;
        Ok(())
    }

    async fn ended(&self, session: &Session) -> Result<(), MigrateError> {
        self.state(session.client(), State::Done, None).await?;
        patiently(self.migration, self.watch, async || effect::end(session).await).await
    }

    async fn failed(&self, client: &Client, error: &tokio_postgres::Error) -> Result<(), MigrateError> {
        if error.as_db_error().is_none() {
            // Nobody can write it down any more: it stays as running, and the next run looks for its trace.
            return Err(self.refused(error));
        }
        self.state(client, State::Failed, Some(brief(error))).await.map_err(|_| self.refused(error))
    }

    async fn state(&self, client: &Client, state: State, error: Option<String>) -> Result<(), MigrateError> {
        let query = "UPDATE gateway.migration_step SET state = $4, error = $5, ended_at = clock_timestamp()
            WHERE version = $1 AND direction = $2 AND statement = $3";
        let (version, direction, state) =
            (self.migration.version, self.direction.name(), <&str>::from(state));
        client.execute(query, &[&version, &direction, &self.number, &state, &error]).await?;
        Ok(())
    }

    fn refused(&self, error: &tokio_postgres::Error) -> MigrateError {
        let before = self.number - 1;
        let kept = if before == 0 { String::new() } else { format!("; the {before} before it stay done") };
        let remedy = format!("correct what it found and run it again: it goes on with this statement{kept}");
        let (migration, direction, piece) = (self.migration, self.direction, self.piece);
        Refusal { migration, direction, piece, error, remedy }.error()
    }

    fn unknown(&self) -> MigrateError {
        let script = self.migration.script(self.direction);
        let span = self.piece.start..self.piece.start + self.piece.sql.len();
        let what = "was begun and not seen to end: whether it had its effect is not known";
        let remedy =
            "look at the database, then `gateway migrate repair --statement done` or `--statement again`";
        MigrateError::Failed(Box::new(Mistake::in_text(&script.path, &script.sql, span, what, remedy)))
    }
}
