//! Exchanges to redact.

use super::super::{Key, Mode, Policy, Redactor};
use crate::parity::exchange::{Answered, Exchange, Outcome, content::Body, sample};

pub(super) fn redactor(mode: Mode) -> Redactor {
    let policy = Policy { mode, ..Policy::default() };
    Redactor::new(&policy, Key::from_bytes(&[7; 32]).unwrap())
}

pub(super) fn exchange(method: &str, target: &str) -> Exchange {
    let session = redactor(Mode::Strict).session(b"10.0.0.1 curl");
    let (request, outcome) = (sample::request(method, target), answered("application/json", ""));
    Exchange { session, began: 1_790_000_000_000_000, took: 1, request, outcome, ..sample::exchange(1, "") }
}

pub(super) fn answered(media: &str, body: &str) -> Outcome {
    let body = Body::of_bytes(body.to_owned().into());
    Outcome::Answered(Answered { body, ..sample::answered(200, &[&format!("content-type: {media}")], "") })
}

/// An answer of JSON, after its redaction.
pub(super) fn redacted(mode: Mode, document: &str) -> Exchange {
    let mut exchange = exchange("GET", "/");
    exchange.outcome = answered("application/json", document);
    redactor(mode).redact(&mut exchange);
    exchange
}
