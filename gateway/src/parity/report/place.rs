//! Where the place of a finding stands in an answer as it is shown: the lines to point at.

use std::str::FromStr;

use crate::parity::{
    finding::Shown,
    json::{Node, Shape, read},
    path::{Path, Pattern, Step},
};

/// The answer in lines: its head, an empty one, its body.
pub(super) fn lines(shown: &Shown) -> Vec<&str> {
    let mut lines: Vec<&str> = shown.head.lines().collect();
    if !shown.body.is_empty() {
        if !lines.is_empty() {
            lines.push("");
        }
        lines.extend(shown.body.lines());
    }
    lines
}

/// Indices into [`lines`].
pub(super) fn lines_at(shown: &Shown, place: &str) -> Vec<usize> {
    let head = shown.head.lines().count();
    if place == "status" {
        return if head > 0 { vec![0] } else { Vec::new() };
    }
    if let Some(name) = place.strip_prefix("header ") {
        let is_named = |line: &str| {
            line.split_once(':').is_some_and(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
        };
        let named = shown.head.lines().enumerate().skip(1).filter(|(_, line)| is_named(line));
        return named.map(|(index, _)| index).collect();
    }
    let Some(pattern) = place.strip_prefix("body ").and_then(|text| Pattern::from_str(text).ok()) else {
        return Vec::new();
    };
    let before = if head > 0 { head + 1 } else { 0 };
    let mut found = Vec::new();
    if let Some(node) = read(&shown.body) {
        let mut walk = Walk { document: &shown.body, pattern: &pattern, found: &mut found };
        walk.visit(&node, &mut Path::default(), node.text);
    }
    // Counted from the start each time would be quadratic; the places come in order.
    let mut lines = Vec::new();
    let (mut line, mut at) = (0, 0);
    for offset in found {
        line += shown.body[at..offset].matches('\n').count();
        at = offset;
        lines.push(before + line);
    }
    lines.dedup();
    lines
}

struct Walk<'a> {
    document: &'a str,
    pattern: &'a Pattern,
    /// Offsets of where the values at the place begin, in order.
    found: &'a mut Vec<usize>,
}

impl Walk<'_> {
    /// `begins` is the value with its name, where it has one.
    fn visit(&mut self, node: &Node<'_>, path: &mut Path, begins: &str) {
        if self.pattern.matches(path) {
            self.found.push(begins.as_ptr() as usize - self.document.as_ptr() as usize);
        }
        match &node.shape {
            Shape::Object(members) => {
                for member in members {
                    path.push(Step::Member(member.name.clone()));
                    self.visit(&member.value, path, member.spelled);
                    path.pop();
                }
            }
            Shape::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push(Step::Item(index));
                    self.visit(item, path, item.text);
                    path.pop();
                }
            }
            Shape::Text(_) | Shape::Number | Shape::Word => {}
        }
    }
}
