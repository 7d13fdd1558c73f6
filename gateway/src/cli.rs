//! The command line: arguments become one command, one file per noun.
//!
//! Exit codes: 0 fine, 1 found something, 2 usage or configuration, 3 environment (a server is down); `compat` adds 4, 5
//! and 6.

mod auth;
mod check;
mod compat;
mod files;
mod inherited;
mod legacy;
mod migrate;
mod prepare;
mod routes;
mod run;
mod users;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use crate::config::setting::SETTINGS;

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
    #[command(after_help = settings())]
    Run(run::RunArgs),
    /// Show the configuration, and whether `run` would start with it
    #[command(after_help = check::EXAMPLE)]
    Check(check::CheckArgs),
    /// The routes: who answers what
    Routes(routes::RoutesArgs),
    /// The legacy: its routes, errors, users and tokens, learned and written down
    Legacy(legacy::LegacyArgs),
    /// Keys, sessions, revocation, throttled logins and better password hashes
    Auth(auth::AuthArgs),
    /// The schema: what changes it, and takes the change back
    Migrate(migrate::MigrateArgs),
    /// Compatibility: recorded traffic, asked again and compared
    Compat(compat::CompatArgs),
}

/// The table of settings, as it is read.
fn settings() -> String {
    let mut help = "Example:\n  LEGACY_URL=http://127.0.0.1:8000 gateway run\n  GATEWAY_RUN_DIR=/run/gateway gateway run --upgrade\n\n\
                    Settings, from the environment or from .env (the environment wins):\n"
        .to_owned();
    for setting in SETTINGS {
        let default =
            if setting.default.is_empty() { "" } else { &format!(" [default: {}]", setting.default) };
        let or = setting.aliases.join(", ");
        let aliases = if or.is_empty() { "" } else { &format!("; also {or}") };
        help += &format!("  {:28}{}{aliases}{default}\n", setting.name, setting.meaning.replace('`', ""));
    }
    help + "\nA secret may also be the content of a file: SECRET_KEY_FILE names it instead of SECRET_KEY.\n\n\
            Exit codes: 0 ended by a signal or replaced, 1 the same and some requests were cut off, 2 a mistake in the \
            configuration or in a migration, 3 no PostgreSQL to start or to migrate, or a part of the process died"
}

/// Found nothing wrong.
const FINE: u8 = 0;
/// The command worked, and what it looked for is not as it should be.
const FOUND: u8 = 1;
/// Usage or configuration.
const CONFIGURATION: u8 = 2;
/// A server, a port or a disk is not there.
const ENVIRONMENT: u8 = 3;

pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Routes(arguments) => routes::run(&arguments),
        Command::Legacy(arguments) => legacy::run(&arguments),
        Command::Auth(arguments) => auth::run(&arguments),
        Command::Migrate(arguments) => migrate::run(&arguments),
        Command::Compat(arguments) => compat::run(&arguments),
    }
}

/// Prints what a command has to say and ends with `code`, also when whoever reads has seen enough, as `head` does.
fn answer(text: &str, code: u8) -> ExitCode {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::from(code),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(error) => {
            tell(&format!("standard output: {error}"));
            ExitCode::from(ENVIRONMENT)
        }
    }
}

/// Beside the answer, on standard error. Whoever closed it wants to read no more, which ends no work.
fn tell(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Shows every mistake at once, on standard error.
fn report(mistakes: &crate::config::mistakes::Mistakes) -> ExitCode {
    let count = mistakes.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    tell(&format!("{mistakes}\n\n{count} {noun}"));
    ExitCode::from(CONFIGURATION)
}
