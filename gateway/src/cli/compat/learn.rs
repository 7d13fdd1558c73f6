//! `gateway compat learn`: what varies by itself, found by asking one backend several times.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use super::{
    INCONCLUSIVE, given,
    replay::{self, Failure, Ground, Manner},
    report::put,
};
use crate::{
    cli::{ENVIRONMENT, FINE, tell},
    parity::{
        exchange::Outcome,
        learn::{Learned, learn},
        wire::dial::Target,
    },
};

pub(super) const EXAMPLE: &str = "Examples:\n  \
     gateway compat learn recordings/shop --target http://127.0.0.1:8000 --rules rules.toml\n  \
     gateway compat learn recordings/shop --target http://127.0.0.1:8000 --runs 5 --out learned.json\n\n\
     The backend must begin in the same state each time: `[state] reset` of the rules sees to that.\n\n\
     Exit codes: 0 all that varies has a class, 2 a recording or rules that cannot be read, 3 the target is down, a hook \
     failed or a file cannot be written, 4 something was blocked, or varies without a class and needs a rule";

#[derive(Args)]
pub(super) struct LearnArgs {
    /// The folder of a recording
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// Whom to ask: the backend that was recorded
    #[arg(long, value_name = "URL")]
    target: Target,
    /// How often
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=20))]
    runs: u8,
    /// Write here what was learned [default: learned.json in the recording]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What may differ, credentials, and how the database is brought back: a rules.toml
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    #[command(flatten)]
    manner: Manner,
}

pub(super) fn run(arguments: &LearnArgs) -> ExitCode {
    teach(arguments).unwrap_or_else(|failure| failure.tell())
}

fn teach(arguments: &LearnArgs) -> Result<ExitCode, Failure> {
    let rules = replay::rules(arguments.rules.as_deref())?;
    let (recording, is_damaged) = given::recording(&arguments.recording)?;
    if recording.exchanges.is_empty() {
        return Ok(ExitCode::from(INCONCLUSIVE));
    }
    let path = arguments.out.clone().unwrap_or_else(|| arguments.recording.join("learned.json"));
    // Before the target was asked for minutes.
    given::folder_of(&path)?;
    let ground = Ground::lay(&recording, &rules, &arguments.manner, &arguments.target, &|_| true)?;
    let mut runs = Vec::new();
    for _ in 0..arguments.runs {
        runs.push(ground.play(&recording, None)?);
    }
    let blocked = runs.iter().flatten().filter(|heard| matches!(heard.outcome, Outcome::Blocked(_))).count();
    let learned = learn(&recording.exchanges, &runs, &rules);
    if let Err(error) = put_learned(&path, &learned) {
        tell(&format!("{}: cannot be written: {error}", path.display()));
        return Ok(ExitCode::from(ENVIRONMENT));
    }
    for untyped in &learned.untyped {
        let samples: Vec<String> = untyped.samples.iter().map(|sample| shortened(sample)).collect();
        let samples = samples.join(", ");
        tell(&format!("{} {}: varies without a class: {samples}", untyped.route, untyped.at));
    }
    let (places, arrays) = (learned.places.len(), learned.arrays.len());
    tell(&format!("{}: {places} places, {arrays} arrays in any order, {blocked} blocked", path.display()));
    let is_clean = blocked == 0 && learned.untyped.is_empty() && !is_damaged;
    Ok(ExitCode::from(if is_clean { FINE } else { INCONCLUSIVE }))
}

/// For a line of a terminal; the whole stands in the file.
fn shortened(sample: &str) -> String {
    let mut shown: String = sample.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if sample.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

const SHOWN: usize = 60;

fn put_learned(path: &Path, learned: &Learned) -> std::io::Result<()> {
    put(path, &(serde_json::to_string_pretty(learned)? + "\n"))
}
