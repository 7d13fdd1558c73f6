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
    #[command(after_help = SETTINGS)]
    Run,
    /// Say whether `run` would start, and everything that is wrong if not
    #[command(after_help = concat!("Example:\n  gateway check --json\n\nThe settings are those of `gateway run --help`."))]
    Check(check::CheckArgs),
    /// The routes: who answers what
    Routes(routes::RoutesArgs),
    /// The legacy: its routes, imported into the lock
    Legacy(legacy::LegacyArgs),
}

const SETTINGS: &str = "\
Example:
  LEGACY_URL=http://127.0.0.1:8000 gateway run

Settings, from the environment or from .env (the environment wins):
  LEGACY_URL              where the legacy listens; several, comma-separated
  DATABASE_URL            its database
  LEGACY_JWT_SECRET       the secret it signs tokens with; also SECRET_KEY, JWT_SECRET_KEY, JWT_SECRET, or …_FILE
  ENVIRONMENT             production (the default), staging, or local, dev, development, test
  GATEWAY_LISTEN          127.0.0.1:8080
  GATEWAY_ADMIN_LISTEN    127.0.0.1:9090: /healthz, /readyz, /metrics, /api/...
  GATEWAY_PG_BIN          PostgreSQL's binaries, for the private cluster of a development machine
  LOG_LEVEL, LOG_FORMAT   info, json (text in development)
  ROUTES_FILE             routes.toml
  LEGACY_PROFILE          legacy.toml
  LEGACY_LOCK             legacy.lock

Exit codes: 0 ended by a signal, 2 a mistake in the configuration, 3 no PostgreSQL for development";

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
    eprintln!("{mistakes}\n\n{count} {noun}");
    ExitCode::from(CONFIGURATION)
}
