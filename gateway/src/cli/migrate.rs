//! `gateway migrate`: the schema of the database, changed forth and back by files.

mod adopt;
mod change;
mod lint;
mod new;
mod plan;
mod progress;
mod status;
mod verify;

use std::{future::Future, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Subcommand};
use serde::Serialize;
use tokio::runtime::Builder;

use super::{CONFIGURATION, ENVIRONMENT, report, tell};
use crate::{
    config::{
        Config, Files,
        mistakes::{Mistake, Mistakes},
        setting::DATABASE_URL,
    },
    db::{direct::DirectError, url::DatabaseUrl},
    migrate::{failure::MigrateError, folder::Folder},
};

#[derive(Args)]
pub(super) struct MigrateArgs {
    #[command(subcommand)]
    command: MigrateCommand,
}

#[derive(Subcommand)]
enum MigrateCommand {
    /// Show what is applied, what is due and what is wrong; changes nothing
    #[command(after_help = "Example:\n  gateway migrate status --json\n\n\
                      Exit codes: 0 up to date, 1 something is due or wrong, 2 bad files or settings, 3 no database")]
    Status(status::StatusArgs),
    /// Show what `up` would do: the SQL, the locks it takes, the rows under them
    #[command(after_help = "Example:\n  gateway migrate plan --to 3\n\n\
                      Exit codes: 0 `up` would begin, 2 it would be refused, 3 no database")]
    Plan(plan::PlanArgs),
    /// Apply what is due
    #[command(after_help = change::UP_HELP)]
    Up(change::UpArgs),
    /// Take migrations back, the newest first
    #[command(after_help = change::DOWN_HELP)]
    Down(change::DownArgs),
    /// Finish what a crash has left in the middle
    #[command(after_help = change::REPAIR_HELP)]
    Repair(change::RepairArgs),
    /// Look for what is wrong with the files, without a database
    #[command(after_help = lint::HELP)]
    Lint(lint::LintArgs),
    /// Begin a migration: the next number, two files
    #[command(after_help = new::HELP)]
    New(new::NewArgs),
    /// Take over a database that Alembic manages, as it is
    #[command(after_help = adopt::EXAMPLE)]
    Adopt(adopt::AdoptArgs),
    /// Prove on a scratch database that every migration can be taken back without losing anything
    #[command(after_help = verify::EXAMPLE)]
    Verify(verify::VerifyArgs),
}

pub(super) fn run(arguments: &MigrateArgs) -> ExitCode {
    match &arguments.command {
        MigrateCommand::Status(arguments) => status::run(arguments),
        MigrateCommand::Plan(arguments) => plan::run(arguments),
        MigrateCommand::Up(arguments) => change::up(arguments),
        MigrateCommand::Down(arguments) => change::down(arguments),
        MigrateCommand::Repair(arguments) => change::repair(arguments),
        MigrateCommand::Lint(arguments) => lint::run(arguments),
        MigrateCommand::New(arguments) => new::run(arguments),
        MigrateCommand::Adopt(arguments) => adopt::run(arguments),
        MigrateCommand::Verify(arguments) => verify::run(arguments),
    }
}

/// What every verb that asks the database needs.
struct Told {
    folder: Folder,
    url: DatabaseUrl,
}

#[derive(Args)]
struct Place {
    /// The folder of migrations instead of the one that MIGRATIONS_DIR names
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Args)]
struct Waiting {
    /// How long to ask for the lock that another `gateway migrate` has
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = humantime::parse_duration)]
    lock_timeout: Duration,
}

impl Place {
    /// For the verbs that ask no database: other settings may be missing or wrong.
    fn folder(&self) -> Result<PathBuf, Mistakes> {
        if let Some(folder) = &self.dir {
            return Ok(folder.clone());
        }
        let mut mistakes = Mistakes::default();
        let (shared, _) = Config::read(&mut mistakes);
        mistakes.retain(Files::migrations_are_in_doubt_by);
        mistakes.into_result(shared.files.migrations)
    }

    /// For the verbs that judge the files: nothing was judged where there are none.
    fn judged(folder: Folder) -> Result<Folder, Mistakes> {
        if !folder.migrations.is_empty() {
            return Ok(folder);
        }
        let remedy =
            "name the folder with --dir or in MIGRATIONS_DIR; `gateway migrate new NAME` begins a migration";
        Err(Mistake::in_file(&folder.path, "holds no migrations: there is nothing to judge", remedy).into())
    }

    fn read(&self) -> Result<Told, Mistakes> {
        let mut mistakes = Mistakes::default();
        let (files, url) = database(&mut mistakes);
        let folder = mistakes.absorb(Folder::read(self.dir.as_ref().unwrap_or(&files.migrations)));
        match (folder, url) {
            (Some(folder), Some(url)) if mistakes.is_empty() => Ok(Told { folder, url }),
            _ => Err(mistakes),
        }
    }
}

/// Settings of the server that are wrong are told as well: the same `.env` serves both.
fn database(mistakes: &mut Mistakes) -> (Files, Option<DatabaseUrl>) {
    let (shared, config) = Config::read(mistakes);
    shared.weaknesses.settle(shared.environment, false, mistakes);
    let url = config.and_then(|config| config.database.direct);
    if url.is_none() && mistakes.is_empty() {
        let remedy = "name the database to migrate; the private one of development is migrated by `gateway run \
                      --migrate`";
        mistakes.push(Mistake::in_variable(DATABASE_URL.name, "is not set", remedy));
    }
    (shared.files, url)
}

/// What a command found, for a machine.
fn json(found: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(found);
    text.expect("it holds texts and numbers, under keys that are texts") + "\n"
}

/// One thread is enough: one thing happens after the other.
fn to_end(work: impl Future<Output = Result<ExitCode, MigrateError>>) -> ExitCode {
    let ended = Builder::new_current_thread().enable_all().build().map(|runtime| runtime.block_on(work));
    match ended {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => refuse(&error),
        Err(error) => {
            tell(&format!("runtime: {error}"));
            ExitCode::from(ENVIRONMENT)
        }
    }
}

pub(super) fn refuse(error: &MigrateError) -> ExitCode {
    match error {
        MigrateError::Refused(mistakes) | MigrateError::Lossy(mistakes) => {
            let code = report(mistakes);
            tell("nothing was begun");
            code
        }
        MigrateError::Failed(_) | MigrateError::Copying { .. } | MigrateError::History(_) => {
            tell(&error.to_string());
            ExitCode::from(CONFIGURATION)
        }
        MigrateError::Direct(DirectError::Pooler) => {
            let remedy = "set DIRECT_DATABASE_URL to the database itself: a pooler cannot carry the lock of a migration";
            tell(&format!("DIRECT_DATABASE_URL: {error}\nhelp: {remedy}\nnothing was begun"));
            ExitCode::from(CONFIGURATION)
        }
        MigrateError::Direct(_)
        | MigrateError::Away { .. }
        | MigrateError::Occupied(_)
        | MigrateError::Locked { .. }
        | MigrateError::LostLock
        | MigrateError::InUse { .. }
        | MigrateError::Lost { .. }
        | MigrateError::Asking(_)
        | MigrateError::Catalog(_) => {
            tell(&error.to_string());
            ExitCode::from(ENVIRONMENT)
        }
    }
}
