//! Exchanges for tests, each a line.

use crate::parity::exchange::{Exchange, Outcome, sample};

pub(super) fn answer(status: u16, lines: &[&str], text: &str) -> Outcome {
    Outcome::Answered(sample::answered(status, lines, text))
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
    let mut exchange = sample::exchange(id, route);
    exchange.after = id.checked_sub(1).filter(|before| *before > 0).into_iter().collect();
    (exchange.began, exchange.first_byte, exchange.took) = (id * 10, Some(1), 5);
    target.clone_into(&mut exchange.request.target);
    exchange.request.headers = sample::headers(lines);
    exchange.request.body = sample::body(text);
    Exchange { outcome, ..exchange }
}
