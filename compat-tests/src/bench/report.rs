//! What was measured: told in a few lines, and written as JSON for whoever follows it over time.

use std::fmt::{self, Write as _};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde::Serialize;
use serde_json::{Value, json};

use super::bar::{Bar, median};

/// What `schema` says in the document.
const SCHEMA: u32 = 1;

/// One of the things that are measured, with its bars.
#[derive(Debug)]
pub struct Part {
    pub(super) name: &'static str,
    pub(super) told: String,
    pub(super) rows: Vec<Row>,
    pub(super) bars: Vec<Bar>,
}

/// A figure of each round, of one proxy or one situation.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) rounds: Vec<f64>,
}

pub(super) struct Report {
    /// Of what: the name of its file.
    pub(super) name: &'static str,
    pub(super) is_short: bool,
    /// The measured program has a core to itself.
    pub(super) pinned: bool,
    /// What was measured and beside what, with their versions.
    pub(super) programs: Value,
    pub(super) parts: Vec<Part>,
}

impl Row {
    pub(super) fn new(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit, rounds: Vec::new() }
    }

    pub(super) fn median(&self) -> f64 {
        median(self.rounds.clone())
    }
}

impl Part {
    fn is_good(&self) -> bool {
        self.bars.iter().all(Bar::is_met)
    }

    fn document(&self) -> Value {
        let rows = self.rows.iter().map(
            |row| json!({ "name": row.name, "unit": row.unit, "median": row.median(), "rounds": row.rounds }),
        );
        let bars = self.bars.iter().map(|bar| {
            json!({ "what": bar.what, "measured": bar.ratio, "most": bar.most, "is_met": bar.is_met() })
        });
        json!({
            "name": self.name,
            "told": self.told,
            "rows": rows.collect::<Vec<_>>(),
            "bars": bars.collect::<Vec<_>>(),
        })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = self.told.clone();
        for row in &self.rows {
            write!(told, "\n  {:<12} {:>8.2} {}", row.name, row.median(), row.unit)?;
        }
        for bar in &self.bars {
            write!(told, "\n  {bar}")?;
        }
        formatter.write_str(&told)
    }
}

impl Report {
    pub(super) fn add(&mut self, part: Part) {
        self.parts.push(part);
    }

    pub(super) fn has_parts(&self) -> bool {
        !self.parts.is_empty()
    }

    pub(super) fn is_good(&self) -> bool {
        self.parts.iter().all(Part::is_good)
    }

    fn document(&self, at: SystemTime) -> Value {
        json!({
            "schema": SCHEMA,
            "unix_seconds": at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            "is_short": self.is_short,
            "one_core_each": self.pinned,
            "programs": self.programs,
            "parts": self.parts.iter().map(Part::document).collect::<Vec<_>>(),
        })
    }

    /// In the folder that everything is built in.
    pub(super) fn write(&self) -> anyhow::Result<PathBuf> {
        let program = std::env::current_exe()?;
        let built =
            program.parent().and_then(|profile| profile.parent()).context("a folder to write into")?;
        let folder = built.join("bench");
        fs::create_dir_all(&folder)?;
        let path = folder.join(self.name).with_extension("json");
        let document = serde_json::to_vec_pretty(&self.document(SystemTime::now()))?;
        fs::write(&path, document).with_context(|| format!("write {}", path.display()))?;
        Ok(path)
    }
}

/// The first line of what a program says of itself.
pub(super) fn version(program: &'static str, argument: &str) -> anyhow::Result<String> {
    let program = super::contender::installed(program)?;
    let output = Command::new(&program).arg(argument).output()?;
    let told = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&told).lines().next().unwrap_or_default().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn report(ratio: f64) -> Report {
        let rows = vec![Row { rounds: vec![3.0, 1.0, 2.0], ..Row::new("gateway", "us CPU/request") }];
        let bars = vec![Bar { what: "gateway beside nginx", ratio, most: 1.15 }];
        let part = Part { name: "small", told: "small GET".to_owned(), rows, bars };
        Report { name: "edge", is_short: false, pinned: true, programs: json!({}), parts: vec![part] }
    }

    #[test]
    fn a_missed_bar_is_told_and_written() {
        for (ratio, is_good) in [(1.15, true), (1.16, false)] {
            let report = report(ratio);
            assert_eq!(report.is_good(), is_good);
            assert_eq!(report.parts[0].to_string().contains("MISSED"), !is_good);
            let document = report.document(UNIX_EPOCH + Duration::from_secs(7));
            assert_eq!(document["parts"][0]["bars"][0]["is_met"], is_good, "{document}");
        }
    }

    #[test]
    fn the_document_has_every_round_and_its_schema() {
        let document = report(1.0).document(UNIX_EPOCH + Duration::from_secs(7));
        assert_eq!((&document["schema"], &document["unix_seconds"]), (&json!(1), &json!(7)));
        let row =
            json!({ "name": "gateway", "unit": "us CPU/request", "median": 2.0, "rounds": [3.0, 1.0, 2.0] });
        assert_eq!(document["parts"][0]["rows"][0], row);
    }
}
