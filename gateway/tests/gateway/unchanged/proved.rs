//! The recordings would show a port that goes wrong: of a good run each answer is broken in every way there is, and every
//! break is found, or explained in `explained.toml` beside the recording.

use compat_tests::{
    gateway_process::run_to_end,
    recordings::{CREDENTIALS, folder, rules},
    sample::Version,
};
use serde_json::Value;

use super::{NEWEST, asked_again};
use crate::house::{binary, show};

/// What a suite must be tried with, or it proves little.
const LEAST_BREAKS: u64 = 1_000;
const LEAST_KINDS: usize = 20;

#[test]
fn every_break_of_the_newest_is_found() {
    prove(Version::Newest, "proved_newest");
}

#[test]
fn every_break_of_the_oldest_is_found() {
    prove(Version::V0_115, "proved_oldest");
}

fn prove(version: Version, database: &str) {
    let files = tempfile::tempdir().unwrap();
    let run = files.path().join("run");
    asked_again(version, &NEWEST[0], "seeded", database, Some(&run));
    let explained = folder(version).join("explained.toml");
    let (recording, rules) = (folder(version), rules());
    let paths = [&recording, &run, &rules, &explained].map(|path| path.to_str().unwrap());
    let [recording, run, rules, explained] = paths;
    let arguments =
        ["compat", "mutate", recording, "--run", run, "--rules", rules, "--explained", explained, "--json"];
    let done = run_to_end(binary(), &arguments, files.path(), &CREDENTIALS).unwrap();
    let score: Value = serde_json::from_str(&done.stdout)
        .unwrap_or_else(|error| panic!("{error}: {:?} {}", done.code, done.stderr));
    let of = |pointer: &str| score.pointer(pointer).cloned().unwrap_or_default();
    let (survivors, needless) = (of("/score/survivors"), of("/needless"));
    assert_eq!(done.code, Some(0), "{survivors:#} {needless:#}");
    let all = of("/score/all");
    show(&format!(
        "compat {}: {all} of {} kinds",
        version.name(),
        of("/score/kinds").as_object().unwrap().len()
    ));
    assert!(all["broken"].as_u64().unwrap() >= LEAST_BREAKS, "{all}");
    assert!(of("/score/kinds").as_object().unwrap().len() >= LEAST_KINDS, "{score}");
}
