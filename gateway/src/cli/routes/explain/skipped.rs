//! The rows of the lock that a request was held against in vain: those that begin as it does, or all.

use serde::Serialize;

use crate::routes::matching::Passed;

#[derive(Serialize)]
pub(super) struct Skipped<'a> {
    pub(super) route: &'a str,
    pub(super) why: String,
}

pub(super) struct SkippedRows<'a> {
    all: bool,
    pub(super) rows: Vec<Skipped<'a>>,
    /// Those that begin otherwise.
    pub(super) more: usize,
}

impl<'a> SkippedRows<'a> {
    pub(super) fn new(all: bool) -> Self {
        Self { all, rows: Vec::new(), more: 0 }
    }

    pub(super) fn add(&mut self, passed: &Passed<'a, '_>) {
        if self.all || passed.is_near() {
            self.rows.push(Skipped { route: passed.key().as_str(), why: passed.why().to_string() });
        } else {
            self.more += 1;
        }
    }
}

/// The rows under each other, in lines for people.
pub(super) fn lines(rows: &[Skipped<'_>], more: usize) -> Vec<String> {
    let width = rows.iter().map(|row| row.route.len()).max().unwrap_or(0);
    let mut lines: Vec<String> =
        rows.iter().map(|row| format!("{:width$}  {}", row.route, row.why)).collect();
    if more > 0 {
        let rows = if more == 1 { "row begins" } else { "rows begin" };
        lines.push(format!("{more} {rows} otherwise: --all shows every one"));
    }
    lines
}
