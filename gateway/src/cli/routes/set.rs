//! `gateway routes set`: one word in the routes file, judged before it is written, and never forgotten.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant, SystemTime},
};

use clap::Args;

use super::FileArgs;
use crate::{
    cli::{CONFIGURATION, ENVIRONMENT, FINE, report},
    config::mistakes::Mistakes,
    routes::{
        file::{NoSuchRoute, Owner, RoutesFile, edit},
        history::{self, Change, Owners, Via, journal::Journal, origin},
        key::RouteKey,
        rewrite::{RewriteError, rewrite},
    },
};

/// What an edit by hand is called when `set` is the first to see it.
const BY_HAND: &str = "edited by hand before this";
const LONGEST_NOTE: usize = 500;
/// Nobody holds the history for longer than a write takes; a stopped process, or a stuck disk, does.
const PATIENCE: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_millis(20);

#[derive(Args)]
pub(super) struct SetArgs {
    /// METHOD + template, as `gateway routes list` prints it
    key: String,
    /// legacy, native or deny
    owner: String,
    /// Why, for the history
    #[arg(long, value_parser = note)]
    note: Option<String>,
    #[command(flatten)]
    files: FileArgs,
}

#[derive(Debug, thiserror::Error)]
enum SetError {
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    #[error(transparent)]
    NoSuchRoute(#[from] NoSuchRoute),
    #[error("{} would have a mistake, so it was not changed:\n\n{mistakes}", path.display())]
    Would { path: PathBuf, mistakes: Mistakes },
    #[error("{}: `{key}` is written in a way that cannot be changed in place: change it by hand", path.display())]
    Layout { path: PathBuf, key: RouteKey },
    #[error("{}: cannot be written: {source}\nnothing was changed: a change without a history is not made", path.display())]
    History { path: PathBuf, source: io::Error },
    #[error("another process holds {} and did not let go of it within {} seconds\nnothing was changed: say it again, or see who it is with `fuser`", path.display(), PATIENCE.as_secs())]
    Held { path: PathBuf },
    #[error("{}", chain(.0))]
    Rewrite(#[from] RewriteError),
    #[error("{}: cannot be written: {source}\nthe owner was changed; a running gateway, or the next one, tries again to write it down", path.display())]
    Unrecorded { path: PathBuf, source: io::Error },
}

/// What is to be done to the file as it is now.
struct Plan {
    path: PathBuf,
    route: RouteKey,
    from: Owner,
    to: Owner,
    before: String,
    after: String,
    /// Everybody's owner before.
    owners: Owners,
    /// What the settings lack for it, as far as they are known here: those of the running gateway may be others.
    lacking: Mistakes,
}

#[expect(clippy::print_stdout, reason = "what a command prints is its answer")]
pub(super) fn run(arguments: &SetArgs) -> ExitCode {
    match set(arguments) {
        Ok(Plan { route, from, to, .. }) if from == to => println!("{route}: stays {to}"),
        Ok(Plan { route, from, to, lacking, .. }) => {
            println!("{route}: {from} -> {to}");
            lacking.iter().for_each(|mistake| {
                eprintln!("warning: a gateway with these settings refuses it: {mistake}")
            });
        }
        Err(SetError::Mistakes(mistakes)) => return report(&mistakes),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(error.exit_code());
        }
    }
    ExitCode::from(FINE)
}

fn set(arguments: &SetArgs) -> Result<Plan, SetError> {
    // Judged once without the lock, so that a mistake leaves no trace, not even an empty history.
    let routes = plan(arguments)?.path;
    let history = history::beside(&routes);
    let refused = |source| SetError::History { path: history.clone(), source };
    let held = || SetError::Held { path: history.clone() };
    let mut journal = hold(&routes).map_err(refused)?.ok_or_else(held)?;
    // What counts is the file as it is now that nobody else may change it.
    let plan = plan(arguments)?;
    if plan.after == plan.before {
        return Ok(plan);
    }
    let changes = changes(&plan, &journal.owners().map_err(refused)?, arguments.note.as_deref());
    if let Some(warning) = rewrite(&plan.path, &plan.before, &plan.after)?.warning(&plan.path) {
        eprintln!("{warning}");
    }
    // After the file, not before: a crash between the two leaves a change that the gateway finds and tells.
    if !changes.is_empty() {
        journal.append(&changes).map_err(|source| SetError::Unrecorded { path: history, source })?;
    }
    Ok(plan)
}

/// Waits for whoever is writing, but not for ever.
#[expect(clippy::disallowed_methods, reason = "a command has no runtime whose thread this would block")]
fn hold(routes: &Path) -> io::Result<Option<Journal>> {
    let start = Instant::now();
    loop {
        let journal = Journal::try_open(routes)?;
        if journal.is_some() || start.elapsed() > PATIENCE {
            return Ok(journal);
        }
        std::thread::sleep(RETRY);
    }
}

fn plan(arguments: &SetArgs) -> Result<Plan, SetError> {
    let routing = arguments.files.routing()?;
    let known = routing.sources.known();
    let route = known.named(&arguments.key)?;
    let (path, before) = (routing.sources.routes_path.clone(), routing.running.text.clone());
    let present = RoutesFile::parse(&path, &before, &known)?;
    let layout = || SetError::Layout { path: path.clone(), key: route.clone() };
    let after = edit::with_owner(&before, &route, &arguments.owner).ok_or_else(layout)?;
    let next = RoutesFile::parse(&path, &after, &known)
        .map_err(|mistakes| SetError::Would { path: path.clone(), mistakes })?;
    let (from, to) = (present.owner(&route, &known), next.owner(&route, &known));
    // The edit is text; that it means what was asked for, and nothing else, is seen here.
    if next != present.with_owner(&route, to) {
        return Err(layout());
    }
    let owners = history::owners(&routing.running);
    let (mut earlier, mut lacking) = (Mistakes::default(), Mistakes::default());
    routing.sources.complete(&routing.running, &mut earlier);
    routing.sources.complete(&routing.sources.join(0, &next, after.clone()), &mut lacking);
    lacking.retain(|mistake| !earlier.iter().any(|known| known == mistake));
    Ok(Plan { path, route, from, to, before, after, owners, lacking })
}

fn changes(plan: &Plan, recorded: &Owners, note: Option<&str>) -> Vec<Change> {
    let at = origin::timestamp(SystemTime::now());
    let by = origin::owner_of(&plan.path);
    let mut changes: Vec<Change> = history::unrecorded(&plan.owners, recorded)
        .into_iter()
        .map(|change| change.told(&at, &by, Via::Set, Some(BY_HAND)))
        .collect();
    if plan.from != plan.to {
        let own = history::Unrecorded { route: plan.route.clone(), from: plan.from, to: plan.to };
        changes.push(own.told(&at, &origin::here(), Via::Set, note));
    }
    changes
}

impl SetError {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Mistakes(_) | Self::NoSuchRoute(_) | Self::Would { .. } | Self::Layout { .. } => {
                CONFIGURATION
            }
            Self::History { .. } | Self::Held { .. } | Self::Rewrite(_) | Self::Unrecorded { .. } => {
                ENVIRONMENT
            }
        }
    }
}

fn chain(error: &RewriteError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[derive(Debug, thiserror::Error)]
enum BadNote {
    #[error("a note is one line of text")]
    Control,
    #[error("a note has at most {LONGEST_NOTE} characters")]
    TooLong,
}

fn note(text: &str) -> Result<String, BadNote> {
    if text.chars().any(char::is_control) {
        return Err(BadNote::Control);
    }
    if text.chars().count() > LONGEST_NOTE {
        return Err(BadNote::TooLong);
    }
    Ok(text.to_owned())
}
