//! `gateway compat`: does the gateway answer as the legacy did? Traffic recorded, asked again, compared, judged.

mod diff;
mod explain;
mod export;
mod given;
mod import;
mod learn;
mod mutate;
mod replay;
mod report;
mod scan;

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Not everything could be asked, or nothing can be said for certain.
const INCONCLUSIVE: u8 = 4;
/// A secret was found.
const SECRETS: u8 = 5;
/// The comparison would miss something.
const SELF_TEST: u8 = 6;

#[derive(Args)]
pub(super) struct CompatArgs {
    #[command(subcommand)]
    command: CompatCommand,
}

#[derive(Subcommand)]
enum CompatCommand {
    /// Ask a recording again, with the values of the live side, and judge the answers
    #[command(after_help = replay::EXAMPLE)]
    Replay(replay::ReplayArgs),
    /// Ask a backend several times, and write down what varies by itself
    #[command(after_help = learn::EXAMPLE)]
    Learn(learn::LearnArgs),
    /// Compare two recordings of the same requests, without asking anybody
    #[command(after_help = diff::EXAMPLE)]
    Diff(diff::DiffArgs),
    /// Show one exchange: what it waits for, what it is given, what it gives
    #[command(after_help = explain::EXAMPLE)]
    Explain(explain::ExplainArgs),
    /// Break the answers of a run, one way at a time, and tell which breaks a comparison would miss
    #[command(after_help = mutate::EXAMPLE)]
    Mutate(mutate::MutateArgs),
    /// Make a recording of a HAR file
    #[command(after_help = import::EXAMPLE)]
    Import(import::ImportArgs),
    /// Write a recording as HAR, as curl commands or as lines of JSON
    #[command(after_help = export::EXAMPLE)]
    Export(export::ExportArgs),
    /// Show what a comparison found: on the terminal, as a page, as test results
    #[command(after_help = report::EXAMPLE)]
    Report(report::ReportArgs),
    /// Look for secrets that slipped through, in recordings, runs, reports and logs
    #[command(after_help = scan::EXAMPLE)]
    Scan(scan::ScanArgs),
}

pub(super) fn run(arguments: &CompatArgs) -> ExitCode {
    match &arguments.command {
        CompatCommand::Replay(arguments) => replay::run(arguments),
        CompatCommand::Learn(arguments) => learn::run(arguments),
        CompatCommand::Diff(arguments) => diff::run(arguments),
        CompatCommand::Explain(arguments) => explain::run(arguments),
        CompatCommand::Mutate(arguments) => mutate::run(arguments),
        CompatCommand::Import(arguments) => import::run(arguments),
        CompatCommand::Export(arguments) => export::run(arguments),
        CompatCommand::Report(arguments) => report::run(arguments),
        CompatCommand::Scan(arguments) => scan::run(arguments),
    }
}
