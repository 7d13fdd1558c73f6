//! The Python that our twins are compared with, in a process of its own.
//!
//! The matcher's mutants are tried without `compat-tests`, so this file asks nothing of it.

use std::{
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use serde::de::DeserializeOwned;

/// Runs a script of the repository; `environment` is a folder below `.dev/python/`, made by `./dev`.
pub(crate) fn python(environment: &str, script: &str) -> Command {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = repository.join(".dev/python").join(environment).join("bin/python");
    assert!(python.exists(), "{} is missing: run the tests with ./dev test", python.display());
    let mut command = Command::new(python);
    command.arg(repository.join(script));
    command.env("PYTHONWARNINGS", "ignore").env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// What a script says to each of these lines.
pub(crate) fn answers<T: DeserializeOwned>(environment: &str, script: &str, questions: String) -> Vec<T> {
    let mut command = python(environment, script);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(questions.as_bytes()));
    let mut told = String::new();
    process.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    writer.join().unwrap().unwrap();
    assert!(process.wait().unwrap().success());
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
