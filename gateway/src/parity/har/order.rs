//! Which exchanges had ended before another began, from their times.

use crate::parity::exchange::Exchange;

/// By when they began, with ids from 1, each after those that are not before another one of these.
pub(super) fn put_in_order(exchanges: &mut [Exchange]) {
    exchanges.sort_by_key(|exchange| exchange.began);
    for (id, exchange) in (1..).zip(exchanges.iter_mut()) {
        exchange.id = id;
    }
    let mut ended: Vec<(u64, u64, u64)> =
        exchanges.iter().map(|exchange| (end(exchange), exchange.began, exchange.id)).collect();
    ended.sort_unstable();
    let mut latest = Vec::with_capacity(ended.len());
    for (_, began, _) in &ended {
        latest.push(latest.last().map_or(*began, |before: &u64| *began.max(before)));
    }
    for exchange in exchanges {
        let before = ended.partition_point(|(end, ..)| *end <= exchange.began);
        let Some(last_began) = before.checked_sub(1).map(|last| latest[last]) else { continue };
        let covered = ended[..before].partition_point(|(end, ..)| *end <= last_began);
        exchange.after = ended[covered..before].iter().map(|(.., id)| *id).collect();
        exchange.after.sort_unstable();
    }
}

/// Later than it began, or it would be before itself.
fn end(exchange: &Exchange) -> u64 {
    exchange.began.saturating_add(exchange.took.max(1))
}
