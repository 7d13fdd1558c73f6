//! `gateway legacy`: what the gateway knows about the backend it stands in front of.

mod import;
mod inspect;
pub(in crate::cli) mod probe;
mod profile;

use std::process::ExitCode;

use clap::{Args, Subcommand};

#[derive(Args)]
pub(super) struct LegacyArgs {
    #[command(subcommand)]
    command: LegacyCommand,
}

#[derive(Subcommand)]
enum LegacyCommand {
    /// Write legacy.lock: the legacy's own routes, in order, from its own interpreter
    #[command(after_help = import::HELP)]
    Import(import::ImportArgs),
    /// Learn legacy.toml from a running legacy, by asking it questions that change nothing
    #[command(after_help = probe::HELP)]
    Probe(probe::ProbeArgs),
    /// Propose where the legacy keeps its users, and what its tokens say of them
    #[command(after_help = inspect::HELP)]
    Inspect(inspect::InspectArgs),
}

pub(super) fn run(args: &LegacyArgs) -> ExitCode {
    match &args.command {
        LegacyCommand::Import(args) => import::run(args),
        LegacyCommand::Probe(args) => probe::run(args),
        LegacyCommand::Inspect(args) => inspect::run(args),
    }
}
