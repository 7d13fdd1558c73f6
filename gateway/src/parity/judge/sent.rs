//! What the client sent in the place of what was recorded: so much is known to belong together.

use super::Tied;
use crate::parity::{
    compare::leaves,
    exchange::Exchange,
    rules::matcher::said,
    value::{Bound, instant::Instant},
};

pub(super) fn ties(reference: &Exchange, live: &Exchange) -> Vec<Tied> {
    let (ours, theirs) = (parts(reference), parts(live));
    if ours.len() != theirs.len() {
        return Vec::new();
    }
    let bounds = ours.into_iter().zip(theirs).filter_map(|(recorded, live)| bound(recorded, live));
    let at = "request".to_owned();
    bounds.map(|bound| Tied { general: at.clone(), at: at.clone(), bound, is_sent: true }).collect()
}

fn parts(exchange: &Exchange) -> Vec<String> {
    let target = exchange.request.target.split(['/', '?', '&', '=']);
    let mut parts: Vec<String> = target.map(str::to_owned).collect();
    if let Some(body) = exchange.request.text() {
        parts.extend(leaves::of_json(body).into_iter().map(|(_, text)| said(&text)));
    }
    parts
}

fn bound(recorded: String, live: String) -> Option<Bound> {
    let is_uuid = |text: &str| text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
    if is_uuid(&recorded) && is_uuid(&live) {
        return Some(Bound::Same { recorded, live, is_unique: true });
    }
    let (recorded, live) = (Instant::read(&recorded)?, Instant::read(&live)?);
    let has_moved = recorded.micros != live.micros;
    has_moved.then(|| Bound::Moment { recorded: recorded.micros, live: live.micros, grain: live.grain() })
}
