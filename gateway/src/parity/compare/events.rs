//! Compares two event streams event by event: WHATWG HTML, server-sent events.

use super::answers::documents;
use crate::parity::difference::{Difference, Kind, Place};

/// One event: what is not data as it came, and its data.
pub(in crate::parity) struct Event {
    pub(in crate::parity) head: String,
    pub(in crate::parity) data: Option<String>,
    /// As it came, with its empty line.
    pub(in crate::parity) raw: String,
}

pub(super) fn compare(ours: &str, theirs: &str, found: &mut Vec<Difference>) {
    let (ours, theirs) = (read(ours), read(theirs));
    for at in 0..ours.len().max(theirs.len()) {
        let mut report = |kind, legacy: &str, native: &str| {
            let place = Place::Event(at, None);
            found.push(Difference { place, kind, legacy: legacy.to_owned(), native: native.to_owned() });
        };
        match (ours.get(at), theirs.get(at)) {
            (Some(one), None) => report(Kind::Missing, &one.raw, ""),
            (None, Some(other)) => report(Kind::Added, "", &other.raw),
            (Some(one), Some(other)) if one.raw != other.raw => {
                let before = found.len();
                let inside = match (&one.data, &other.data) {
                    (Some(one), Some(other)) => documents(one, other, |path| Place::Event(at, Some(path))),
                    (_, _) => None,
                };
                match inside {
                    Some(inside) if one.head == other.head => found.extend(inside),
                    Some(inside) => {
                        found.push(value(at, &one.head, &other.head));
                        found.extend(inside);
                    }
                    None => found.push(value(at, &one.raw, &other.raw)),
                }
                // The same data on other lines, or lines that end in another way.
                if found.len() == before {
                    found.push(value(at, &one.raw, &other.raw));
                }
            }
            (_, _) => {}
        }
    }
}

fn value(at: usize, legacy: &str, native: &str) -> Difference {
    let (legacy, native) = (legacy.to_owned(), native.to_owned());
    Difference { place: Place::Event(at, None), kind: Kind::Value, legacy, native }
}

/// What of a stream is whole events, and how many: one that was cut off may end within the next.
pub(in crate::parity) fn whole(stream: &str) -> (&str, usize) {
    let mut events = read(stream);
    if events.last().is_some_and(|last| !is_whole(last)) {
        events.pop();
    }
    let length = events.iter().map(|event| event.raw.len()).sum();
    (&stream[..length], events.len())
}

fn is_whole(event: &Event) -> bool {
    let last = event.raw.split_inclusive('\n').next_back().unwrap_or_default();
    last.ends_with('\n') && last.trim_end_matches(['\r', '\n']).is_empty()
}

pub(in crate::parity) fn read(stream: &str) -> Vec<Event> {
    let mut events = Vec::new();
    let mut raw = String::new();
    for line in stream.split_inclusive('\n') {
        raw.push_str(line);
        if line.trim_end_matches(['\r', '\n']).is_empty() {
            events.push(event(std::mem::take(&mut raw)));
        }
    }
    if !raw.is_empty() {
        events.push(event(raw));
    }
    events
}

fn event(raw: String) -> Event {
    let (mut head, mut data) = (String::new(), Vec::new());
    for line in raw.lines() {
        match line.strip_prefix("data:") {
            Some(text) => data.push(text.strip_prefix(' ').unwrap_or(text)),
            None if line.is_empty() => {}
            None => {
                head.push_str(line);
                head.push('\n');
            }
        }
    }
    let data = (!data.is_empty()).then(|| data.join("\n"));
    Event { head, data, raw }
}
