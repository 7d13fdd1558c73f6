//! An answer as a person reads it: a line for each header, JSON indented with every value as it was spelled.

use crate::parity::{
    compare::answers::{document, told, told_frames},
    exchange::{Exchange, Outcome},
    finding::Shown,
    json::{Node, Shape},
    rules::Rules,
};

/// Of a body, in characters: more is not read side by side.
const LONGEST: usize = 20_000;

/// Without the headers that say nothing: they always differ, and would be all that a reader sees.
pub(super) fn shown(exchange: Option<&Exchange>, rules: &Rules) -> Shown {
    let Some(exchange) = exchange else { return Shown::default() };
    let answered = match &exchange.outcome {
        Outcome::Answered(answered) => answered,
        Outcome::Broken(broken) => {
            return Shown { head: format!("no answer: {}", broken.reason), body: String::new() };
        }
        Outcome::Blocked(blocked) => {
            let head = format!("not asked: waits for {} of exchange {}", blocked.needs, blocked.by);
            return Shown { head, body: String::new() };
        }
    };
    let mut head = format!("HTTP/{} {}", exchange.request.version, answered.status);
    let headers = answered.headers.iter().chain(&answered.trailers);
    for (name, value) in headers.filter(|(name, _)| !rules.is_volatile(name)) {
        head.push_str(&format!("\n{name}: {value}"));
    }
    let text = told(&answered.body.content);
    let mut body = match document(&text) {
        Some(node) => {
            let mut lines = String::new();
            indent(&node, 0, &mut lines);
            lines
        }
        None => text,
    };
    for frame in told_frames(answered) {
        body.push_str(&format!("{}\n", told(&frame.content)));
    }
    if let Some((end, _)) = body.char_indices().nth(LONGEST) {
        body.truncate(end);
        body.push_str("\n...");
    }
    Shown { head, body }
}

fn indent(node: &Node<'_>, depth: usize, text: &mut String) {
    let (open, close, count) = match &node.shape {
        Shape::Object(members) => ('{', '}', members.len()),
        Shape::Array(items) => ('[', ']', items.len()),
        Shape::Text(_) | Shape::Number | Shape::Word => return text.push_str(node.text),
    };
    text.push(open);
    let mut line = |at: usize, name: &str, value: &Node<'_>| {
        text.push_str(&format!("\n{}{name}", "  ".repeat(depth + 1)));
        indent(value, depth + 1, text);
        if at + 1 < count {
            text.push(',');
        }
    };
    match &node.shape {
        Shape::Object(members) => members
            .iter()
            .enumerate()
            .for_each(|(at, member)| line(at, &format!("{}: ", member.spelled), &member.value)),
        Shape::Array(items) => items.iter().enumerate().for_each(|(at, item)| line(at, "", item)),
        Shape::Text(_) | Shape::Number | Shape::Word => {}
    }
    if count > 0 {
        text.push_str(&format!("\n{}", "  ".repeat(depth)));
    }
    text.push(close);
}
