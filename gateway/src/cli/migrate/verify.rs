//! `gateway migrate verify`: whether every migration can be taken back, and what speaks against it.

use std::{fmt::Write, path::PathBuf, process::ExitCode};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{Setting, block_on, failed};
use crate::{
    cli::{CONFIGURATION, FINE, FOUND, answer, report},
    migrate::{
        folder::Folder,
        verify::{BadBaseline, Proof, Request, Source, verdict::Verdict, verify},
    },
};

#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct VerifyArgs {
    /// Begin with what this SQL makes: `alembic upgrade head --sql`, or `pg_dump --inserts --no-owner`
    #[arg(long, value_name = "FILE", conflicts_with = "copy")]
    baseline: Option<PathBuf>,
    /// Begin with a copy of the database on its own server, dropped afterwards; never in production
    #[arg(long)]
    copy: bool,
    /// Only this version; those before it are applied unseen
    #[arg(long, value_name = "VERSION")]
    only: Option<i32>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const EXAMPLE: &str = "\
Examples:
  alembic upgrade head --sql > legacy.sql && gateway migrate verify --baseline legacy.sql
  gateway migrate verify --copy --only 7

Each migration is applied, written to, taken back, compared with before, applied again, and compared with after: the
schema object by object, the rows value by value. This is never done on the database itself: without --copy, on a
private PostgreSQL that is gone afterwards.

Exit codes: 0 proved; 1 something speaks against one; 2 files or usage; 3 no PostgreSQL";

pub(super) fn run(arguments: &VerifyArgs, setting: &Setting) -> ExitCode {
    let folder = match Folder::read(&setting.folder) {
        Ok(folder) => folder,
        Err(mistakes) => return report(&mistakes),
    };
    if let Some(only) = arguments.only.filter(|only| folder.find(*only).is_none()) {
        eprintln!("--only {only}: `{}` has no such version", folder.path.display());
        return ExitCode::from(CONFIGURATION);
    }
    if arguments.copy && !setting.environment.is_development() {
        eprintln!(
            "--copy: is for development: the copy is made on the server of the database, and nobody may be connected \
             while it is\nhelp: use --baseline FILE, or a branch of the database with ENVIRONMENT=development"
        );
        return ExitCode::from(CONFIGURATION);
    }
    let proof = block_on(async {
        let source = match (&arguments.baseline, arguments.copy) {
            (Some(path), _) => Source::File(path.clone()),
            (None, true) => Source::Copy(setting.url()?.clone()),
            (None, false) => Source::Empty,
        };
        let (only, binaries) = (arguments.only, setting.binaries.as_deref());
        let request = Request { folder: &folder, source, only, binaries, watch: setting.watch() };
        verify(&request, interrupted()?).await
    });
    match proof {
        Ok(proof) => {
            let code = if proof.is_whole() { FINE } else { FOUND };
            let text = match arguments.json {
                true => serde_json::to_string_pretty(&proof).map(|text| text + "\n").map_err(Into::into),
                false => Ok(told(&proof)),
            };
            text.map_or_else(|error| failed(&error), |text| answer(&text, code))
        }
        Err(error) => match error.downcast_ref::<BadBaseline>() {
            Some(BadBaseline(mistakes)) => report(mistakes),
            None => failed(&error),
        },
    }
}

/// A copy would stay behind when the process just ended.
fn interrupted() -> anyhow::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

fn told(proof: &Proof) -> String {
    let mut text = String::new();
    let stems = proof.verdicts.iter().map(|verdict| &verdict.migration).chain(&proof.applied).chain(&proof.unreached);
    let width = stems.map(String::len).max().unwrap_or(0);
    for stem in &proof.applied {
        text += &format!("{stem:width$}  applied before the copy was made: not verified\n");
    }
    for verdict in &proof.verdicts {
        line(&mut text, verdict, width);
    }
    for stem in &proof.unreached {
        text += &format!("{stem:width$}  not reached\n");
    }
    let failed = proof.verdicts.iter().filter(|verdict| !verdict.is_proved()).count();
    let proved = proof.verdicts.len() - failed;
    text + &format!("{proved} proved, {failed} failed, {} not reached\n", proof.unreached.len())
}

fn line(text: &mut String, verdict: &Verdict, width: usize) {
    let Verdict { migration, phase, reversible, probe_rows, .. } = verdict;
    let word = if verdict.is_proved() { "proved" } else { "FAILED" };
    let noun = if *probe_rows == 1 { "probe row" } else { "probe rows" };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{migration:width$}  {phase:8}  {reversible:8}  {probe_rows:3} {noun:10}  {word}");
    for finding in &verdict.findings {
        let _ = writeln!(text, "  {}", finding.to_string().replace('\n', "\n  "));
    }
    for note in &verdict.notes {
        let _ = writeln!(text, "  note: {note}");
    }
}
