//! Answers are written as FastAPI's two encoders write them, to the byte: compared with a table that the real ones made.

mod twins;
mod values;

use std::collections::BTreeMap;

use compat_tests::repository;
use gateway::contract::{
    answer::{Answer, Plain, Reply},
    json::Framework,
};
use indexmap::IndexMap;
use serde::Deserialize;

use crate::originals;

const FEWEST: usize = 1_000;

#[derive(Deserialize)]
struct Row {
    kind: String,
    value: String,
    encoder: Encoder,
    /// Nothing where the original raises.
    shown: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Encoder {
    Model,
    Plain,
    /// As a member of a plain dict.
    PlainMember,
}

#[test]
fn answers_are_written_as_fastapi_0_115_writes_them() {
    compare("0.115", Framework::of_fastapi("0.115.6"));
}

#[test]
fn answers_are_written_as_the_newest_fastapi_writes_them() {
    compare("newest", Framework::of_fastapi("0.165.0"));
}

fn compare(environment: &str, framework: Framework) {
    let table = std::fs::read_to_string(table(environment)).unwrap();
    let rows: Vec<Row> = table.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(rows.len() >= FEWEST);
    let mut differences = Vec::new();
    let mut figures: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        for value in values::of(&row.kind, &row.value) {
            *figures.entry(&row.kind).or_default() += 1;
            let shown = shown(row.encoder, value, framework);
            if shown != row.shown {
                let (kind, value) = (&row.kind, &row.value);
                differences.push(format!("{kind} {value}\n  theirs {:?}\n  ours   {shown:?}", row.shown));
            }
        }
    }
    let figures: Vec<_> = figures.iter().map(|(kind, rows)| format!("{kind} {rows}")).collect();
    crate::house::show(&format!(
        "encoders of FastAPI {environment}: {} rows, {} differences; {}",
        rows.len(),
        differences.len(),
        figures.join(", ")
    ));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn shown(encoder: Encoder, value: Box<dyn Answer>, framework: Framework) -> Option<String> {
    let reply = match encoder {
        Encoder::Model => Reply::ok(value),
        Encoder::Plain => Reply::ok(Plain(value)),
        Encoder::PlainMember => Reply::ok(Plain(IndexMap::from([("m", value)]))),
    };
    let response = reply.render(framework).ok()?;
    Some(String::from_utf8(response.into_body().to_vec()).unwrap())
}

fn table(environment: &str) -> std::path::PathBuf {
    repository().join("compat-tests/encoders").join(format!("{environment}.jsonl"))
}

/// The committed tables are those of the pinned versions.
#[test]
fn the_tables_of_the_encoders_are_not_stale() {
    for environment in ["0.115", "newest"] {
        let made = originals::python(environment, "compat-tests/encoders/generate.py").output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let committed = std::fs::read(table(environment)).unwrap();
        assert!(
            made.stdout == committed,
            "compat-tests/encoders/{environment}.jsonl is stale: generate it again"
        );
    }
}
