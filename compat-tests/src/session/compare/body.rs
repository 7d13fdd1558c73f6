//! Compares two bodies byte by byte; what clock or database generated is looked for where it is allowed to stand.

use std::time::{Duration, SystemTime};

use super::headers::explained;
use super::{Allowance, Difference, Ledger, Pair, Report, What, Window};
use crate::client::Head;

pub(super) fn compare(pair: &Pair<'_>, ledger: &mut Ledger<'_>, report: &mut Report<'_>) {
    let mut bodies = [pair.straight, pair.through].map(|heard| heard.body.to_vec());
    if bodies[0] == bodies[1] {
        return;
    }
    for (index, allowance) in ledger.find(What::JsonValue, pair) {
        if replace_generated(pair, &mut bodies, allowance) {
            ledger.uses(index);
        }
    }
    let zipped = |head: &Head| head.headers.one("content-encoding") == Some("gzip");
    if zipped(&pair.straight.head) && zipped(&pair.through.head) {
        for (index, _) in ledger.find(What::GzipTime, pair) {
            if replace_gzip_time(pair, &mut bodies) {
                ledger.uses(index);
            }
        }
    }
    let [straight, through] = bodies;
    if straight != through {
        let at = straight.iter().zip(&through).take_while(|(ours, theirs)| ours == theirs).count();
        report.add(Difference::Body, &around(&straight, at), &around(&through, at));
    }
}

/// Replaces the texts under a key, pair by pair, where they differ as generated ones do.
fn replace_generated(pair: &Pair<'_>, bodies: &mut [Vec<u8>; 2], allowance: &Allowance) -> bool {
    let (Ok(straight), Ok(through)) = (str::from_utf8(&bodies[0]), str::from_utf8(&bodies[1])) else {
        return false;
    };
    let key = format!("\"{}\":\"", allowance.name);
    let (ours, theirs) = (straight.split(&key), through.split(&key));
    let pieces: Vec<_> = ours.zip(theirs).collect();
    if straight.matches(&key).count() != through.matches(&key).count() {
        return false;
    }
    let mut replaced = [String::new(), String::new()];
    let mut found = false;
    for (index, (ours, theirs)) in pieces.into_iter().enumerate() {
        let (first, second) = (first_text(ours), first_text(theirs));
        let generated = index > 0 && explained(allowance, [first, second], pair.windows);
        found |= generated;
        for (text, (piece, value)) in replaced.iter_mut().zip([(ours, first), (theirs, second)]) {
            if index > 0 {
                text.push_str(&key);
            }
            text.push_str(if generated { &piece[value.len()..] } else { piece });
        }
    }
    *bodies = replaced.map(String::into_bytes);
    found
}

/// Up to the closing quote: no generated text holds an escaped one.
fn first_text(piece: &str) -> &str {
    piece.split('"').next().unwrap_or_default()
}

/// The fifth to the eighth byte: seconds, least significant byte first.
fn replace_gzip_time(pair: &Pair<'_>, bodies: &mut [Vec<u8>; 2]) -> bool {
    let time = |body: &[u8]| {
        let bytes: [u8; 4] = body.get(4..8)?.try_into().ok()?;
        let seconds = Duration::from_secs(u64::from(u32::from_le_bytes(bytes)));
        Some(SystemTime::UNIX_EPOCH + seconds)
    };
    let plausible = |(body, window): (&Vec<u8>, Window)| time(body).is_some_and(|at| window.holds(at));
    if bodies[0].get(4..8) == bodies[1].get(4..8) || !bodies.iter().zip(pair.windows).all(plausible) {
        return false;
    }
    for body in bodies {
        body[4..8].fill(0);
    }
    true
}

/// The surroundings of the first difference.
fn around(body: &[u8], at: usize) -> String {
    let (from, to) = (at.saturating_sub(60), body.len().min(at + 100));
    let text = String::from_utf8_lossy(&body[from.min(to)..to]);
    format!("{} bytes, from byte {at} on: …{text}…", body.len())
}
