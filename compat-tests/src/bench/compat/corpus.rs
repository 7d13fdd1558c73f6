//! A recording and a run of it, many times over: what a team has after a busy hour.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use gateway::parity::exchange::Exchange;
use gateway::parity::recording::{Limits, Manifest, Recording, Writer};

use super::super::contender::pinned;
use super::super::{Cores, script};
use crate::sample::Version;

pub(super) struct Corpus {
    recorded: PathBuf,
    run: PathBuf,
    learned: PathBuf,
    rules: PathBuf,
    pub(super) exchanges: usize,
}

/// Each copy behind the one before, of clients of its own.
pub(super) fn multiply(
    recorded: &Path,
    run: &Path,
    at_least: usize,
    folder: &Path,
) -> anyhow::Result<Corpus> {
    let learned = recorded.join("learned.json");
    let (recorded, _) = Recording::open(recorded)?;
    let (run, _) = Recording::open(run)?;
    let copies = at_least.div_ceil(run.exchanges.len());
    let many = |recording: &Recording, name: &str| -> anyhow::Result<PathBuf> {
        let manifest = recording.manifest.clone().context("the manifest is damaged")?;
        write(&folder.join(name), &manifest, &copied(&recording.exchanges, copies))
    };
    Ok(Corpus {
        exchanges: run.exchanges.len() * copies,
        recorded: many(&recorded, "many")?,
        run: many(&run, "many-again")?,
        learned,
        rules: super::play::rules(),
    })
}

pub(super) fn write(folder: &Path, manifest: &Manifest, exchanges: &[Exchange]) -> anyhow::Result<PathBuf> {
    let mut writer = Writer::create(folder, manifest, Limits::default())?;
    for exchange in exchanges {
        writer.write(exchange)?;
    }
    writer.finish(manifest.began)?;
    let mut plain = Vec::new();
    for exchange in exchanges {
        serde_json::to_writer(&mut plain, exchange)?;
        plain.push(b'\n');
    }
    fs::write(folder.with_extension("jsonl"), plain)?;
    Ok(folder.to_owned())
}

fn copied(exchanges: &[Exchange], copies: usize) -> Vec<Exchange> {
    let most = exchanges.iter().map(|exchange| exchange.id).max().unwrap_or(0);
    let end = |exchange: &Exchange| exchange.began + exchange.took;
    let first = exchanges.iter().map(|exchange| exchange.began).min().unwrap_or(0);
    let lasted = exchanges.iter().map(end).max().unwrap_or(0) - first;
    let copy = |number: u64| {
        exchanges.iter().map(move |exchange| Exchange {
            id: exchange.id + number * most,
            session: format!("{}-{number}", exchange.session),
            after: exchange.after.iter().map(|id| id + number * most).collect(),
            began: exchange.began + number * lasted,
            ..exchange.clone()
        })
    };
    (0..copies as u64).flat_map(copy).collect()
}

impl Corpus {
    pub(super) fn give_to(&self, command: &mut Command) {
        command.arg("diff").args([&self.recorded, &self.run]);
        command.arg("--learned").arg(&self.learned).arg("--rules").arg(&self.rules);
    }

    pub(super) fn give_plain_to(&self, command: &mut Command) {
        command.args([self.recorded.with_extension("jsonl"), self.run.with_extension("jsonl")]);
    }
}

/// Reads two files of JSON lines, and counts equal answers.
pub(super) fn python(cores: Cores) -> anyhow::Result<Command> {
    let interpreter = Version::Newest.python()?;
    let mut command = pinned(interpreter.to_str().context("the path is a text")?, cores.measured);
    command.args(["-c", &script("equal.py")?]);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_stand_behind_one_another_and_know_their_own() {
        let exchange = |id, after: &[u64], began| -> Exchange {
            serde_json::from_value(serde_json::json!({
                "id": id, "session": "s", "after": after, "began": began, "took": 5,
                "request": { "method": "GET", "target": "/", "version": "1.1", "headers": [] },
                "outcome": { "broken": { "reason": "closed" } },
            }))
            .unwrap()
        };
        let seen: Vec<_> = copied(&[exchange(1, &[], 100), exchange(3, &[1], 110)], 2)
            .into_iter()
            .map(|exchange| (exchange.id, exchange.session, exchange.after, exchange.began))
            .collect();
        let of = |id, session: &str, after: &[u64], began| (id, session.to_owned(), after.to_vec(), began);
        assert_eq!(
            seen,
            [
                of(1, "s-0", &[], 100),
                of(3, "s-0", &[1], 110),
                of(4, "s-1", &[], 115),
                of(6, "s-1", &[4], 125)
            ]
        );
    }
}
