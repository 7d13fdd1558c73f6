//! Compares how two bodies came: what the reference held back for a while must not come all at once.

use crate::parity::{
    difference::{Difference, Kind, Place},
    exchange::content::Body,
};

/// In microseconds. Less is what a busy machine does by itself.
const PAUSE: u64 = 100_000;

pub(super) fn compare(reference: &Body, live: &Body, found: &mut Vec<Difference>) {
    let paused: Vec<u64> = pauses(reference);
    // Places within a packed body, or within one of another length, say nothing of each other.
    let is_alike = reference.length == live.length && reference.coding == live.coding;
    let is_held = |end: &u64| match is_alike {
        true => live.pieces.iter().any(|piece| piece.end == *end),
        false => live.pieces.len() > paused.len(),
    };
    let lost: Vec<String> = paused.iter().filter(|end| !is_held(end)).map(u64::to_string).collect();
    if !lost.is_empty() || (!paused.is_empty() && pauses(live).is_empty()) {
        let at = if lost.is_empty() { "every pause".to_owned() } else { format!("byte {}", lost.join(", ")) };
        found.push(Difference {
            place: Place::Pieces,
            kind: Kind::Value,
            legacy: format!("pauses at {at}"),
            native: format!("{} pieces without it", live.pieces.len()),
        });
    }
}

/// After which bytes nothing came for a while.
fn pauses(body: &Body) -> Vec<u64> {
    let pairs = body.pieces.windows(2);
    pairs.filter(|pair| pair[1].at.saturating_sub(pair[0].at) >= PAUSE).map(|pair| pair[0].end).collect()
}
