//! `gateway migrate status`: what is applied, what is due and what is wrong, and nothing is changed.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::{Place, Told, to_end};
use crate::{
    cli::{FINE, FOUND, answer, report},
    config::mistakes::{Mistake, Mistakes},
    migrate::{
        alembic::Revision, baseline::Ownership, difference, drift::Drift, failure::MigrateError,
        folder::Folder, session::Session, standing::Standing,
    },
};

#[derive(Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

struct Seen {
    folder: Folder,
    standing: Standing,
    /// What keeps what is due from being applied, and what is wrong whatever is due.
    mistakes: Mistakes,
    drift: Vec<Drift>,
}

pub(super) fn run(arguments: &StatusArgs) -> ExitCode {
    let told = match arguments.place.read() {
        Ok(told) => told,
        Err(mistakes) => return report(&mistakes),
    };
    to_end(async {
        let seen = Seen::read(told).await?;
        let code = if seen.is_up_to_date() { FINE } else { FOUND };
        let text = if arguments.json { format!("{}\n", seen.json()) } else { seen.text() };
        let ended = answer(&text, code);
        if !seen.mistakes.is_empty() && !arguments.json {
            report(&seen.mistakes);
        }
        Ok(ended)
    })
}

impl Seen {
    async fn read(told: Told) -> Result<Self, MigrateError> {
        let session = Session::open(&told.url).await?;
        let standing = Standing::read(session.client(), &told.folder).await?;
        let due: Vec<_> = standing.pending(&told.folder).collect();
        let mistakes = standing.refuse_up(due);
        let drift = Standing::drift(session.client()).await?;
        session.close().await?;
        Ok(Self { folder: told.folder, standing, mistakes, drift })
    }

    fn is_up_to_date(&self) -> bool {
        let is_whole = self.standing.pending(&self.folder).next().is_none();
        is_whole && self.mistakes.is_empty() && self.drift.is_empty() && self.standing.unfinished().is_none()
    }

    fn state(&self, version: i32) -> String {
        let applied = self.standing.history.applied.iter().find(|applied| applied.version == version);
        match (applied, self.standing.unfinished()) {
            (_, Some((unfinished, direction))) if unfinished == version => {
                format!("unfinished {}", direction.name())
            }
            (Some(applied), _) => format!("applied {}", applied.applied_on.get(..19).unwrap_or_default()),
            (None, _) => "pending".to_owned(),
        }
    }

    fn text(&self) -> String {
        let stems: Vec<_> = self.folder.migrations.iter().map(|migration| migration.stem()).collect();
        let width = stems.iter().map(String::len).max().unwrap_or(0);
        let mut text = String::new();
        for (migration, stem) in self.folder.migrations.iter().zip(&stems) {
            let header = &migration.header;
            let (phase, reversible) = (header.phase.name(), header.reversible.name());
            let state = self.state(migration.version);
            text += &format!("{stem:width$}  {phase:8}  {reversible:8}  {state}\n");
        }
        if let Some((version, direction)) = self.standing.unfinished()
            && self.folder.find(version).is_none()
        {
            text += &format!("V{version:04}, of which there is no file  unfinished {}\n", direction.name());
        }
        if self.folder.migrations.is_empty() {
            text += "there are no migrations\n";
        }
        text += &format!("{}\n", self.owner());
        if !self.drift.is_empty() {
            let remedy =
                "undo it; or, when it is as it should be, run `gateway migrate adopt --accept` to record it";
            let changed = difference::summary(&self.drift);
            text +=
                &format!("\nthe schema is not as it was when it was adopted\n{changed}\nhelp: {remedy}\n");
        }
        text
    }

    fn owner(&self) -> String {
        let at = match &self.standing.revision {
            Revision::One { revision } => format!(", at revision {revision}"),
            Revision::Several { revisions } => format!(", at several heads: {}", revisions.join(", ")),
            Revision::Empty { .. } | Revision::NoTable | Revision::Tables(_) => String::new(),
        };
        match &self.standing.ownership {
            Ownership::Alembic => format!("the legacy's tables are Alembic's{at}"),
            Ownership::Ours { revision } => {
                format!("the legacy's tables are the gateway's since Alembic's revision {revision}")
            }
        }
    }

    fn json(&self) -> Value {
        let migration = |migration: &crate::migrate::file::Migration| {
            let applied = self.standing.history.applied.iter();
            let applied = applied.clone().find(|applied| applied.version == migration.version);
            json!({
                "version": migration.version,
                "name": migration.name,
                "phase": migration.header.phase.name(),
                "reversible": migration.header.reversible.name(),
                "applied_on": applied.map(|applied| &applied.applied_on),
            })
        };
        let (owner, revision) = match &self.standing.ownership {
            Ownership::Alembic => ("alembic", None),
            Ownership::Ours { revision } => ("gateway", Some(revision)),
        };
        let told = |mistake: &Mistake| json!({ "place": mistake.place.to_string(), "what": mistake.what, "help": mistake.remedy });
        json!({
            "up_to_date": self.is_up_to_date(),
            "newest": self.standing.history.newest(),
            "migrations": self.folder.migrations.iter().map(migration).collect::<Vec<_>>(),
            "unfinished": self.standing.unfinished().map(|(version, direction)| {
                json!({ "version": version, "direction": direction.name() })
            }),
            "owner": owner,
            "frozen_at": revision,
            "mistakes": self.mistakes.iter().map(told).collect::<Vec<_>>(),
            "drift": self.drift,
        })
    }
}
