//! `gateway auth keygen`: a new key in the directory of keys; nothing that is there is written over.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::{DirectoryArgs, refuse_generating, refuse_store, shown};
use crate::{
    auth::keys::{Change, Generated, KeyAlgorithm, Keys, Store, generate, generate_refresh},
    cli::{FINE, answer, report, tell},
};

pub(super) const EXAMPLE: &str = "\
Examples:
  gateway auth keygen --dir keys
  gateway auth keygen --algorithm EdDSA
  gateway auth keygen --refresh

The first key signs at once; a later one is upcoming, which is published at /.well-known/jwks.json and signs nothing,
until `gateway auth keys activate` says so or `--activate` is given. A secret under refresh tokens is made with the first
key. The directory and its files may be read by their owner only; a running gateway takes them within a second.

With --json one object: {directory, keys: [{name, algorithm, state, file, retired}]}; algorithm is null for a secret
under refresh tokens, retired the key that signed before. No secret is ever shown.

Exit codes: 0 made, 2 a mistake in what is there, 3 the directory cannot be written";

#[derive(Args)]
pub(super) struct KeygenArgs {
    #[command(flatten)]
    directory: DirectoryArgs,
    /// ES256, EdDSA, RS256 or HS256; whoever verifies tokens of HS256 can forge them
    #[arg(long, default_value_t = KeyAlgorithm::Es256)]
    algorithm: KeyAlgorithm,
    /// Make another secret under refresh tokens instead
    #[arg(long, conflicts_with = "algorithm")]
    refresh: bool,
    /// Use it at once: what was used before retires
    #[arg(long)]
    activate: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &KeygenArgs) -> ExitCode {
    let directory = match arguments.directory.find() {
        Ok(directory) => directory,
        Err(mistakes) => return report(&mistakes),
    };
    let mut store = match Store::create(&directory) {
        Ok(store) => store,
        Err(error) => return refuse_store(&error),
    };
    let made = if arguments.refresh {
        generate_refresh(&mut store, arguments.activate).map(|made| vec![made])
    } else {
        generate(&mut store, arguments.algorithm, arguments.activate)
    };
    let made = match made {
        Ok(made) => made,
        Err(error) => return refuse_generating(&error),
    };
    // What the gateway would say of them is better known now than when it reads them.
    match Keys::open(&directory) {
        Ok(opened) => opened.warnings.iter().for_each(|warning| tell(&format!("warning: {warning}"))),
        Err(mistakes) => return report(&mistakes),
    }
    if arguments.json {
        let keys: Vec<Value> = made.iter().map(object).collect();
        return answer(&format!("{}\n", json!({ "directory": shown(&directory), "keys": keys })), FINE);
    }
    let lines: String = made.iter().map(line).collect();
    answer(&lines, FINE)
}

fn object(made: &Generated) -> Value {
    let (state, retired) = match &made.change {
        Change::Now(state, retired) => (state, retired.as_deref()),
        Change::Already(state) => (state, None),
    };
    json!({
        "name": made.name,
        "algorithm": made.algorithm.map(KeyAlgorithm::name),
        "state": state.name(),
        "file": made.file,
        "retired": retired,
    })
}

fn line(made: &Generated) -> String {
    let name = &made.name;
    let kind = made.algorithm.map_or("refresh", KeyAlgorithm::name);
    match &made.change {
        Change::Now(state, None) | Change::Already(state) => format!("{kind} {name}: {state}\n"),
        Change::Now(state, Some(retired)) => format!("{kind} {name}: {state}; {retired} retires\n"),
    }
}
