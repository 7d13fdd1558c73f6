//! `gateway compat diff`: a recording and a run of it, judged without asking anybody.

use std::{io, path::PathBuf, process::ExitCode};

use clap::Args;

use super::{INCONCLUSIVE, given, report};
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, tell},
    parity::{
        finding::Report,
        judge::{Judge, comparable},
        report::write,
        rules::Rules,
    },
};

pub(super) const EXAMPLE: &str = "Examples:\n  gateway compat diff recordings/shop runs/native --rules rules.toml\n  \
     gateway compat diff recordings/shop runs/native --json > report.json\n\n\
     Exit codes: 0 compatible, or only spelled differently where the rules let that pass, 1 different, 2 a recording, rules \
     or learned places that cannot be read, 3 a file cannot be written, 4 inconclusive: blocked, or a damaged \
     recording";

#[derive(Args)]
pub(super) struct DiffArgs {
    /// The recording that is right
    #[arg(value_name = "REC")]
    reference: PathBuf,
    /// A recording of the same requests, with the same numbers: what `compat replay --out` writes
    #[arg(value_name = "RUN")]
    run: PathBuf,
    /// What may differ, and why
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// What varies by itself; without it, learned.json in REC if there is one
    #[arg(long, value_name = "FILE")]
    learned: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Write the report as JSON besides
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(arguments: &DiffArgs) -> ExitCode {
    match judged(arguments) {
        Ok((report, is_damaged)) => show(&report, is_damaged, arguments),
        Err(message) => {
            tell(&message);
            ExitCode::from(CONFIGURATION)
        }
    }
}

fn judged(arguments: &DiffArgs) -> Result<(Report, bool), String> {
    let DiffArgs { reference, run, rules, learned, .. } = arguments;
    let rules = match rules {
        Some(path) => given::rules_in(path)?,
        None => Rules::default(),
    };
    let (recorded, is_one_damaged) = given::recording(reference).map_err(|error| error.to_string())?;
    let learned = given::learned_for(reference, learned.as_deref())?;
    let (mut live, is_other_damaged) = given::recording(run).map_err(|error| error.to_string())?;
    live.exchanges = comparable(&recorded.exchanges, live.exchanges);
    let mut report = Judge::new(&recorded.exchanges, &learned, &rules).judge(&live.exchanges);
    for (side, folder, recording) in
        [(&mut report.reference, reference, &recorded), (&mut report.live, run, &live)]
    {
        side.name = folder.display().to_string();
        side.recording.clone_from(&recording.fingerprint);
        let run = recording.manifest.as_ref().and_then(|manifest| manifest.run.as_ref());
        side.target = run.map(|run| run.target.clone()).unwrap_or_default();
    }
    Ok((report, is_one_damaged || is_other_damaged))
}

fn show(judged: &Report, is_damaged: bool, arguments: &DiffArgs) -> ExitCode {
    let text = write(judged);
    if let Some(path) = &arguments.out
        && let Err(error) = report::put(path, &text)
    {
        tell(&format!("{}: cannot be written: {error}", path.display()));
        return ExitCode::from(ENVIRONMENT);
    }
    let printed = match arguments.json {
        true => io::Write::write_all(&mut io::stdout().lock(), text.as_bytes()),
        false => report::print(judged),
    };
    if let Err(error) = printed
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        tell(&format!("standard output: {error}"));
        return ExitCode::from(ENVIRONMENT);
    }
    // What differs may be what is missing.
    ExitCode::from(if is_damaged { INCONCLUSIVE } else { report::code(judged.verdict) })
}
