//! `docs/observability.md` as the tests read it: rows of its tables.

use compat_tests::repository;

/// A row of the table of metrics.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Metric {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) labels: Vec<String>,
}

pub(super) fn metrics() -> Vec<Metric> {
    let mut metrics: Vec<_> = rows("| name |")
        .into_iter()
        .map(|cells| {
            let mut labels = quoted(&cells[2]);
            labels.sort();
            Metric { name: quoted(&cells[0]).remove(0), kind: cells[1].clone(), labels }
        })
        .collect();
    metrics.sort();
    metrics
}

/// The fields of a request's log line.
pub(super) fn fields() -> Vec<String> {
    rows("| field |").iter().flat_map(|cells| quoted(&cells[0])).collect()
}

/// Every `error.kind`, with the text of its origin.
pub(super) fn errors() -> Vec<(String, String)> {
    let kinds = |cells: &Vec<String>| {
        let origin = cells[1].clone();
        quoted(&cells[0]).into_iter().map(move |kind| (kind, origin.clone()))
    };
    rows("| `error.kind` |").iter().flat_map(kinds).collect()
}

/// The cells of the table whose head begins so.
fn rows(head: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(repository().join("docs/observability.md")).unwrap();
    let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let table = lines.take_while(|line| line.starts_with('|'));
    let rows: Vec<Vec<String>> =
        table.map(|line| line.split('|').skip(1).map(|cell| cell.trim().to_owned()).collect()).collect();
    assert!(!rows.is_empty(), "no table begins with {head}");
    rows
}

fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
