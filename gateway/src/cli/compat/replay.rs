//! `gateway compat replay`: a recording is asked again, and what comes back is judged.

mod ground;
mod run;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Args, ValueEnum};

use super::{INCONCLUSIVE, given, report};
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, report as tell_mistakes, tell},
    config::mistakes::Mistakes,
    parity::{
        exchange::Exchange,
        finding::Report,
        judge::Judge,
        learn::Learned,
        recording::{BadRecording, Recording, Unwritten},
        replay::{
            graph::{Graph, Order},
            play::{Options, Pace, Stopped},
            state::{Failed, STATE},
        },
        report::write,
        rules::Rules,
        wire::dial::Target,
    },
};
pub(super) use ground::Ground;

pub(super) const EXAMPLE: &str = "Examples:\n  \
     gateway compat replay recordings/session --target http://127.0.0.1:8000\n  \
     gateway compat replay recordings/session --target http://127.0.0.1:8080 --out runs/native --jobs 4\n  \
     gateway compat replay recordings/session --target http://127.0.0.1:8080 --only 'GET /tasks/{task_id}'\n\n\
     Every value that the recorded side made up is replaced by that of the live side. What needs a value that was not \
     given is not asked and told as blocked.\n\n\
     Exit codes: 0 compatible, 1 different, 2 usage, or a file that is wrong, 3 the target is down, a hook failed or the \
     disk is full, 4 inconclusive: blocked, or a damaged recording";

#[derive(Args)]
pub(super) struct ReplayArgs {
    /// The folder of a recording
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// Whom to ask, as in http://127.0.0.1:8000
    #[arg(long, value_name = "URL")]
    target: Target,
    /// Write the run into this folder, a recording itself
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What may differ, credentials, and how the database is brought back: a rules.toml
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// What varies by itself; without it, learned.json in the recording if there is one
    #[arg(long, value_name = "FILE")]
    learned: Option<PathBuf>,
    /// Write the report as JSON, besides the one in the run's folder
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    manner: Manner,
    /// Only this route, as the recording names it, with what it needs; may be given more than once, `*` for any part
    #[arg(long, value_name = "ROUTE")]
    only: Vec<String>,
    /// Only this session, with what it needs
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
}

/// How a recording is asked again, whatever becomes of the answers.
#[derive(Args)]
pub(super) struct Manner {
    /// What waits for what
    #[arg(long, value_enum, default_value_t)]
    order: Order,
    /// How many at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
    /// How many a second may begin
    #[arg(long, value_name = "N", conflicts_with = "pace", value_parser = rate)]
    rate: Option<f64>,
    /// As fast as may be, or no faster than it was recorded
    #[arg(long, value_enum, default_value_t)]
    pace: Speed,
    /// Send this as Host instead of what was recorded
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// For one exchange, from its first byte to its last
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = humantime::parse_duration)]
    timeout: Duration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Speed {
    #[default]
    Max,
    Recorded,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Recording(#[from] BadRecording),
    #[error("{0}")]
    Mistakes(Mistakes),
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Hook(#[from] Failed),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Unwritten(#[from] Unwritten),
    #[error("{}: cannot be written", path.display())]
    Report { path: PathBuf, source: std::io::Error },
    #[error("the runtime does not start: {0}")]
    Runtime(std::io::Error),
}

impl From<Mistakes> for Failure {
    fn from(mistakes: Mistakes) -> Self {
        Self::Mistakes(mistakes)
    }
}

impl Failure {
    pub(super) fn tell(&self) -> ExitCode {
        match self {
            Self::Mistakes(mistakes) => tell_mistakes(mistakes),
            failure => {
                tell(&with_source(failure));
                ExitCode::from(failure.code())
            }
        }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Recording(_) | Self::Mistakes(_) | Self::Usage(_) => CONFIGURATION,
            Self::Hook(_)
            | Self::Stopped(_)
            | Self::Unwritten(_)
            | Self::Report { .. }
            | Self::Runtime(_) => ENVIRONMENT,
        }
    }
}

impl Manner {
    fn options(&self, target: &Target, replaced: HashMap<String, String>) -> Options {
        let pace = match (self.rate, self.pace) {
            (Some(rate), _) => Pace::Rate(rate),
            (None, Speed::Recorded) => Pace::Recorded,
            (None, Speed::Max) => Pace::Max,
        };
        Options {
            target: target.clone(),
            host: self.host.clone(),
            jobs: usize::from(self.jobs),
            pace,
            limit: self.timeout,
            replaced,
        }
    }
}

pub(super) fn run(arguments: &ReplayArgs) -> ExitCode {
    replay(arguments).unwrap_or_else(|failure| failure.tell())
}

fn with_source(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

fn replay(arguments: &ReplayArgs) -> Result<ExitCode, Failure> {
    let rules = rules(arguments.rules.as_deref())?;
    let (recording, is_damaged) = given::recording(&arguments.recording)?;
    let learned =
        given::learned_for(&arguments.recording, arguments.learned.as_deref()).map_err(Failure::Usage)?;
    if recording.exchanges.is_empty() {
        return Ok(ExitCode::from(INCONCLUSIVE));
    }
    arguments.report.as_deref().map(given::folder_of).transpose()?;
    let chosen = |exchange: &Exchange| arguments.chooses(exchange);
    let ground = Ground::lay(&recording, &rules, &arguments.manner, &arguments.target, &chosen)?;
    if ground.graph.steps.is_empty() {
        let what = format!(
            "{}: no exchange fits; `gateway compat explain` shows one",
            arguments.recording.display()
        );
        return Err(Failure::Usage(what));
    }
    let heard = ground.play(&recording, arguments.out.as_deref())?;
    let mut judged = judged(&recording, &ground.graph, &heard, &learned, &rules);
    judged.reference.name = arguments.recording.display().to_string();
    judged.live.name = arguments.out.as_ref().map_or_else(String::new, |out| out.display().to_string());
    judged.live.target = arguments.target.to_string();
    let text = write(&judged);
    for path in [arguments.out.as_ref().map(|out| out.join("report.json")), arguments.report.clone()]
        .into_iter()
        .flatten()
    {
        report::put(&path, &text).map_err(|source| Failure::Report { path, source })?;
    }
    if arguments.json {
        answer(&text, FINE);
    } else if let Err(error) = report::print(&judged) {
        return Err(Failure::Usage(format!("standard output: {error}")));
    }
    // What differs may be what is missing.
    Ok(ExitCode::from(if is_damaged { INCONCLUSIVE } else { report::code(judged.verdict) }))
}

/// What was asked for itself, against what was heard of it; stored rows where the recording has some.
fn judged(
    recording: &Recording,
    graph: &Graph,
    heard: &[Exchange],
    learned: &Learned,
    rules: &Rules,
) -> Report {
    let has_state = recording.exchanges.iter().any(|exchange| exchange.request.method == STATE);
    let counts = |exchange: &&Exchange| match graph.steps.get(&exchange.id) {
        Some(step) => !step.is_aid,
        None => has_state && exchange.request.method == STATE,
    };
    let reference: Vec<Exchange> = recording.exchanges.iter().filter(counts).cloned().collect();
    let live: Vec<Exchange> = heard.iter().filter(counts).cloned().collect();
    let mut report = Judge::new(&reference, learned, rules).judge(&live);
    report.reference.recording.clone_from(&recording.fingerprint);
    report
}

pub(super) fn rules(path: Option<&Path>) -> Result<Rules, Failure> {
    path.map_or_else(|| Ok(Rules::default()), |path| given::rules_in(path).map_err(Failure::Usage))
}

impl ReplayArgs {
    fn chooses(&self, exchange: &Exchange) -> bool {
        let route = self.only.is_empty() || self.only.iter().any(|pattern| fits(pattern, &exchange.route));
        route && self.session.as_ref().is_none_or(|session| *session == exchange.session)
    }
}

/// `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, rest)) => text.strip_prefix(before).is_some_and(|text| {
            text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| fits(rest, &text[at..]))
        }),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
    rate.ok_or_else(|| "write how many a second, as in 50 or 0.5".to_owned())
}
