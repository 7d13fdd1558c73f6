//! What was found out about a migration.

use std::fmt;

use serde::Serialize;

use super::rows::RowChange;
use crate::migrate::{
    difference::{self, Difference},
    file::Migration,
};

#[derive(Debug, Serialize)]
pub struct Verdict {
    pub migration: String,
    pub phase: &'static str,
    pub reversible: &'static str,
    /// How many were written between the way up and the way down.
    pub probe_rows: usize,
    pub findings: Vec<Finding>,
    pub notes: Vec<String>,
}

/// What speaks against it.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub stage: Stage,
    #[serde(flatten)]
    pub what: Finds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::Display)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[strum(serialize = "up")]
    Up,
    #[strum(serialize = "up a second time")]
    SecondUp,
    #[strum(serialize = "down")]
    Down,
    #[strum(serialize = "up after down")]
    UpAgain,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finds {
    /// The engine or the server would not go on.
    Failed(String),
    Schema(Vec<Difference>),
    Rows(Vec<RowChange>),
    /// The next values would be ones that rows have already.
    Sequences(Vec<String>),
}

impl Verdict {
    pub(super) fn of(migration: &Migration) -> Self {
        let header = &migration.header;
        Self {
            migration: migration.stem(),
            phase: header.phase.name(),
            reversible: header.reversible.name(),
            probe_rows: 0,
            findings: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub fn is_proved(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn failed(&mut self, stage: Stage, error: impl fmt::Display) {
        self.findings.push(Finding { stage, what: Finds::Failed(error.to_string()) });
    }

    pub(super) fn schema(&mut self, stage: Stage, found: Vec<Difference>) {
        if !found.is_empty() {
            self.findings.push(Finding { stage, what: Finds::Schema(found) });
        }
    }

    pub(super) fn rows(&mut self, stage: Stage, found: Vec<RowChange>) {
        if !found.is_empty() {
            self.findings.push(Finding { stage, what: Finds::Rows(found) });
        }
    }

    pub(super) fn sequences(&mut self, stage: Stage, found: Vec<String>) {
        if !found.is_empty() {
            self.findings.push(Finding { stage, what: Finds::Sequences(found) });
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = match &self.what {
            Finds::Failed(error) => error.clone(),
            Finds::Schema(found) => difference::summary(found),
            Finds::Rows(found) => found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            Finds::Sequences(found) => found.join("\n"),
        };
        let head = match (&self.what, self.stage) {
            (Finds::Failed(_), _) => "does not work",
            (Finds::Schema(_), Stage::Up) => "the schema is another than it should be",
            (Finds::Schema(_), Stage::SecondUp) => "the schema is another than after the first time",
            (Finds::Schema(_), Stage::Down) => "the schema is not as it was before",
            (Finds::Schema(_), Stage::UpAgain) => "the schema is another than after the first way up",
            (Finds::Rows(_), Stage::Up) => "rows that were there are not as they were",
            (Finds::Rows(_), Stage::SecondUp) => "rows are another than after the first time",
            (Finds::Rows(_), Stage::Down) => "rows are not as they were before",
            (Finds::Rows(_), Stage::UpAgain) => "what was written in between has not come back",
            (Finds::Sequences(_), _) => "a sequence gives out values again",
        };
        write!(formatter, "{}: {head}", self.stage)?;
        for line in told.lines() {
            write!(formatter, "\n  {line}")?;
        }
        Ok(())
    }
}
