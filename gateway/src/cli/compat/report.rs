//! `gateway compat report`: what a comparison found, for people and for programs.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::INCONCLUSIVE;
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, FOUND, tell},
    parity::{
        finding::{Report, Verdict},
        report::{junit, page, read, summary, write},
    },
    routes::replace::replace,
};

pub(super) const EXAMPLE: &str = "Examples:\n  gateway compat report runs/native\n  \
     gateway compat report report.json --html report.html --junit report.xml\n\n\
     Exit codes: 0 compatible, or only spelled differently where the rules let that pass, 1 different, 2 no report that \
     this gateway can read, 3 a file cannot be written, 4 inconclusive";

#[derive(Args)]
pub(super) struct ReportArgs {
    /// A report.json, or a folder with one in it
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    /// Write one HTML file that needs nothing besides
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the report as JSON, as docs/compat-report.schema.json describes it
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the findings as JUnit test results
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

pub(super) fn run(arguments: &ReportArgs) -> ExitCode {
    let path = file(&arguments.report);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && path != arguments.report => {
            let folder = arguments.report.display();
            tell(&format!(
                "{folder}: there is no report.json in it; `gateway compat diff REC RUN --out FILE` makes one"
            ));
            return ExitCode::from(CONFIGURATION);
        }
        Err(error) => {
            tell(&format!("{}: cannot be read: {error}", path.display()));
            return ExitCode::from(CONFIGURATION);
        }
    };
    match read(&text) {
        Ok(report) => show(&report, arguments),
        Err(error) => {
            tell(&format!("{}: {error}", path.display()));
            ExitCode::from(CONFIGURATION)
        }
    }
}

fn file(given: &Path) -> PathBuf {
    if given.is_dir() { given.join("report.json") } else { given.to_owned() }
}

/// Writes what was asked for; a summary where nothing was.
fn show(report: &Report, arguments: &ReportArgs) -> ExitCode {
    type Text = fn(&Report) -> String;
    let wanted: [(&Option<PathBuf>, Text); 3] =
        [(&arguments.html, page), (&arguments.json, write), (&arguments.junit, junit)];
    let mut written = false;
    for (path, text) in wanted {
        let Some(path) = path else { continue };
        if let Err(error) = put(path, &text(report)) {
            tell(&format!("{}: cannot be written: {error}", path.display()));
            return ExitCode::from(ENVIRONMENT);
        }
        written = true;
    }
    if !written && let Err(error) = print(report) {
        tell(&format!("standard output: {error}"));
        return ExitCode::from(ENVIRONMENT);
    }
    ExitCode::from(code(report.verdict))
}

/// Whoever has an old one open reads it to its end. What is no file, like a pipe, is written to as it is.
pub(super) fn put(path: &Path, text: &str) -> io::Result<()> {
    let before = fs::metadata(path).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        return fs::write(path, text);
    }
    let replaced = replace(path, text, before.as_ref())?;
    replaced.warning(path).into_iter().for_each(|warning| tell(&warning));
    Ok(())
}

/// The summary; without colours where nobody sees them.
pub(super) fn print(report: &Report) -> io::Result<()> {
    use io::Write;
    match anstream::stdout().lock().write_all(summary(report).as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

/// Spelling that must not differ makes a report different.
pub(super) fn code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Compatible | Verdict::Spelling => FINE,
        Verdict::Different => FOUND,
        Verdict::Inconclusive => INCONCLUSIVE,
    }
}
