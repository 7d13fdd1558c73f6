//! `gateway compat mutate`: which mistakes of a port would the recording and the rules let through?

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use strum::VariantNames;

use super::{INCONCLUSIVE, SELF_TEST, given};
use crate::{
    cli::{CONFIGURATION, FINE, answer, tell},
    parity::{
        exchange::Exchange,
        judge::{Judge, comparable},
        learn::Learned,
        mutate::{Breaker, Choice, Explained, Extent, Kind, Pair, Score, Tally},
        rules::{Operation, Rules},
    },
};

pub(super) const EXAMPLE: &str = "Examples:\n  \
     gateway compat mutate recordings/session --run runs/legacy --rules compat-tests/rules.toml\n  \
     gateway compat mutate recordings/session --run runs/legacy --kind zone --kind stale --json\n\n\
     A run is what `gateway compat replay --out` wrote when it asked the legacy. Each of its answers is broken in over fifty \
     ways, one at a time, and judged as any answer is.\n\n\
     Exit codes: 0 every break was found or is explained, 2 usage, or a file that is wrong, 4 inconclusive: the run already \
     differs from the recording, or a recording is damaged, 6 breaks would be missed";

#[derive(Args)]
pub(super) struct MutateArgs {
    /// The folder of a recording
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// A run of it against the legacy; without one the recorded answers are broken themselves, and nothing that is
    /// generated can be stale
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// What may differ: a rules.toml
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,
    /// What varies, as `learn` wrote it [default: learned.json in the recording]
    #[arg(long, value_name = "FILE")]
    learned: Option<PathBuf>,
    /// Breaks that nobody can find, each with its reason
    #[arg(long, value_name = "FILE")]
    explained: Option<PathBuf>,
    /// Only these ways; may be given more than once
    #[arg(long, value_name = "KIND", value_parser = clap::builder::PossibleValuesParser::new(Kind::VARIANTS))]
    kind: Vec<String>,
    /// Only this route, as the recording names it; `*` at its end for several
    #[arg(long, value_name = "ROUTE")]
    only: Option<String>,
    /// Every item of every array and every exchange, instead of one of each
    #[arg(long)]
    all: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What everything is held against.
struct Given {
    reference: Vec<Exchange>,
    live: Vec<Exchange>,
    learned: Learned,
    rules: Rules,
    explained: Explained,
    is_damaged: bool,
}

pub(super) fn run(arguments: &MutateArgs) -> ExitCode {
    match read(arguments) {
        Ok(given) => tried(arguments, given),
        Err(told) => {
            tell(&told);
            ExitCode::from(CONFIGURATION)
        }
    }
}

fn read(arguments: &MutateArgs) -> Result<Given, String> {
    let open = |folder: &Path| given::recording(folder).map_err(|error| error.to_string());
    let (recording, is_damaged) = open(&arguments.recording)?;
    let (live, is_run_damaged) = match &arguments.run {
        Some(folder) => open(folder).map(|(run, damaged)| (run.exchanges, damaged))?,
        None => (recording.exchanges.clone(), false),
    };
    let rules = arguments.rules.as_deref().map(given::rules_in).transpose()?.unwrap_or_default();
    let learned = given::learned_for(&arguments.recording, arguments.learned.as_deref())?;
    let explained = arguments.explained.as_deref().map(explained_in).transpose()?.unwrap_or_default();
    let is_damaged = is_damaged || is_run_damaged;
    let live = comparable(&recording.exchanges, live);
    Ok(Given { reference: recording.exchanges, live, learned, rules, explained, is_damaged })
}

fn explained_in(path: &Path) -> Result<Explained, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
    Explained::parse(&text).map_err(|error| format!("{}: {}", path.display(), with_source(&error)))
}

fn with_source(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

fn tried(arguments: &MutateArgs, given: Given) -> ExitCode {
    let Given { reference, live, learned, rules, mut explained, is_damaged } = given;
    if reference.is_empty() || live.is_empty() {
        return ExitCode::from(INCONCLUSIVE);
    }
    let judge = Judge::new(&reference, &learned, &rules);
    let looked: Vec<_> = live.iter().map(|exchange| judge.look(exchange)).collect();
    let good = judge.conclude(looked.iter());
    if !good.findings.is_empty() || !good.blocked.is_empty() {
        tell(&format!(
            "nothing was tried: the good answers already differ in {} places, and {} exchanges were blocked; `gateway compat \
             diff` shows where",
            good.findings.len(),
            good.blocked.iter().map(|blocked| blocked.exchanges.len()).sum::<usize>(),
        ));
        return ExitCode::from(INCONCLUSIVE);
    }
    let settled = judge.settle(looked);
    let is_chosen = |route: &str| match arguments.only.as_deref() {
        None => true,
        Some(only) => Operation::new(only).is_about(route),
    };
    let pairs = pairs(&reference, &live);
    let kinds: BTreeSet<Kind> = arguments.kind.iter().filter_map(|kind| kind.parse().ok()).collect();
    let extent = if arguments.all { Extent::All } else { Extent::Each };
    let mut breaker = Breaker::new(pairs.clone(), Choice { extent, kinds: &kinds });
    let mut score = Score::default();
    let bar = bar(pairs.len());
    for (at, pair) in pairs.iter().enumerate().filter(|(_, pair)| is_chosen(&pair.live.route)) {
        let mut broken = pair.live.clone();
        for mutant in breaker.of(at) {
            broken.outcome = mutant.outcome(&pair.live.outcome);
            score.count(&mutant, settled.is_wrong_with(&judge.look(&broken)), &mut explained);
        }
        bar.set_position(at as u64 + 1);
    }
    bar.finish_and_clear();
    score.left_out = breaker.left_out();
    let is_narrowed = arguments.only.is_some() || !arguments.kind.is_empty();
    let needless = if is_narrowed { Vec::new() } else { explained.needless() };
    let text = if arguments.json { json(&score, &needless) } else { table(&score, &needless) };
    let code = match () {
        // What would be missed may be what is missing.
        () if is_damaged => INCONCLUSIVE,
        () if !score.is_whole() || !needless.is_empty() => SELF_TEST,
        () => FINE,
    };
    answer(&text, code)
}

fn pairs<'a>(reference: &'a [Exchange], live: &'a [Exchange]) -> Vec<Pair<'a>> {
    let live: HashMap<u64, &Exchange> = live.iter().map(|exchange| (exchange.id, exchange)).collect();
    let pairs = reference.iter();
    pairs.filter_map(|reference| Some(Pair { reference, live: live.get(&reference.id)? })).collect()
}

/// Draws nothing where nobody looks.
fn bar(length: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} exchanges  {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style)
}

fn json(score: &Score, needless: &[String]) -> String {
    let document =
        serde_json::json!({ "schema": "gateway-compat-mutants/1", "score": score, "needless": needless });
    format!("{document:#}\n")
}

/// Two tables, then what would be missed.
fn table(score: &Score, needless: &[String]) -> String {
    let mut text = String::new();
    let kinds = score.kinds.iter().map(|(kind, tally)| (kind.to_string(), *tally));
    rows(&mut text, "kind", kinds.collect());
    let routes = score.routes.iter().map(|(route, tally)| (route.clone(), *tally));
    rows(&mut text, "route", routes.collect());
    for survivor in &score.survivors {
        let crate::parity::mutate::Survivor { kind, route, place, exchange, .. } = survivor;
        let _ = writeln!(text, "missed: {kind} of {route} at {place}, in exchange {exchange}");
    }
    for entry in needless {
        let _ = writeln!(text, "explained, but never missed: {entry}");
    }
    if score.left_out > 0 {
        let _ = writeln!(
            text,
            "{} places of very long documents were not broken; --all breaks them",
            score.left_out
        );
    }
    let Tally { broken, found, explained } = score.all;
    let missed = score.survivors.len();
    let _ = writeln!(
        text,
        "{broken} breaks of {} kinds: {found} found, {explained} explained, {missed} missed",
        score.kinds.len()
    );
    text
}

fn rows(text: &mut String, title: &str, rows: Vec<(String, Tally)>) {
    let width =
        rows.iter().map(|(name, _)| name.chars().count()).chain([title.len()]).max().unwrap_or_default();
    let _ = writeln!(text, "{title:width$}  broken   found  explained");
    for (name, Tally { broken, found, explained }) in rows {
        let _ = writeln!(text, "{name:width$}  {broken:6}  {found:6}  {explained:9}");
    }
    text.push('\n');
}
