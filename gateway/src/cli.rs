//! The command line: arguments become one command, one file per noun.
//!
//! Exit codes: 0 fine, 1 found something, 2 usage or configuration, 3 environment (a server is down).

mod check;
mod files;
mod legacy;
mod routes;
mod run;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Stands in front of a FastAPI backend and takes over one route at a time.
#[derive(Parser)]
#[command(name = "gateway", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve
    #[command(after_help = "Example:\n  LEGACY_URL=http://127.0.0.1:8000 gateway run")]
    Run,
    /// Say whether `run` would start, and everything that is wrong if not
    #[command(after_help = "Example:\n  gateway check --json")]
    Check(check::CheckArgs),
    /// The routes: who answers what
    Routes(routes::RoutesArgs),
    /// The legacy: its routes, imported into the lock
    Legacy(legacy::LegacyArgs),
}

/// Found nothing wrong.
const FINE: u8 = 0;
/// Usage or configuration.
const CONFIGURATION: u8 = 2;
/// A server, a port or a disk is not there.
const ENVIRONMENT: u8 = 3;

pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run => run::run(),
        Command::Check(arguments) => check::run(&arguments),
        Command::Routes(arguments) => routes::run(&arguments),
        Command::Legacy(arguments) => legacy::run(&arguments),
    }
}

/// Shows every mistake at once, on standard error.
fn report(mistakes: &crate::config::mistakes::Mistakes) -> ExitCode {
    let count = mistakes.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    eprintln!("{mistakes}\n\n{count} {noun}, nothing was started");
    ExitCode::from(CONFIGURATION)
}
