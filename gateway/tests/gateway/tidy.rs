//! The shape of the code: what ARCHITECTURE.md promises about files and layers, checked from the sources.

mod crates;
mod documented;
mod layers;
mod resources;

use std::path::{Path, PathBuf};

use compat_tests::repository;

const LONGEST: usize = 500;
const MEDIAN: usize = 150;

/// A Rust source of the workspace, its path relative to the repository.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every Rust source of the workspace.
pub(crate) fn sources() -> Vec<Source> {
    let root = repository();
    let mut sources = Vec::new();
    for member in ["gateway/src", "gateway/macros/src", "gateway/tests", "compat-tests/src"] {
        collect(&root, &root.join(member), &mut sources);
    }
    assert!(sources.len() > 50, "only {} sources were found", sources.len());
    sources
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            sources.push(Source { path, text });
        }
    }
}

#[test]
fn a_file_is_one_idea() {
    let mut lengths: Vec<(usize, String)> =
        sources().into_iter().map(|source| (source.text.lines().count(), source.path)).collect();
    lengths.sort();
    let (longest, path) = lengths.last().unwrap();
    assert!(*longest <= LONGEST, "{path} has {longest} lines: move the walls");
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median < MEDIAN, "the median file has {median} lines");
}

#[test]
fn a_file_says_first_what_it_decides() {
    for source in sources() {
        assert!(
            source.text.starts_with("//! "),
            "{} does not begin with a sentence about itself",
            source.path
        );
    }
}

#[test]
fn no_test_is_switched_off_and_no_file_is_a_drawer() {
    // Written apart, or this file would find itself.
    let ignored = ["#[", "ignore"].concat();
    for source in sources() {
        assert!(!source.text.contains(&ignored), "{} switches a test off", source.path);
        let name = source.path.rsplit('/').next().unwrap();
        let drawers = ["mod.rs", "util.rs", "utils.rs", "common.rs", "types.rs", "helpers.rs"];
        assert!(!drawers.contains(&name), "{}: name the file after its idea", source.path);
    }
}
