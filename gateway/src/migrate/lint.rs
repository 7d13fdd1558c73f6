//! What is wrong with a folder of migrations before any database has seen it.
//!
//! Squawk's rules say what a statement does to the traffic beside it; our own say whether a migration keeps what its
//! header promises. Everything is found at once.

mod exemption;
mod phase;
mod reversal;
pub mod rules;
mod running;
mod squawk;
mod validation;

use std::{fmt, ops::Range};

use exemption::Exemptions;

use super::{
    file::{Direction, Migration, Script},
    folder::Folder,
    statement::Statement,
    statements,
};
use crate::config::mistakes::Mistake;

/// One thing to correct, by the name of its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: String,
    pub level: Level,
    pub mistake: Mistake,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Level {
    Error,
    /// Perhaps right: the next migration decides.
    Hint,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hint = if self.level == Level::Hint { "hint, " } else { "" };
        let what = format!("{hint}{}: {}", self.rule, self.mistake.what);
        write!(formatter, "{}", Mistake { what, ..self.mistake.clone() })
    }
}

impl Level {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The findings of every file, in the order of files and lines.
pub fn lint(folder: &Folder) -> Vec<Finding> {
    let read: Vec<Read<'_>> = folder.migrations.iter().map(Read::new).collect();
    let mut found: Vec<Finding> = read.iter().flat_map(Read::findings).collect();
    found.extend(validation::check(&read));
    found.sort_by(|one, other| (&one.mistake.place, &one.rule).cmp(&(&other.mistake.place, &other.rule)));
    found
}

/// A migration whose scripts are split into statements, as far as they are SQL.
struct Read<'a> {
    migration: &'a Migration,
    up: Text<'a>,
    down: Text<'a>,
}

struct Text<'a> {
    script: &'a Script,
    direction: Direction,
    statements: Vec<Statement>,
    exemptions: Exemptions,
    unreadable: Vec<Finding>,
}

impl<'a> Read<'a> {
    fn new(migration: &'a Migration) -> Self {
        let text = |direction| Text::new(migration.script(direction), direction);
        Self { migration, up: text(Direction::Up), down: text(Direction::Down) }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        for text in [&self.up, &self.down] {
            if text.unreadable.is_empty() {
                found.extend(running::check(text));
                found.extend(squawk::check(text));
                found.extend(text.exemptions.findings(text.script));
            } else {
                found.extend(text.unreadable.iter().cloned());
            }
        }
        if self.up.unreadable.is_empty() && self.down.unreadable.is_empty() {
            found.extend(phase::check(self));
            found.extend(reversal::check(self));
        }
        found
    }
}

impl<'a> Text<'a> {
    fn new(script: &'a Script, direction: Direction) -> Self {
        let (statements, unreadable) = match statements::read(script) {
            Ok(statements) => (statements, Vec::new()),
            Err(mistakes) => (Vec::new(), mistakes.iter().cloned().map(syntax).collect()),
        };
        Self { script, direction, statements, exemptions: Exemptions::read(&script.sql), unreadable }
    }

    /// `None` where the file says that this one is meant.
    fn finding(&self, rule: rules::Own, span: &Range<usize>, what: &str) -> Option<Finding> {
        if rule.may_be_exempt() && self.exemptions.cover(rule.name(), &self.script.sql, span.start) {
            return None;
        }
        let script = self.script;
        let mistake = Mistake::in_text(&script.path, &script.sql, span.clone(), what, rule.remedy());
        Some(Finding { rule: rule.name().to_owned(), level: rule.level(), mistake })
    }

    /// About what the first line says.
    fn header(&self, rule: rules::Own, what: &str) -> Option<Finding> {
        let end = self.script.sql.find('\n').unwrap_or(self.script.sql.len());
        self.finding(rule, &(0..end), what)
    }

    /// Whether this script itself makes it, so that nobody else can know it yet.
    fn makes(&self, object: &super::statement::ObjectName) -> bool {
        self.statements.iter().flat_map(Statement::creates).any(|made| made.is(object))
    }
}

fn syntax(mistake: Mistake) -> Finding {
    Finding { rule: rules::Own::Syntax.name().to_owned(), level: Level::Error, mistake }
}

#[cfg(test)]
mod tests;
