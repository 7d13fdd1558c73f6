//! Exchanges to redact.

use super::super::{Key, Mode, Policy, Redactor};
use crate::parity::exchange::{Answered, Exchange, Outcome, Request, content::Body};

pub(super) fn redactor(mode: Mode) -> Redactor {
    let policy = Policy { mode, ..Policy::default() };
    Redactor::new(&policy, Key::from_bytes(&[7; 32]).unwrap())
}

pub(super) fn exchange(method: &str, target: &str) -> Exchange {
    Exchange {
        id: 1,
        session: redactor(Mode::Strict).session(b"10.0.0.1 curl"),
        after: Vec::new(),
        began: 1_790_000_000_000_000,
        first_byte: None,
        took: 1,
        route: String::new(),
        owner: "legacy".to_owned(),
        request: Request {
            method: method.to_owned(),
            target: target.to_owned(),
            version: "1.1".to_owned(),
            headers: Vec::new(),
            body: Body::default(),
        },
        outcome: answered("application/json", ""),
        redacted: Vec::new(),
    }
}

pub(super) fn answered(media: &str, body: &str) -> Outcome {
    Outcome::Answered(Answered {
        status: 200,
        headers: vec![("content-type".to_owned(), media.to_owned())],
        body: Body::of_bytes(body.to_owned().into()),
        trailers: Vec::new(),
        interim: Vec::new(),
        frames: Vec::new(),
    })
}

/// An answer of JSON, after its redaction.
pub(super) fn redacted(mode: Mode, document: &str) -> Exchange {
    let mut exchange = exchange("GET", "/");
    exchange.outcome = answered("application/json", document);
    redactor(mode).redact(&mut exchange);
    exchange
}
