//! `gateway migrate up`, `down` and `repair`: the verbs that change the database.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Place, Told, Waiting, progress::Progress, to_end};
use crate::{
    cli::{FINE, answer, report},
    migrate::{
        engine::{Back, Changed, Engine, Verdict},
        failure::MigrateError,
        lock::Patience,
        watch::Event,
    },
};

pub(super) const UP_HELP: &str = "\
Example:
  gateway migrate up --to 3

A step is applied whole or not at all. Two that start together both end well; one of them does the work.

Exit codes: 0 done, or nothing to do; 2 refused, or a statement failed; 3 no database, or a lock was never free";

pub(super) const DOWN_HELP: &str = "\
Examples:
  gateway migrate down
  gateway migrate down --to 0

What a step with `reversible=archive` drops is kept in the schema gateway_archive; the next `up` brings it back.

Exit codes: 0 done, or nothing to do; 2 refused, or a statement failed; 3 no database, or a lock was never free";

pub(super) const REPAIR_HELP: &str = "\
Examples:
  gateway migrate repair
  gateway migrate repair --statement done

Ends a step outside of a transaction that was begun and not finished. Where the database cannot tell whether the last
statement had its effect, look, and say so with --statement.

Exit codes: 0 done, or nothing to do; 2 refused, or a statement failed; 3 no database, or a lock was never free";

#[derive(Args)]
pub(super) struct UpArgs {
    /// The last version to apply [default: the newest]
    #[arg(long, value_name = "VERSION")]
    to: Option<i32>,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
pub(super) struct DownArgs {
    /// The version that stays; 0 takes everything back
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    to: Option<i32>,
    /// How many to take back
    #[arg(long, value_name = "COUNT", default_value_t = 1)]
    steps: usize,
    /// Take back also what says `reversible=lossy`
    #[arg(long)]
    accept_data_loss: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Args)]
pub(super) struct RepairArgs {
    /// What you have found out about the statement of which the database cannot tell
    #[arg(long, value_name = "WHAT")]
    statement: Option<StatementArg>,
    /// Take the changed way down of this applied version as the right one
    #[arg(long, value_name = "VERSION", conflicts_with = "statement")]
    accept_down: Option<i32>,
    #[command(flatten)]
    common: Common,
}

#[derive(Clone, Copy, ValueEnum)]
enum StatementArg {
    /// It had its effect
    Done,
    /// It had none: run it again
    Again,
}

#[derive(Args)]
struct Common {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    waiting: Waiting,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn up(arguments: &UpArgs) -> ExitCode {
    change(&arguments.common, "applied", async |engine| engine.up(arguments.to).await)
}

pub(super) fn down(arguments: &DownArgs) -> ExitCode {
    let back = arguments.to.map_or(Back::Steps(arguments.steps), Back::To);
    change(&arguments.common, "taken back", async |engine| {
        engine.down(back, arguments.accept_data_loss).await
    })
}

pub(super) fn repair(arguments: &RepairArgs) -> ExitCode {
    let verdict = arguments.statement.map(|told| match told {
        StatementArg::Done => Verdict::Done,
        StatementArg::Again => Verdict::Again,
    });
    change(&arguments.common, "repaired", async |engine| match arguments.accept_down {
        Some(version) => engine.accept_down(version).await,
        None => engine.repair(verdict).await,
    })
}

fn change(
    common: &Common,
    done: &str,
    work: impl AsyncFnOnce(Engine<'_>) -> Result<Changed, MigrateError>,
) -> ExitCode {
    let Told { folder, url } = match common.place.read() {
        Ok(told) => told,
        Err(mistakes) => return report(&mistakes),
    };
    let progress = Progress::new();
    let watch = |event: Event<'_>| progress.see(event);
    to_end(async {
        let patience = Patience::of(common.waiting.lock_timeout);
        let changed = work(Engine { url: &url, folder: &folder, patience, watch: &watch }).await?;
        let text = if common.json { json(&changed) } else { text(&changed, done) };
        Ok(answer(&text, FINE))
    })
}

fn json(changed: &Changed) -> String {
    format!("{}\n", json!({ "changed": changed.stems, "newest": changed.newest }))
}

fn text(changed: &Changed, done: &str) -> String {
    let newest = match changed.newest {
        Some(newest) => format!("the database is at V{newest:04}"),
        None => "no migration is applied".to_owned(),
    };
    match changed.stems.len() {
        0 => format!("nothing to do: {newest}\n"),
        1 => format!("1 migration {done}: {newest}\n"),
        count => format!("{count} migrations {done}: {newest}\n"),
    }
}
