//! Exchanges for tests: what a test does not say of one is as plain as can be.

use super::{Answered, Exchange, Headers, Outcome, Request, content::Body};

/// `GET /items`, answered with 200 and nothing.
pub(in crate::parity) fn exchange(id: u64, route: &str) -> Exchange {
    let (method, target) = route.split_once(' ').unwrap_or(("GET", "/"));
    Exchange {
        id,
        session: "s1".to_owned(),
        after: Vec::new(),
        began: 0,
        first_byte: None,
        took: 0,
        route: route.to_owned(),
        owner: "legacy".to_owned(),
        request: request(method, target),
        outcome: Outcome::Answered(Answered { status: 200, ..Answered::default() }),
        redacted: Vec::new(),
    }
}

pub(in crate::parity) fn request(method: &str, target: &str) -> Request {
    Request {
        method: method.to_owned(),
        target: target.to_owned(),
        version: "1.1".to_owned(),
        headers: Vec::new(),
        body: Body::default(),
    }
}

/// Each as `name: value`.
pub(in crate::parity) fn headers(lines: &[&str]) -> Headers {
    let split = lines.iter().map(|line| line.split_once(": ").expect("a name and a value"));
    split.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Nothing where the text is empty.
pub(in crate::parity) fn body(text: &str) -> Body {
    if text.is_empty() { Body::default() } else { Body::of_text(text) }
}

pub(in crate::parity) fn answered(status: u16, lines: &[&str], text: &str) -> Answered {
    Answered { status, headers: headers(lines), body: body(text), ..Answered::default() }
}
