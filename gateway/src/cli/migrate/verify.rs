//! `gateway migrate verify`: whether every migration can be taken back, and what speaks against it.

use std::{fmt::Write, io, path::PathBuf, process::ExitCode};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{Place, database, json, progress::Progress, to_end};
use crate::{
    cli::{FINE, FOUND, answer, report},
    config::{
        Config,
        mistakes::{Mistake, Mistakes},
        setting::ENVIRONMENT,
    },
    migrate::{
        failure::MigrateError,
        folder::Folder,
        verify::{BadBaseline, Proof, Request, Source, verdict::Verdict, verify},
    },
};

#[derive(Args)]
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
    #[command(flatten)]
    place: Place,
}

pub(super) const EXAMPLE: &str = "\
Examples:
  alembic upgrade head --sql > legacy.sql && gateway migrate verify --baseline legacy.sql
  gateway migrate verify --copy --only 7

Each migration is applied, written to, taken back, compared with before, applied again, and compared with after: the
schema object by object, the rows value by value. This is never done on the database itself: without --copy, on a
private PostgreSQL that is gone afterwards.

Exit codes: 0 proved; 1 something speaks against one; 2 files or usage; 3 no PostgreSQL";

/// What was found in arguments and settings.
struct Asked {
    folder: Folder,
    source: Source,
    binaries: Option<PathBuf>,
}

pub(super) fn run(arguments: &VerifyArgs) -> ExitCode {
    let asked = match read(arguments) {
        Ok(asked) => asked,
        Err(mistakes) => return report(&mistakes),
    };
    let progress = Progress::of_trials();
    to_end(async {
        let request = Request {
            folder: &asked.folder,
            source: asked.source,
            only: arguments.only,
            binaries: asked.binaries.as_deref(),
            watch: &|event| progress.see(event),
        };
        let stop = interrupted().map_err(|error| MigrateError::Catalog(error.into()))?;
        match verify(&request, stop).await {
            Ok(proof) => Ok(show(&proof, arguments.json)),
            Err(error) => match error.downcast::<BadBaseline>() {
                Ok(BadBaseline(mistakes)) => Ok(report(&mistakes)),
                Err(error) => Err(MigrateError::Catalog(error)),
            },
        }
    })
}

fn show(proof: &Proof, is_json: bool) -> ExitCode {
    let code = if proof.is_whole() { FINE } else { FOUND };
    answer(&if is_json { json(proof) } else { told(proof) }, code)
}

/// Only a copy needs a database; what else is set is judged by those who use it.
fn read(arguments: &VerifyArgs) -> Result<Asked, Mistakes> {
    let mut mistakes = Mistakes::default();
    let (shared, config) = Config::read(&mut mistakes);
    let (mut source, folder) =
        (Source::Empty, arguments.place.dir.as_ref().unwrap_or(&shared.files.migrations));
    if let Some(path) = &arguments.baseline {
        source = Source::File(path.clone());
    }
    if arguments.copy {
        mistakes = Mistakes::default();
        let (_, url) = database(&mut mistakes);
        if let Some(url) = url {
            source = Source::Copy(Box::new(url));
        }
        if !shared.environment.is_development() {
            let remedy = "use --baseline, or give it a branch of the database and `ENVIRONMENT=development`";
            let what = "does not allow --copy: it is made on the server of the database, to which nobody may be \
                        connected meanwhile";
            mistakes.push(Mistake::in_variable(ENVIRONMENT.name, what, remedy));
        }
    }
    let folder = mistakes.absorb(Folder::read(folder).and_then(Place::judged));
    if let (Some(folder), Some(only)) = (&folder, arguments.only)
        && folder.find(only).is_none()
    {
        let what = format!("has no V{only:04}, which --only names");
        mistakes.push(Mistake::in_file(&folder.path, what, "name one of its versions"));
    }
    let binaries = config.and_then(|config| config.database.binaries);
    match folder {
        Some(folder) if mistakes.is_empty() => Ok(Asked { folder, source, binaries }),
        Some(_) | None => Err(mistakes),
    }
}

/// A copy would stay behind when the process just ended.
fn interrupted() -> io::Result<impl Future<Output = ()>> {
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
    let stems =
        proof.verdicts.iter().map(|verdict| &verdict.migration).chain(&proof.applied).chain(&proof.unreached);
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
        let _ = writeln!(text, "  note: {}", note.replace('\n', "\n    "));
    }
}
