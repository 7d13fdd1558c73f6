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
    let told = violations.iter().filter(|violation| !is_told_better(violation, &violations));
    told.map(|violation| finding(text, violation)).collect()
}

/// Squawk asks for NOT VALID also where PostgreSQL has none, and says the right thing beside it.
fn is_told_better(violation: &Violation, all: &[Violation]) -> bool {
    let better = [
        Rule::AddingSerialPrimaryKeyField,
        Rule::DisallowedUniqueConstraint,
        Rule::AddingForeignKeyConstraint,
    ];
    let overlaps = |other: &Violation| other.text_range.intersect(violation.text_range).is_some();
    match violation.code {
        Rule::UnusedIgnore => true,
        Rule::ConstraintMissingNotValid => {
            all.iter().any(|other| better.contains(&other.code) && overlaps(other))
        }
        _ => false,
    }
}

fn finding(text: &Text<'_>, violation: &Violation) -> Finding {
    let span = usize::from(violation.text_range.start())..usize::from(violation.text_range.end());
    let why = SQUAWK.iter().find(|(rule, ..)| *rule == violation.code).map_or("", |(_, _, why)| why);
    let what = format!("{why}: {}", violation.message);
    let remedy = violation.help.as_deref().unwrap_or("write it otherwise, or say why it is safe here");
    let mistake = Mistake::in_text(&text.script.path, &text.script.sql, span, what, remedy);
    Finding { rule: violation.code.to_string(), level: Level::Error, mistake }
}
