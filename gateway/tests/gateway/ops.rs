//! The ops commands: `routes set`, `routes history` and `routes list`, alone and beside a running gateway.

mod history;
mod list;
mod set;

use std::path::{Path, PathBuf};

use compat_tests::{
    gateway_process::{Refusal, run_to_end},
    sample::Version,
};
use serde_json::Value;

use crate::house::{Setting, command, shared};

/// An installation that nothing runs in.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn with(routes: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("routes.toml"), routes).unwrap();
        std::fs::write(folder.path().join("legacy.toml"), Setting::sample(Version::Newest).profile).unwrap();
        Self { folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("routes.toml")
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Refusal {
        run(self.folder.path(), arguments)
    }

    /// In the surroundings that a shell makes before it becomes the gateway.
    fn run_in(&self, surroundings: &str, arguments: &[&str]) -> Refusal {
        let lock = shared(Version::Newest).lock.to_str().unwrap();
        let gateway =
            [&["-c", surroundings, "sh", env!("CARGO_BIN_EXE_gateway"), "routes"], arguments].concat();
        run_to_end(Path::new("/bin/sh"), &gateway, self.folder.path(), &[("LEGACY_LOCK", lock)]).unwrap()
    }

    fn history(&self) -> Vec<Value> {
        history(self.folder.path())
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// `gateway routes …` in a folder, with the sample's lock.
fn run(folder: &Path, arguments: &[&str]) -> Refusal {
    run_with(folder, arguments, &[])
}

fn run_with(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Refusal {
    let lock = shared(Version::Newest).lock.to_str().unwrap();
    command(&[&["routes"], arguments].concat(), folder, &[&[("LEGACY_LOCK", lock)], environment].concat())
}

fn history(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("routes.history.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a change is about, without its moment.
fn told(change: &Value) -> [&str; 4] {
    ["via", "route", "from", "to"].map(|name| change[name].as_str().unwrap())
}
