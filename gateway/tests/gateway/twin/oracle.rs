//! The real framework, in a process that lives as long as the test: it builds the tables and answers the requests.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use gateway::legacy::import::SCRIPT;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::table::Table;
use crate::originals;

pub(super) struct Oracle {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// The importer as it is shipped; gone with the process that reads it.
    _script: NamedTempFile,
}

#[derive(Deserialize)]
pub(super) struct Answer {
    /// As the product's own importer sees the application.
    pub(super) lock: Value,
    pub(super) outcomes: Vec<Vec<Value>>,
}

impl Oracle {
    /// `environment` is a folder below `.dev/python/`, made by `./dev`.
    pub(super) fn start(environment: &str) -> Self {
        let script = tempfile::Builder::new().suffix(".py").tempfile().unwrap();
        fs::write(script.path(), SCRIPT).unwrap();
        let mut process = originals::python(environment, "gateway/tests/gateway/twin/app.py")
            .arg(script.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let questions = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, questions, answers, _script: script }
    }

    pub(super) fn ask(&mut self, table: &Table, requests: &[(String, String)]) -> Answer {
        let question =
            json!({"table": table.spec, "server_root_path": table.server_root_path, "requests": requests});
        let questions = self.questions.as_mut().unwrap();
        writeln!(questions, "{question}").unwrap();
        questions.flush().unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} for the table {}", table.spec))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // The end of its input is the end of its work.
        drop(self.questions.take());
        let _ = self.process.wait();
    }
}
