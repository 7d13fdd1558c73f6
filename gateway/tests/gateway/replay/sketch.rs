//! Recordings written by hand, for what no backend does on request.

use gateway::parity::exchange::{
    Answered, Broken, CLIENT_LEFT, Exchange, Headers, Outcome, Request,
    content::{Body, Content},
    frame::{Frame, Side},
};

/// 2026-10-01T08:00:00Z.
pub(super) const BEGAN: u64 = 1_790_841_600_000_000;

pub(super) fn answer(status: u16, lines: &[&str], text: &str) -> Answered {
    Answered { status, headers: headers(lines), body: body(text), ..Answered::default() }
}

/// With the framing of a server that knows the length.
pub(super) fn told(text: &str) -> Outcome {
    let length = format!("content-length: {}", text.len());
    Outcome::Answered(answer(200, &[&length], text))
}

pub(super) fn left(begun: Answered) -> Outcome {
    Outcome::Broken(Broken { reason: CLIENT_LEFT.to_owned(), begun: Some(Box::new(begun)) })
}

/// One after the other, a second apart.
pub(super) fn exchange(id: u64, asked: &str, lines: &[&str], text: &str, outcome: Outcome) -> Exchange {
    let (method, target) = asked.split_once(' ').unwrap();
    let host = ["host: api.example"];
    Exchange {
        id,
        session: "s1".to_owned(),
        after: id.checked_sub(1).filter(|before| *before > 0).into_iter().collect(),
        began: BEGAN + id * 1_000_000,
        first_byte: Some(1),
        took: 5,
        route: asked.to_owned(),
        owner: "legacy".to_owned(),
        request: Request {
            method: method.to_owned(),
            target: target.to_owned(),
            version: "1.1".to_owned(),
            headers: headers(&[&host, lines].concat()),
            body: body(text),
        },
        outcome,
        redacted: Vec::new(),
    }
}

pub(super) fn get(id: u64, target: &str, outcome: Outcome) -> Exchange {
    exchange(id, &format!("GET {target}"), &[], "", outcome)
}

pub(super) fn frame(from: Side, opcode: u8, text: &str, code: Option<u16>) -> Frame {
    let content = if text.is_empty() { Content::Nothing } else { Content::Text(text.to_owned()) };
    Frame { from, at: 0, opcode, content, code }
}

fn headers(lines: &[&str]) -> Headers {
    let split = lines.iter().map(|line| line.split_once(": ").unwrap());
    split.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn body(text: &str) -> Body {
    if text.is_empty() { Body::default() } else { Body::of_text(text) }
}
