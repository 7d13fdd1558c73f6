//! Why a schema was not changed, and what that leaves behind.

use std::time::Duration;

use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

use super::{
    file::{Direction, Migration},
    lock::Holder,
    piece::Piece,
};
use crate::{
    config::mistakes::{Mistake, Mistakes},
    db::{DatabaseProblem, direct::DirectError},
};

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// Nothing was begun: files, database and history do not fit together.
    #[error("{0}")]
    Refused(Mistakes),
    /// What a way down would lose, which nobody has accepted.
    #[error("{0}")]
    Lossy(Mistakes),
    /// A statement was refused by the server.
    #[error("{0}")]
    Failed(Box<Mistake>),
    #[error(transparent)]
    Direct(#[from] DirectError),
    #[error("the lock for migrations was not free for {} s; it is held by {}", waited.as_secs(), told(holder.as_ref()))]
    Locked { waited: Duration, holder: Option<Holder> },
    #[error("the lock for migrations was lost while it was held: the connection goes through a pooler")]
    LostLock,
    #[error("{stem}: a table was in use for too long, {tries} times")]
    InUse { stem: String, tries: usize },
    #[error("{stem}: while {doing}: {}; all of it was rolled back", brief(.error))]
    Copying { stem: String, doing: String, error: tokio_postgres::Error },
    #[error("the connection was lost during {stem}: {what}; `gateway migrate status` tells what holds")]
    Lost { stem: String, what: String },
    /// Reading the catalog took too long.
    #[error("a table is locked by another session: {0}")]
    Occupied(String),
    #[error(
        "{place} cannot be reached: {problem}\nhelp: it is what DIRECT_DATABASE_URL names, or else DATABASE_URL"
    )]
    Away { place: String, problem: DatabaseProblem },
    #[error("the database refused to answer: {}", brief(.0))]
    Asking(tokio_postgres::Error),
    #[error("history: {0}")]
    History(String),
    #[error("{0:#}")]
    Catalog(anyhow::Error),
}

/// Asked without a migration at hand: what went wrong is the connection's or the server's.
impl From<tokio_postgres::Error> for MigrateError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(answer) if !is_ending(answer) => Self::Asking(error),
            _ => Self::Direct(DirectError::Lost(error)),
        }
    }
}

impl MigrateError {
    pub(super) fn of_catalog(error: anyhow::Error, migration: &Migration) -> Self {
        match error.chain().find_map(|cause| cause.downcast_ref()) {
            Some(cause) if is_in_use(cause) => Self::InUse { stem: migration.stem(), tries: 1 },
            Some(_) | None => Self::Catalog(error),
        }
    }

    pub(super) fn is_in_use(&self) -> bool {
        match self {
            Self::Asking(error) => is_in_use(error),
            Self::Catalog(error) => error.chain().filter_map(|cause| cause.downcast_ref()).any(is_in_use),
            _ => false,
        }
    }
}

fn told(holder: Option<&Holder>) -> String {
    holder.map_or_else(|| "a session that has just ended".to_owned(), ToString::to_string)
}

fn is_ending(answer: &DbError) -> bool {
    let code = answer.code().code();
    code.starts_with("57P") || code.starts_with("08")
}

/// A lock was not to be had, for too long or because two waited for each other: rolled back, and worth another try.
pub(super) fn is_in_use(error: &tokio_postgres::Error) -> bool {
    let code = error.code();
    code == Some(&SqlState::LOCK_NOT_AVAILABLE) || code == Some(&SqlState::T_R_DEADLOCK_DETECTED)
}

/// One statement of a script, and why it failed.
pub(super) struct Refusal<'a> {
    pub(super) migration: &'a Migration,
    pub(super) direction: Direction,
    pub(super) piece: &'a Piece,
    pub(super) error: &'a tokio_postgres::Error,
    /// What it leaves behind, and what to do.
    pub(super) remedy: String,
}

impl Refusal<'_> {
    pub(super) fn error(self) -> MigrateError {
        let script = self.migration.script(self.direction);
        let Some(answer) = self.error.as_db_error().filter(|answer| !is_ending(answer)) else {
            let what = brief(self.error);
            return MigrateError::Lost { stem: self.migration.stem(), what };
        };
        let start = match answer.position() {
            Some(ErrorPosition::Original(position)) => self.piece.start + self.offset(*position),
            Some(ErrorPosition::Internal { .. }) | None => self.piece.start,
        };
        let end = start + script.sql[start..].find([' ', '\n', ';', '(', ',']).unwrap_or(0);
        let mut what = format!("SQLSTATE {}: {}", answer.code().code(), answer.message());
        if let Some(hint) = answer.hint() {
            what = format!("{what}; {hint}");
        }
        let mistake = Mistake::in_text(&script.path, &script.sql, start..end, what, self.remedy);
        MigrateError::Failed(Box::new(mistake))
    }

    /// PostgreSQL counts characters from 1.
    fn offset(&self, position: u32) -> usize {
        let before = usize::try_from(position).unwrap_or(1).saturating_sub(1);
        self.piece.sql.char_indices().nth(before).map_or(0, |(at, _)| at)
    }
}

/// Without detail, where PostgreSQL shows rows.
pub(super) fn brief(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(answer) => format!("SQLSTATE {}: {}", answer.code().code(), answer.message()),
        None => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}
