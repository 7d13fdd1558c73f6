//! `gateway compat replay`: a recording is asked again, and what comes back is judged.

mod run;

use std::{collections::HashMap, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, ValueEnum};

use super::{INCONCLUSIVE, given};
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, answer, tell},
    parity::{
        exchange::{Exchange, Outcome},
        recording::{BadRecording, Unwritten},
        replay::{
            graph::{Graph, Order},
            play::{Options, Pace, Stopped},
            state::Failed,
        },
        wire::dial::Target,
    },
};

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
    Usage(String),
    #[error(transparent)]
    Hook(#[from] Failed),
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error(transparent)]
    Unwritten(#[from] Unwritten),
    #[error("the runtime does not start: {0}")]
    Runtime(std::io::Error),
}

impl Failure {
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Recording(_) | Self::Usage(_) => CONFIGURATION,
            Self::Hook(_) | Self::Stopped(_) | Self::Unwritten(_) | Self::Runtime(_) => ENVIRONMENT,
        }
    }
}

impl Manner {
    pub(super) fn options(&self, target: &Target, replaced: HashMap<String, String>) -> Options {
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
    match replay(arguments) {
        Ok(code) => code,
        Err(failure) => {
            tell(&with_source(&failure));
            ExitCode::from(failure.code())
        }
    }
}

fn with_source(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

fn replay(arguments: &ReplayArgs) -> Result<ExitCode, Failure> {
    let (recording, is_damaged) = given::recording(&arguments.recording)?;
    let chosen = |exchange: &Exchange| arguments.chooses(exchange);
    if !recording.exchanges.iter().any(chosen) {
        return Err(Failure::Usage(format!(
            "{}: no exchange fits; `gateway compat explain` shows one",
            arguments.recording.display()
        )));
    }
    let graph = Graph::of(&recording.exchanges, arguments.manner.order, &chosen);
    let options = arguments.manner.options(&arguments.target, HashMap::new());
    let play = run::Play {
        recording: &recording,
        graph: &graph,
        options: &options,
        out: arguments.out.as_deref(),
        order: arguments.manner.order,
    };
    let heard = play.run()?;
    let count = |test: fn(&Outcome) -> bool| heard.iter().filter(|exchange| test(&exchange.outcome)).count();
    let blocked = count(|outcome| matches!(outcome, Outcome::Blocked(_)));
    let text = format!(
        "{} asked, {} answered, {} broken, {blocked} blocked\n",
        heard.len() - blocked,
        count(|outcome| matches!(outcome, Outcome::Answered(_))),
        count(|outcome| matches!(outcome, Outcome::Broken(_))),
    );
    Ok(answer(&text, if blocked > 0 || is_damaged { INCONCLUSIVE } else { FINE }))
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
