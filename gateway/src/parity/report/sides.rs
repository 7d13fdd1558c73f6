//! Two answers side by side: which lines are the same, which are not, and what may be left out between them.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{place, shown};
use crate::parity::finding::Shown;

/// Lines kept around what differs.
const CONTEXT: usize = 3;
/// From the first difference on, for each side: what a person would read, and what is compared in no time.
const LINES: usize = 1_000;
/// Of one line.
const CHARACTERS: usize = 600;

pub(super) struct Sides {
    pub(super) rows: Vec<Row>,
    /// Lines that were not looked at.
    pub(super) left_out: usize,
}

pub(super) enum Row {
    Same(Line, Line),
    Changed(Line, Line),
    Removed(Line),
    Added(Line),
    /// So many that are the same.
    Folded(usize),
}

pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    /// What both sides begin with, what differs, what both end with.
    pub(super) parts: [String; 3],
    pub(super) is_at_place: bool,
}

/// The lines of both answers, with those at `place` marked where they differ.
pub(super) fn sides(reference: &Shown, live: &Shown, place: &str) -> Sides {
    let (left, right) = (place::lines(reference), place::lines(live));
    let same = left.iter().zip(&right).take_while(|(left, right)| left == right).count();
    let cut = |lines: &[&str]| lines.len().min(same + LINES);
    let (left_end, right_end) = (cut(&left), cut(&right));
    let ops = capture_diff_slices(Algorithm::Myers, &left[same..left_end], &right[same..right_end]);
    let mut writer = Writer {
        reference: Side { lines: &left, at_place: place::lines_at(reference, place) },
        live: Side { lines: &right, at_place: place::lines_at(live, place) },
        rows: Vec::new(),
    };
    let begun = DiffOp::Equal { old_index: 0, new_index: 0, len: same };
    for op in [begun].into_iter().chain(ops.into_iter().map(|op| moved(op, same))) {
        writer.write(op);
    }
    let left_out = (left.len() - left_end).max(right.len() - right_end);
    Sides { rows: folded(writer.rows), left_out }
}

fn moved(op: DiffOp, by: usize) -> DiffOp {
    let (tag, old, new) = op.as_tag_tuple();
    let (old_index, new_index) = (old.start + by, new.start + by);
    let (old_len, new_len) = (old.len(), new.len());
    match tag {
        similar::DiffTag::Equal => DiffOp::Equal { old_index, new_index, len: old_len },
        similar::DiffTag::Delete => DiffOp::Delete { old_index, old_len, new_index },
        similar::DiffTag::Insert => DiffOp::Insert { old_index, new_index, new_len },
        similar::DiffTag::Replace => DiffOp::Replace { old_index, old_len, new_index, new_len },
    }
}

struct Side<'a> {
    lines: &'a [&'a str],
    at_place: Vec<usize>,
}

struct Writer<'a> {
    reference: Side<'a>,
    live: Side<'a>,
    rows: Vec<Row>,
}

impl Writer<'_> {
    fn write(&mut self, op: DiffOp) {
        let (tag, old, new) = op.as_tag_tuple();
        if tag == similar::DiffTag::Equal {
            let same = old.zip(new);
            self.rows.extend(same.map(|(old, new)| Row::Same(self.reference.line(old), self.live.line(new))));
            return;
        }
        // Without partners the rest of the longer side stands alone.
        let both = old.len().min(new.len());
        let (old_alone, new_alone) = (old.start + both..old.end, new.start + both..new.end);
        for (old, new) in old.zip(new) {
            let (left, right) = apart(self.reference.lines[old], self.live.lines[new]);
            self.rows.push(Row::Changed(self.reference.of(old, left), self.live.of(new, right)));
        }
        self.rows.extend(old_alone.map(|old| Row::Removed(self.reference.line(old))));
        self.rows.extend(new_alone.map(|new| Row::Added(self.live.line(new))));
    }
}

impl Side<'_> {
    fn line(&self, index: usize) -> Line {
        self.of(index, [self.lines[index], "", ""])
    }

    fn of(&self, index: usize, parts: [&str; 3]) -> Line {
        Line {
            number: index + 1,
            parts: parts.map(|part| shown(part, CHARACTERS)),
            is_at_place: self.at_place.binary_search(&index).is_ok(),
        }
    }
}

/// Each text in three parts, of which only the middle ones differ.
fn apart<'a>(left: &'a str, right: &'a str) -> ([&'a str; 3], [&'a str; 3]) {
    let equal = |pair: &(char, char)| pair.0 == pair.1;
    let length = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(equal).map(|(character, _)| character.len_utf8()).sum()
    };
    let begun = length(&mut left.chars().zip(right.chars()));
    let (left_rest, right_rest) = (&left[begun..], &right[begun..]);
    let ended = length(&mut left_rest.chars().rev().zip(right_rest.chars().rev()));
    let parts = |whole: &'a str, rest: &'a str| {
        let (middle, end) = rest.split_at(rest.len() - ended);
        [&whole[..begun], middle, end]
    };
    (parts(left, left_rest), parts(right, right_rest))
}

/// Without what is the same far from any difference, but for the lines at the place.
fn folded(rows: Vec<Row>) -> Vec<Row> {
    let is_plain = |row: &Row| match row {
        Row::Same(left, right) => !left.is_at_place && !right.is_at_place,
        Row::Changed(..) | Row::Removed(_) | Row::Added(_) | Row::Folded(_) => false,
    };
    let told: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| !is_plain(row)).map(|(index, _)| index).collect();
    let is_near = |index: usize| {
        let next = told.partition_point(|told| *told < index);
        let after = told.get(next).is_some_and(|told| told - index <= CONTEXT);
        let before = next.checked_sub(1).is_some_and(|before| index - told[before] <= CONTEXT);
        // The head of an answer says what it is.
        index == 0 || before || after
    };
    let mut kept = Vec::new();
    for (index, row) in rows.into_iter().enumerate() {
        if is_near(index) {
            kept.push(row);
        } else if let Some(Row::Folded(count)) = kept.last_mut() {
            *count += 1;
        } else {
            kept.push(Row::Folded(1));
        }
    }
    kept
}
