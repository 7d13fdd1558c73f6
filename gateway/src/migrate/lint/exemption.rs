//! `-- squawk-ignore rule-name -- why it is safe here`: on the line before, or for a file `squawk-ignore-file`.
//!
//! Squawk reads these comments for its own rules; ours are looked up here, and a reason is asked for in both cases.

use std::ops::Range;

use squawk_linter::ignore::{IGNORE_FILE_TEXT, IGNORE_LINE_TEXT};
use squawk_syntax::{SourceFile, SyntaxKind};

use super::{
    Finding, Level,
    rules::{self, Own},
};
use crate::{
    config::mistakes::Mistake,
    migrate::{file::Script, statements::line_at},
};

#[derive(Default)]
pub(super) struct Exemptions {
    list: Vec<Exemption>,
}

struct Exemption {
    span: Range<usize>,
    line: usize,
    is_for_the_file: bool,
    rules: Vec<String>,
    has_reason: bool,
}

impl Exemptions {
    pub(super) fn read(sql: &str) -> Self {
        let tree = SourceFile::parse(sql).syntax_node();
        let tokens = tree.descendants_with_tokens().filter_map(|element| element.into_token());
        let comments = tokens.filter(|token| token.kind() == SyntaxKind::COMMENT);
        let list = comments.filter_map(|comment| {
            let start = usize::from(comment.text_range().start());
            Exemption::read(comment.text(), start, line_at(sql, start))
        });
        Self { list: list.collect() }
    }

    pub(super) fn cover(&self, rule: &str, sql: &str, start: usize) -> bool {
        let line = line_at(sql, start);
        let mut near = self.list.iter().filter(|exemption| {
            exemption.is_for_the_file || exemption.line == line || exemption.line + 1 == line
        });
        near.any(|exemption| exemption.rules.iter().any(|exempt| exempt == rule))
    }

    /// What is wrong with the comments themselves.
    pub(super) fn findings(&self, script: &Script) -> Vec<Finding> {
        let finding = |exemption: &Exemption, what: String| {
            let remedy = Own::Exemption.remedy();
            let mistake = Mistake::in_text(&script.path, &script.sql, exemption.span.clone(), what, remedy);
            Finding { rule: Own::Exemption.name().to_owned(), level: Level::Error, mistake }
        };
        let mut found = Vec::new();
        for exemption in &self.list {
            if exemption.rules.is_empty() {
                found.push(finding(exemption, "names no rule".to_owned()));
            }
            for rule in exemption.rules.iter().filter(|rule| !rules::is_known(rule)) {
                found.push(finding(exemption, format!("`{rule}` is no rule that a migration may break")));
            }
            if !exemption.has_reason {
                found.push(finding(exemption, "gives no reason".to_owned()));
            }
        }
        found
    }
}

impl Exemption {
    fn read(comment: &str, start: usize, line: usize) -> Option<Self> {
        let body = comment.strip_prefix("--").or_else(|| comment.strip_prefix("/*")?.strip_suffix("*/"))?;
        let body = body.trim();
        let (rest, is_for_the_file) = match body.strip_prefix(IGNORE_FILE_TEXT) {
            Some(rest) => (rest, true),
            None => (body.strip_prefix(IGNORE_LINE_TEXT)?, false),
        };
        let (names, reason) = rest.split_once("--").unwrap_or((rest, ""));
        let rules = names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        Some(Self {
            span: start..start + comment.len(),
            line,
            is_for_the_file,
            rules: rules.collect(),
            has_reason: !reason.trim().is_empty(),
        })
    }
}
