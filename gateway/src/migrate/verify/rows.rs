//! Which rows are not what they were, told by table and column and the key of the first.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;

use super::snapshot::{Rows, Values};

/// Table and key of rows that were written in between.
pub(super) type Written = BTreeSet<(String, String)>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "rows", rename_all = "snake_case")]
pub enum RowChange {
    Lost { table: String, count: usize, first: String },
    Added { table: String, count: usize, first: String },
    Changed { table: String, column: String, count: usize, first: String },
}

/// Compares what both have: a table or a column that only one has is the schema's difference.
pub(super) fn between(
    before: &BTreeMap<String, Rows>,
    after: &BTreeMap<String, Rows>,
    written: &Written,
) -> Vec<RowChange> {
    let mut found = Vec::new();
    for (table, old) in before {
        if let Some(new) = after.get(table) {
            found.extend(in_table(table, old, new, written));
        }
    }
    found
}

fn in_table(table: &str, old: &Rows, new: &Rows, written: &Written) -> Vec<RowChange> {
    let shared: Vec<_> = old.columns.iter().filter(|column| new.columns.contains(column)).cloned().collect();
    let has_key = !old.key.is_empty() && old.key == new.key;
    let (old, new) = (project(old, &shared, has_key), project(new, &shared, has_key));
    let (mut lost, mut added) = (Tally::default(), Tally::default());
    let mut changed: BTreeMap<&String, Tally> = BTreeMap::new();
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let empty = Vec::new();
        let (mut gone, mut come) = apart(old.get(key).unwrap_or(&empty), new.get(key).unwrap_or(&empty));
        if has_key && let (Some(gone), Some(come)) = (gone.pop(), come.pop()) {
            for (_, column) in shared.iter().enumerate().filter(|(place, _)| gone[*place] != come[*place]) {
                changed.entry(column).or_default().count(1, key);
            }
            continue;
        }
        lost.count(gone.len(), key);
        if !written.contains(&(table.to_owned(), key.clone())) {
            added.count(come.len(), key);
        }
    }
    let mut found = Vec::new();
    if let Some((count, first)) = lost.told() {
        found.push(RowChange::Lost { table: table.to_owned(), count, first });
    }
    if let Some((count, first)) = added.told() {
        found.push(RowChange::Added { table: table.to_owned(), count, first });
    }
    for (column, tally) in changed {
        if let Some((count, first)) = tally.told() {
            found.push(RowChange::Changed { table: table.to_owned(), column: column.clone(), count, first });
        }
    }
    found
}

#[derive(Default)]
struct Tally {
    count: usize,
    first: String,
}

impl Tally {
    fn count(&mut self, more: usize, key: &str) {
        if self.count == 0 && more > 0 {
            key.clone_into(&mut self.first);
        }
        self.count += more;
    }

    fn told(self) -> Option<(usize, String)> {
        (self.count > 0).then_some((self.count, self.first))
    }
}

fn project(rows: &Rows, columns: &[String], has_key: bool) -> BTreeMap<String, Vec<Values>> {
    let places: Vec<_> =
        columns.iter().filter_map(|wanted| rows.columns.iter().position(|column| column == wanted)).collect();
    let mut found: BTreeMap<String, Vec<Values>> = BTreeMap::new();
    for (key, values) in &rows.by_key {
        let projected = values.iter().map(|row| places.iter().map(|place| row[*place]).collect());
        let key = if has_key { key.clone() } else { String::new() };
        found.entry(key).or_default().extend(projected);
    }
    found
}

/// What only the left has and what only the right has, each as often as it has it more.
fn apart(left: &[Values], right: &[Values]) -> (Vec<Values>, Vec<Values>) {
    let mut counts: BTreeMap<&Values, i64> = BTreeMap::new();
    for row in left {
        *counts.entry(row).or_default() += 1;
    }
    for row in right {
        *counts.entry(row).or_default() -= 1;
    }
    let (mut only_left, mut only_right) = (Vec::new(), Vec::new());
    for (row, count) in counts {
        let target = if count > 0 { &mut only_left } else { &mut only_right };
        for _ in 0..count.unsigned_abs() {
            target.push(row.clone());
        }
    }
    (only_left, only_right)
}

impl fmt::Display for RowChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, count, verb, first) = match self {
            Self::Lost { table, count, first } => (table.clone(), count, "lost", first),
            Self::Added { table, count, first } => (table.clone(), count, "added", first),
            Self::Changed { table, column, count, first } => {
                (format!("{table}.{column}"), count, "changed", first)
            }
        };
        let noun = if *count == 1 { "row" } else { "rows" };
        write!(formatter, "{place}: {count} {noun} {verb}")?;
        if first.is_empty() { Ok(()) } else { write!(formatter, ", key {first}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(key: &[&str], columns: &[&str], rows: &[(&str, &[i64])]) -> BTreeMap<String, Rows> {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let mut by_key: BTreeMap<String, Vec<Values>> = BTreeMap::new();
        for (key, values) in rows {
            by_key.entry((*key).to_owned()).or_default().push(values.iter().copied().map(Some).collect());
        }
        BTreeMap::from([("t".to_owned(), Rows { columns: texts(columns), key: texts(key), by_key })])
    }

    fn told(before: &BTreeMap<String, Rows>, after: &BTreeMap<String, Rows>) -> Vec<String> {
        let written = Written::from([("t".to_owned(), "9".to_owned())]);
        between(before, after, &written).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rows_are_compared_by_their_key_and_columns_by_their_name() {
        let before =
            rows(&["id"], &["id", "a", "b"], &[("1", &[1, 10, 20]), ("2", &[2, 11, 21]), ("3", &[3, 0, 0])]);
        let same = rows(
            &["id"],
            &["b", "id", "a", "c"],
            &[("2", &[21, 2, 11, 5]), ("1", &[20, 1, 10, 5]), ("3", &[0, 3, 0, 0]), ("9", &[0, 9, 0, 0])],
        );
        assert_eq!(told(&before, &same), [""; 0]);
        let other =
            rows(&["id"], &["id", "a", "b"], &[("1", &[1, 10, 22]), ("3", &[3, 0, 7]), ("4", &[4, 0, 0])]);
        assert_eq!(
            told(&before, &other),
            ["t: 1 row lost, key 2", "t: 1 row added, key 4", "t.b: 2 rows changed, key 1"]
        );
    }

    #[test]
    fn rows_without_a_key_are_counted() {
        let before = rows(&[], &["a"], &[("", &[1]), ("", &[1]), ("", &[2])]);
        assert_eq!(told(&before, &rows(&[], &["a"], &[("", &[2]), ("", &[1]), ("", &[1])])), [""; 0]);
        let after = rows(&[], &["a"], &[("", &[1]), ("", &[3]), ("", &[2])]);
        assert_eq!(told(&before, &after), ["t: 1 row lost", "t: 1 row added"]);
    }

    #[test]
    fn another_key_still_compares_what_the_rows_hold() {
        let before = rows(&["id"], &["id", "a"], &[("1", &[1, 5])]);
        let after = rows(&["a"], &["id", "a"], &[("5", &[1, 5])]);
        assert_eq!(told(&before, &after), [""; 0]);
    }
}
