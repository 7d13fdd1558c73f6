//! Asks squawk about one script, and tells what it says as a finding of ours.

use squawk_linter::{Linter, Rule, Violation};
use squawk_syntax::SourceFile;

use super::{
    Finding, Level, Text,
    rules::{SQUAWK, Scope},
};
use crate::{config::mistakes::Mistake, migrate::file::Direction};

pub(super) fn check(text: &Text<'_>) -> Vec<Finding> {
    let holds = |scope: Scope| match text.direction {
        Direction::Up => scope != Scope::Off,
        Direction::Down => scope == Scope::Both,
    };
    let rules = SQUAWK.iter().filter(|(_, scope, _)| holds(*scope)).map(|(rule, ..)| *rule);
    let mut linter = Linter::from(rules);
    linter.settings.assume_in_transaction = text.script.is_transactional;
    let sql = &text.script.sql;
    let violations = linter.lint(&SourceFile::parse(sql), sql);
    violations
        .iter()
        .filter(|violation| violation.code != Rule::UnusedIgnore)
        .map(|found| finding(text, found))
        .collect()
}

fn finding(text: &Text<'_>, violation: &Violation) -> Finding {
    let span = usize::from(violation.text_range.start())..usize::from(violation.text_range.end());
    let why = SQUAWK.iter().find(|(rule, ..)| *rule == violation.code).map_or("", |(_, _, why)| why);
    let what = format!("{why}: {}", violation.message);
    let remedy = violation.help.as_deref().unwrap_or("write it otherwise, or say why it is safe here");
    let mistake = Mistake::in_text(&text.script.path, &text.script.sql, span, what, remedy);
    Finding { rule: violation.code.to_string(), level: Level::Error, mistake }
}
