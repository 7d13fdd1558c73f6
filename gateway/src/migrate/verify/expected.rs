//! What a table holds after a migration was taken back: what it held before, and what an application wrote in between.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    rows::Written,
    snapshot::{Rows, Snapshot, Values},
};

/// The rows before, with each value that the writes have changed: a trigger may change more than was written.
pub(super) fn rows(before: &Snapshot, up: &Snapshot, written: &Snapshot) -> BTreeMap<String, Rows> {
    let mut expected = before.tables.clone();
    for (table, rows) in &mut expected {
        if let (Some(up), Some(written)) = (up.tables.get(table), written.tables.get(table)) {
            overlay(rows, up, written);
        }
    }
    expected
}

fn overlay(rows: &mut Rows, up: &Rows, written: &Rows) {
    if rows.key.is_empty() || rows.key != up.key || up.columns != written.columns {
        return;
    }
    for (key, values) in &mut rows.by_key {
        let (Some(old), Some(new)) = (one(up, key), one(written, key)) else { continue };
        for (place, column) in rows.columns.iter().enumerate() {
            let changed =
                up.columns.iter().position(|other| other == column).filter(|at| old[*at] != new[*at]);
            if let (Some(at), Some(value)) = (changed, values.first_mut()) {
                value[place] = new[at];
            }
        }
    }
}

fn one<'a>(rows: &'a Rows, key: &str) -> Option<&'a Values> {
    rows.by_key.get(key)?.first()
}

/// The rows that are there since.
pub(super) fn written(up: &Snapshot, written: &Snapshot) -> Written {
    let mut found = BTreeSet::new();
    for (table, rows) in &written.tables {
        let count = |key: &String| up.tables.get(table).and_then(|up| up.by_key.get(key)).map_or(0, Vec::len);
        let fresh = rows.by_key.iter().filter(|(key, rows)| rows.len() > count(key));
        found.extend(fresh.map(|(key, _)| (table.clone(), key.clone())));
    }
    found
}
