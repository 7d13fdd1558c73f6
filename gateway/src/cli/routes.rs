//! `gateway routes`: who answers what, by the same code as the data path.

mod explain;
mod history;
mod list;
mod new;
mod paint;
mod set;
mod traffic;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::files::{Routing, read_profile_if_there};
use crate::config::{Config, Files, Shared, mistakes::Mistakes};

#[derive(Args)]
pub(super) struct RoutesArgs {
    #[command(subcommand)]
    command: RoutesCommand,
}

#[derive(Subcommand)]
enum RoutesCommand {
    /// Print every route of the lock: its owner, since when and by whom, and its traffic
    #[command(
        after_help = "Example:\n  gateway routes list --json\n\nTraffic is what the gateway that runs with these \
                      settings has counted since it started."
    )]
    List(list::ListArgs),
    /// Give a route another owner, in the routes file; a running gateway takes it within a second
    #[command(
        after_help = "Example:\n  gateway routes set 'GET /api/tasks/{task_id}' native --note 'compared for a week'\n\n\
                      Exit codes: 0 fine, 2 nothing was changed because of a mistake, 3 a file cannot be written"
    )]
    Set(set::SetArgs),
    /// Begin the native handler of a route, from the legacy's OpenAPI document and the tables of the database
    #[command(after_help = new::EXAMPLE)]
    New(new::NewArgs),
    /// Print who changed the owner of which route, and when; the newest last
    #[command(after_help = "Example:\n  gateway routes history 'GET /api/tasks/{task_id}'")]
    History(history::HistoryArgs),
    /// Say which route a request names, who answers it and why
    #[command(
        after_help = "Examples:\n  gateway routes explain GET /api/tasks/7\n  gateway routes explain WS /live --all\n  \
                      gateway routes explain - --json < requests.txt"
    )]
    Explain(explain::ExplainArgs),
}

/// The files to look at instead of those that the environment names.
#[derive(Args)]
struct FileArgs {
    /// The lock to match against
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// The routes file that names the owners
    #[arg(long, value_name = "FILE")]
    routes: Option<PathBuf>,
}

pub(super) fn run(arguments: &RoutesArgs) -> ExitCode {
    match &arguments.command {
        RoutesCommand::List(arguments) => list::run(arguments),
        RoutesCommand::Set(arguments) => set::run(arguments),
        RoutesCommand::New(arguments) => new::run(arguments),
        RoutesCommand::History(arguments) => history::run(arguments),
        RoutesCommand::Explain(arguments) => explain::run(arguments),
    }
}

impl FileArgs {
    /// The server's own settings do not matter here: what is wrong with them is for `check`. What leaves open which
    /// files are meant does: another one would be shown, or changed.
    fn settings(&self) -> Result<(Shared, Option<Config>), Mistakes> {
        let mut mistakes = Mistakes::default();
        let (mut shared, config) = Config::read(&mut mistakes);
        mistakes.retain(Files::are_in_doubt_by);
        if let Some(lock) = &self.lock {
            shared.files.lock.clone_from(lock);
        }
        if let Some(routes) = &self.routes {
            shared.files.routes.clone_from(routes);
        }
        mistakes.into_result((shared, config))
    }

    fn routing(&self) -> Result<Routing, Mistakes> {
        routing(&self.settings()?.0)
    }
}

fn routing(shared: &Shared) -> Result<Routing, Mistakes> {
    let mut mistakes = Mistakes::default();
    let profile = mistakes.absorb(read_profile_if_there(&shared.files.profile)).flatten();
    let routing = Routing::read(shared, profile.as_ref(), &mut mistakes);
    match routing {
        Some(routing) if mistakes.is_empty() => Ok(routing),
        _ => Err(mistakes),
    }
}
