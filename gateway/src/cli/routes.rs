//! `gateway routes`: who answers what, by the same code as the data path.

mod explain;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{
    FINE,
    files::{Routing, read_profile_if_there},
    report,
};
use crate::{
    config::{Config, mistakes::Mistakes},
    routes::running::Auth,
};

#[derive(Args)]
pub(super) struct RoutesArgs {
    #[command(subcommand)]
    command: RoutesCommand,
}

#[derive(Subcommand)]
enum RoutesCommand {
    /// Print every route of the lock with its owner
    #[command(after_help = "Example:\n  gateway routes list --json")]
    List(ListArgs),
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

#[derive(Args)]
struct ListArgs {
    /// Print one JSON array
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    files: FileArgs,
}

pub(super) fn run(arguments: &RoutesArgs) -> ExitCode {
    match &arguments.command {
        RoutesCommand::List(arguments) => list(arguments),
        RoutesCommand::Explain(arguments) => explain::run(arguments),
    }
}

impl FileArgs {
    /// The server's own settings do not matter here: what is wrong with them is for `check`.
    fn routing(&self) -> Result<Routing, Mistakes> {
        let (mut shared, _) = Config::read(&mut Mistakes::default());
        if let Some(lock) = &self.lock {
            shared.files.lock.clone_from(lock);
        }
        if let Some(routes) = &self.routes {
            shared.files.routes.clone_from(routes);
        }
        let mut mistakes = Mistakes::default();
        let profile = mistakes.absorb(read_profile_if_there(&shared.files.profile)).flatten();
        let routing = Routing::read(&shared, profile.as_ref(), &mut mistakes);
        match routing {
            Some(routing) if mistakes.is_empty() => Ok(routing),
            _ => Err(mistakes),
        }
    }
}

#[expect(clippy::print_stdout, reason = "what a command prints is its answer")]
fn list(arguments: &ListArgs) -> ExitCode {
    let routing = match arguments.files.routing() {
        Ok(routing) => routing,
        Err(mistakes) => return report(&mistakes),
    };
    let running = &routing.running;
    let rows = running.matcher.route_ids().map(|id| {
        let policy = running.policy(id);
        (running.key(id).as_str(), policy.owner, auth_name(policy.auth))
    });
    if arguments.json {
        let list: Vec<_> = rows
            .map(|(route, owner, auth)| json!({ "route": route, "owner": owner.to_string(), "auth": auth }))
            .collect();
        println!("{}", json!(list));
        return ExitCode::from(FINE);
    }
    let width = running.matcher.routes().iter().map(|route| route.key.as_str().len()).max().unwrap_or(0);
    for (route, owner, auth) in rows {
        println!("{route:width$}  {owner:7}  {auth}");
    }
    ExitCode::from(FINE)
}

fn auth_name(auth: Auth) -> &'static str {
    match auth {
        Auth::Open => "-",
        Auth::Report => "report",
        Auth::Required(_) => "token",
    }
}
