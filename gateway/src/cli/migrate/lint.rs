//! `gateway migrate lint`: what is wrong with the files, without a database.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::Place;
use crate::{
    cli::{FINE, FOUND, answer, report},
    config::mistakes::Place as Spot,
    migrate::{
        folder::Folder,
        lint::{self, Finding, Level},
    },
};

pub(super) const HELP: &str = "\
Examples:
  gateway migrate lint
  gateway migrate lint --dir migrations --json

A finding that is meant is let through by a comment on the line before, with its reason:
  -- squawk-ignore require-concurrent-index-creation -- the table has ten rows

Exit codes: 0 nothing or only hints, 1 found something, 2 a folder that cannot be read as migrations or has none";

#[derive(Args)]
pub(super) struct LintArgs {
    #[command(flatten)]
    place: Place,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &LintArgs) -> ExitCode {
    let folder = match arguments.place.folder().and_then(|path| Folder::read(&path)).and_then(Place::judged) {
        Ok(folder) => folder,
        Err(mistakes) => return report(&mistakes),
    };
    let findings = lint::lint(&folder);
    let is_wrong = findings.iter().any(|finding| finding.level == Level::Error);
    let text =
        if arguments.json { format!("{}\n", json(&folder, &findings)) } else { text(&folder, &findings) };
    answer(&text, if is_wrong { FOUND } else { FINE })
}

fn text(folder: &Folder, findings: &[Finding]) -> String {
    let told: String = findings.iter().map(|finding| format!("{finding}\n\n")).collect();
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let found = match (count(Level::Error), count(Level::Hint)) {
        (0, 0) => "nothing found".to_owned(),
        (errors, 0) => counted(errors, "error"),
        (0, hints) => counted(hints, "hint"),
        (errors, hints) => format!("{}, {}", counted(errors, "error"), counted(hints, "hint")),
    };
    format!("{told}{}: {found}\n", counted(folder.migrations.len(), "migration"))
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn json(folder: &Folder, findings: &[Finding]) -> Value {
    let finding = |finding: &Finding| {
        let (file, position) = match &finding.mistake.place {
            Spot::File { name, position } => (name.display().to_string(), *position),
            Spot::Variable(name) => (name.clone(), None),
        };
        json!({
            "rule": finding.rule,
            "level": finding.level.name(),
            "file": file,
            "line": position.map(|position| position.line),
            "column": position.map(|position| position.column),
            "what": finding.mistake.what,
            "help": finding.mistake.remedy,
        })
    };
    json!({
        "migrations": folder.migrations.len(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}
