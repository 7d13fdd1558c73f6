//! `gateway auth keys`: the keys with their states, and the steps of a rotation.

mod overlap;

use std::{path::Path, process::ExitCode, time::SystemTime};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{DirectoryArgs, refuse_store, shown};
use crate::{
    auth::keys::{Change, KeySet, Keys, Opened, Refused, Store, StoreError},
    cli::{CONFIGURATION, FINE, answer, report, tell},
    config::mistakes::Mistakes,
};

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway auth keys --json
  gateway auth keys activate NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs
  gateway auth keys remove NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs

A rotation: `gateway auth keygen` adds an upcoming key; five minutes later everybody who keeps a copy of the JWKS has it,
and `activate` lets it sign, which retires the one before; once what that one has signed is no longer good, `remove` takes
it away. A secret under refresh tokens goes the same way under its name, such as `refresh-1`.

With --json one object: {directory, keys: [{kid, algorithm, state, since, file}], refresh: [{name, id, state, since,
file}], warnings: [{place, what, help}]}; of a step {name, state, changed, retired}. No secret is ever shown.

Exit codes: 0 fine, 2 a mistake in the directory or a step that is refused, 3 the directory cannot be written";

#[derive(Args)]
pub(super) struct KeysArgs {
    #[command(subcommand)]
    step: Option<Step>,
    #[command(flatten)]
    directory: DirectoryArgs,
    /// Print one JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Step {
    /// Sign with this key from now on; the one that signed before retires
    #[command(
        after_help = "Example:\n  gateway auth keys activate NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    )]
    Activate(Named),
    /// Give up a key that does not sign
    #[command(
        after_help = "Example:\n  gateway auth keys retire NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    )]
    Retire(Named),
    /// Take a key away with its file; refused while a token that it has signed may be good
    #[command(
        after_help = "Example:\n  gateway auth keys remove NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    )]
    Remove {
        #[command(flatten)]
        named: Named,
        /// Whatever it has signed: such tokens are refused from now on
        #[arg(long)]
        now: bool,
    },
}

#[derive(Args)]
struct Named {
    /// As `gateway auth keys` shows it
    #[arg(value_name = "KID", allow_hyphen_values = true)]
    name: String,
}

pub(super) fn run(arguments: &KeysArgs) -> ExitCode {
    let directory = match arguments.directory.find() {
        Ok(directory) => directory,
        Err(mistakes) => return report(&mistakes),
    };
    let Some(step) = &arguments.step else { return list(&directory, arguments.json) };
    match take(&directory, step) {
        Ok(taken) => answer(&taken.told(arguments.json), FINE),
        Err(NotTaken::Store(error)) => refuse_store(&error),
        Err(NotTaken::Mistakes(mistakes)) => report(&mistakes),
        Err(NotTaken::Refused(error)) => {
            tell(&error.to_string());
            ExitCode::from(CONFIGURATION)
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum NotTaken {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
}

struct Taken<'s> {
    name: &'s str,
    /// Nothing once the key is gone.
    change: Option<Change>,
}

fn take<'s>(directory: &Path, step: &'s Step) -> Result<Taken<'s>, NotTaken> {
    let mut store = Store::open(directory)?;
    let (mut manifest, now) = (store.manifest().clone(), SystemTime::now());
    let (named, change) = match step {
        Step::Activate(named) => {
            // A key that cannot be read must not be the one that signs.
            Keys::open(directory)?;
            (named, manifest.activate(&named.name, now)?)
        }
        Step::Retire(named) => (named, manifest.retire(&named.name, now)?),
        Step::Remove { named, now: at_once } => {
            let overlap = if *at_once { None } else { Some(overlap::overlap()?) };
            let file = manifest.remove(&named.name, overlap, now)?;
            store.save(manifest)?;
            store.remove_file(&file)?;
            return Ok(Taken { name: &named.name, change: None });
        }
    };
    if matches!(change, Change::Now(..)) {
        store.save(manifest)?;
    }
    Ok(Taken { name: &named.name, change: Some(change) })
}

impl Taken<'_> {
    fn told(&self, json: bool) -> String {
        let name = self.name;
        if json {
            let (state, changed, retired) = match &self.change {
                None => (None, true, None),
                Some(Change::Already(state)) => (Some(state.name()), false, None),
                Some(Change::Now(state, retired)) => (Some(state.name()), true, retired.as_deref()),
            };
            let object = json!({ "name": name, "state": state, "changed": changed, "retired": retired });
            return format!("{object}\n");
        }
        match &self.change {
            None => format!("{name}: removed\n"),
            Some(Change::Already(state)) => format!("{name}: stays {state}\n"),
            Some(Change::Now(state, None)) => format!("{name}: {state}\n"),
            Some(Change::Now(state, Some(retired))) => format!("{name}: {state}; {retired} retires\n"),
        }
    }
}

fn list(directory: &Path, json: bool) -> ExitCode {
    let Opened { keys, warnings } = match Keys::open(directory) {
        Ok(opened) => opened,
        Err(mistakes) => return report(&mistakes),
    };
    if json {
        let mut object = summary(&keys.current());
        object["directory"] = shown(directory).into();
        object["warnings"] = crate::cli::check::list(&warnings).into();
        return answer(&format!("{object}\n"), FINE);
    }
    warnings.iter().for_each(|warning| tell(&format!("warning: {warning}")));
    answer(&table(&keys.current()), FINE)
}

/// What may be told of a set: `check` shows the same.
pub(in crate::cli) fn summary(set: &KeySet) -> Value {
    let keys = set.keys().iter().map(|key| {
        json!({
            "kid": key.kid(),
            "algorithm": key.algorithm().name(),
            "state": key.state().name(),
            "since": moment(key.since()),
            "file": key.file(),
        })
    });
    let refresh = set.refresh().states().map(|secret| {
        json!({
            "name": secret.name(),
            "id": secret.id,
            "state": secret.state.name(),
            "since": moment(secret.since),
            "file": secret.file,
        })
    });
    json!({ "keys": keys.collect::<Vec<_>>(), "refresh": refresh.collect::<Vec<_>>() })
}

pub(in crate::cli) fn table(set: &KeySet) -> String {
    let keys = set.keys().iter().map(|key| {
        let (kid, algorithm, state, since) = (key.kid(), key.algorithm(), key.state(), moment(key.since()));
        format!("{algorithm:7}  {state:8}  {since}  {kid}\n")
    });
    let refresh = set.refresh().states().map(|secret| {
        let (state, since, name) = (secret.state, moment(secret.since), secret.name());
        format!("{:7}  {state:8}  {since}  {name}\n", "refresh")
    });
    keys.chain(refresh).collect()
}

fn moment(moment: SystemTime) -> String {
    humantime::format_rfc3339_seconds(moment).to_string()
}
