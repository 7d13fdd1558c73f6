//! What was found, as TOML with comments for a person and as an object for a machine.

use std::fmt;

use serde_json::{Value, json};

use super::{Examined, Written};
use crate::auth::inspect::Candidate;

pub(super) struct Summary<'s> {
    pub(super) examined: &'s Examined,
    pub(super) written: &'s Written,
    pub(super) place: &'s str,
}

/// Where comments are broken.
const WIDTH: usize = 118;

impl Summary<'_> {
    pub(super) fn object(&self) -> Value {
        let mut object = json!(self.examined.inspection);
        object["fragment"] = json!(self.examined.fragment);
        object["contradictions"] = json!(self.examined.contradictions);
        object["written"] = json!(self.written.keys);
        object["left"] = json!(self.written.left);
        object
    }

    fn of_candidates(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let candidates = &self.examined.inspection.candidates;
        if candidates.is_empty() {
            return Ok(());
        }
        comment(formatter, "tables that could hold the users, the best first:")?;
        for Candidate { table, password, score, because, .. } in candidates {
            comment(
                formatter,
                &format!("  {score:2}  {table}, passwords in {password}: {}", because.join(", ")),
            )?;
        }
        writeln!(formatter, "#")
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Examined { inspection, contradictions, fragment } = self.examined;
        let proposal = &inspection.proposal;
        comment(formatter, &format!("{}: looked at, nothing was changed", self.place))?;
        writeln!(formatter, "#")?;
        self.of_candidates(formatter)?;
        let sections = [
            ("to be decided", &proposal.problems),
            ("legacy.toml says otherwise", contradictions),
            ("to know", &proposal.notes),
        ];
        for (head, told) in sections.into_iter().filter(|(_, told)| !told.is_empty()) {
            comment(formatter, &format!("{head}:"))?;
            told.iter().try_for_each(|one| comment(formatter, &format!("  * {one}")))?;
            writeln!(formatter, "#")?;
        }
        write!(formatter, "{}", if fragment.is_empty() { "# nothing is proposed\n" } else { "\n" })?;
        formatter.write_str(fragment)?;
        for (head, keys) in
            [("written", &self.written.keys), ("left as a person wrote it", &self.written.left)]
        {
            if !keys.is_empty() {
                writeln!(formatter)?;
                comment(formatter, &format!("{head}: {}", keys.join(", ")))?;
            }
        }
        Ok(())
    }
}

/// Broken between words, so that it can be read on a terminal.
fn comment(formatter: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let indent = text.len() - text.trim_start().len();
    let mut line = format!("# {}", " ".repeat(indent));
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.len() + 1 + word.len() > WIDTH {
            writeln!(formatter, "{line}")?;
            line = format!("# {}", " ".repeat(indent + 2));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    writeln!(formatter, "{line}")
}
