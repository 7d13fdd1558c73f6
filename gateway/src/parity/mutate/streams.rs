//! Streams that come at once, and server-sent events that lost something (WHATWG HTML, section 9.2).

use super::{Bench, Kind, Subject, document::with_body};
use crate::parity::exchange::{
    Answered,
    content::{Content, Piece},
};

/// A pause that somebody waits through, in microseconds.
const PAUSE: u64 = 100_000;

pub(super) fn break_them(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let live = subject.live;
    if pauses(live) {
        bench.lay(Kind::Coalesced, "pieces", || coalesced(live));
    }
    let is_events = live.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
    let (true, Content::Text(text)) = (is_events, &live.body.content) else { return };
    let events: Vec<&str> = text.split_inclusive("\n\n").collect();
    if let Some((_, others)) = events.split_last().filter(|(_, others)| !others.is_empty()) {
        bench.lay(Kind::EventDropped, "body", || with_body(live, &others.concat()));
    }
    for (kind, field) in [(Kind::EventId, "id:"), (Kind::EventName, "event:")] {
        let left = text.split_inclusive('\n').filter(|line| !line.starts_with(field)).collect::<String>();
        bench.lay(kind, "body", || with_body(live, &left));
    }
}

fn pauses(live: &Answered) -> bool {
    live.body.pieces.windows(2).any(|pair| pair[1].at.saturating_sub(pair[0].at) >= PAUSE)
}

/// All of it when the last piece came.
fn coalesced(live: &Answered) -> Answered {
    let mut answered = live.clone();
    let last = live.body.pieces.last().map_or(0, |piece| piece.at);
    answered.body.pieces = vec![Piece { end: live.body.length, at: last }];
    answered
}
