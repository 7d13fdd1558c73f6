//! Exchanges for tests, each a line.

use crate::parity::exchange::{Answered, Exchange, Headers, Outcome, Request, content::Body};

fn headers(lines: &[&str]) -> Headers {
    let split = lines.iter().filter_map(|line| line.split_once(": "));
    split.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn body(text: &str) -> Body {
    if text.is_empty() { Body::default() } else { Body::of_text(text) }
}

pub(super) fn answer(status: u16, lines: &[&str], text: &str) -> Outcome {
    Outcome::Answered(Answered {
        status,
        headers: headers(lines),
        body: body(text),
        trailers: Vec::new(),
        interim: Vec::new(),
        frames: Vec::new(),
    })
}

/// One after the other, each ten microseconds after the last and half as long.
pub(super) fn exchange(
    id: u64,
    route: &str,
    target: &str,
    lines: &[&str],
    text: &str,
    outcome: Outcome,
) -> Exchange {
    Exchange {
        id,
        session: "s1".to_owned(),
        after: id.checked_sub(1).filter(|before| *before > 0).into_iter().collect(),
        began: id * 10,
        first_byte: Some(1),
        took: 5,
        route: route.to_owned(),
        owner: String::new(),
        request: Request {
            method: route.split(' ').next().unwrap_or_default().to_owned(),
            target: target.to_owned(),
            version: "1.1".to_owned(),
            headers: headers(lines),
            body: body(text),
        },
        outcome,
        redacted: Vec::new(),
    }
}
