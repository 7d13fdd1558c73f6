//! The verbs that change a schema: up, down, repair. Each takes the lock, looks, and begins only what may be ended.

use super::{
    archive::{self, Loss},
    conflict, down,
    failure::MigrateError,
    file::{Direction, Migration},
    folder::Folder,
    header::Reversible,
    history::{self, History, State, Step},
    lock::Patience,
    session::Session,
    standing::Standing,
    up,
    watch::{Event, Watch},
};
use crate::{
    config::mistakes::{Mistake, Mistakes},
    db::url::DatabaseUrl,
};

pub struct Engine<'a> {
    pub url: &'a DatabaseUrl,
    pub folder: &'a Folder,
    pub patience: Patience,
    pub watch: Watch<'a>,
}

/// How far back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    Steps(usize),
    /// This version stays; 0 takes everything back.
    To(i32),
}

/// What a person has found out about a statement of which the database cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Done,
    Again,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub stems: Vec<String>,
    /// Where the database is now.
    pub newest: Option<i32>,
}

impl<'a> Engine<'a> {
    pub async fn up(&self, to: Option<i32>) -> Result<Changed, MigrateError> {
        self.must_know(to)?;
        let mut session = self.open().await?;
        let standing = Standing::read(session.client(), self.folder).await?;
        let last = to.unwrap_or(i32::MAX);
        let due: Vec<_> =
            standing.pending(self.folder).filter(|migration| migration.version <= last).collect();
        let mut mistakes = standing.refuse_up(due.iter().copied());
        mistakes.absorb(archive::strangers(session.client(), &due).await?.into_result(()));
        refuse(mistakes)?;
        if !due.is_empty() {
            History::prepare(session.client()).await?;
        }
        for migration in &due {
            up::apply(&mut session, self.folder, migration, self.watch).await?;
        }
        ended(session, &due).await
    }

    pub async fn down(&self, back: Back, accepts_loss: bool) -> Result<Changed, MigrateError> {
        if let Back::To(version) = back {
            self.must_know(Some(version).filter(|version| *version != 0))?;
        }
        let mut session = Session::open(self.url).await?;
        let seen = History::read(session.client()).await?;
        session.lock(self.patience, self.watch).await?;
        let standing = Standing::read(session.client(), self.folder).await?;
        if matches!(back, Back::Steps(_)) {
            refuse(conflict::of_moved(&seen, &standing.history))?;
        }
        refuse(standing.refuse_down())?;
        let newest_first =
            self.folder.migrations.iter().rev().filter(|migration| standing.history.has(migration.version));
        let due: Vec<_> = match back {
            Back::Steps(steps) => newest_first.take(steps).collect(),
            Back::To(version) => newest_first.filter(|migration| migration.version > version).collect(),
        };
        if !accepts_loss {
            refuse_loss(&session, &due).await?;
        }
        (self.watch)(Event::GoingBack(&due));
        for migration in &due {
            down::take_back(&session, migration, self.watch).await?;
        }
        ended(session, &due).await
    }

    /// Ends what was begun, in the direction in which it was begun.
    pub async fn repair(&self, verdict: Option<Verdict>) -> Result<Changed, MigrateError> {
        let mut session = self.open().await?;
        let standing = Standing::read(session.client(), self.folder).await?;
        refuse(standing.conflicts.clone())?;
        let Some((version, direction)) = standing.unfinished() else { return ended(session, &[]).await };
        let migration = self.folder.find(version).ok_or_else(|| self.unknown(version))?;
        let open = standing.history.steps.iter().find(|step| step.state == State::Running);
        if let (Some(verdict), Some(step)) = (verdict, open) {
            settle(&session, step, verdict).await?;
        }
        match direction {
            Direction::Up => up::apply(&mut session, self.folder, migration, self.watch).await?,
            Direction::Down => down::take_back(&session, migration, self.watch).await?,
        }
        ended(session, &[migration]).await
    }

    /// The way down of an applied migration is another from now on.
    pub async fn accept_down(&self, version: i32) -> Result<Changed, MigrateError> {
        let migration = self.folder.find(version).ok_or_else(|| self.unknown(version))?;
        let session = self.open().await?;
        let history = History::read(session.client()).await?;
        if !history.has(version) {
            let what = format!("V{version:04} is not applied, so nothing remembers another way down of it");
            let remedy = "change the file as you like, or name a version that `gateway migrate status` shows as applied";
            return Err(MigrateError::Refused(Mistake::in_file(&migration.down.path, what, remedy).into()));
        }
        history::accept_down(session.client(), migration).await?;
        ended(session, &[migration]).await
    }

    async fn open(&self) -> Result<Session, MigrateError> {
        Session::open_locked(self.url, self.patience, self.watch).await
    }

    pub fn must_know(&self, version: Option<i32>) -> Result<(), MigrateError> {
        match version {
            Some(version) if self.folder.find(version).is_none() => Err(self.unknown(version)),
            Some(_) | None => Ok(()),
        }
    }

    fn unknown(&self, version: i32) -> MigrateError {
        let remedy = match self.folder.newest() {
            Some(newest) => format!("the newest is V{newest:04}"),
            None => "the folder is empty".to_owned(),
        };
        let what = format!("has no V{version:04}");
        MigrateError::Refused(Mistake::in_file(&self.folder.path, what, remedy).into())
    }
}

fn refuse(mistakes: Mistakes) -> Result<(), MigrateError> {
    mistakes.into_result(()).map_err(MigrateError::Refused)
}

async fn ended(session: Session, changed: &[&Migration]) -> Result<Changed, MigrateError> {
    let newest = History::read(session.client()).await?.newest();
    session.close().await?;
    Ok(Changed { stems: changed.iter().map(|migration| migration.stem()).collect(), newest })
}

async fn settle(session: &Session, step: &Step, verdict: Verdict) -> Result<(), MigrateError> {
    let state = match verdict {
        Verdict::Done => State::Done,
        Verdict::Again => State::Failed,
    };
    Ok(history::settle(session.client(), step, state).await?)
}

/// Only what says so itself is asked about: the others keep what they drop, or drop nothing that is not elsewhere.
async fn refuse_loss(session: &Session, due: &[&Migration]) -> Result<(), MigrateError> {
    let is_lossy = |migration: &&Migration| migration.header.reversible == Reversible::Lossy;
    if !due.iter().any(is_lossy) {
        return Ok(());
    }
    let losses = archive::losses(session.client(), due).await?;
    let mut mistakes = Mistakes::default();
    for migration in due.iter().copied().filter(is_lossy) {
        let stem = migration.stem();
        let what = match losses.iter().find(|(found, _)| *found == stem) {
            Some((_, losses)) if losses.is_empty() => "is lossy, and would drop nothing now".to_owned(),
            Some((_, losses)) => {
                let names: Vec<_> = losses.iter().map(Loss::to_string).collect();
                format!("is lossy: it would lose {}", names.join(", "))
            }
            None => "is lossy: what it would lose is not known before it runs".to_owned(),
        };
        let remedy = "take a backup, then run it with `--accept-data-loss`";
        mistakes.push(Mistake::in_file(&migration.down.path, what, remedy));
    }
    mistakes.into_result(()).map_err(MigrateError::Lossy)
}
