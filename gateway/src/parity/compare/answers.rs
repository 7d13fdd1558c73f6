//! Finds every difference between two answers as they were recorded: packing undone, streams event by event,
//! WebSockets frame by frame.

use super::{events, headers, pieces, values};
use crate::parity::{
    answer::Answer,
    difference::{Difference, Kind, Place},
    exchange::{
        Answered, Headers,
        content::Content,
        frame::{Frame, Side},
    },
    json,
    path::Path,
};

/// `is_volatile` is asked for names of headers that say nothing of an answer.
pub(in crate::parity) fn compare(
    reference: &Answered,
    live: &Answered,
    is_volatile: &dyn Fn(&str) -> bool,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut value = |place, ours: String, theirs: String| {
        if ours != theirs {
            found.push(Difference { place, kind: Kind::Value, legacy: ours, native: theirs });
        }
    };
    value(Place::Status, reference.status.to_string(), live.status.to_string());
    // That a body may come says a connection, not an answer (RFC 9110 section 15.2.1).
    let interim = |answered: &Answered| {
        let told = answered.interim.iter().filter(|status| **status != 100);
        told.map(u16::to_string).collect::<Vec<_>>().join(", ")
    };
    value(Place::Interim, interim(reference), interim(live));
    // What an Accept-Encoding is answered with stands in a header, too; a body without one was packed by something else.
    let coding = |answered: &Answered| answered.body.coding.clone().unwrap_or_default();
    if reference.header("content-encoding").is_none() && live.header("content-encoding").is_none() {
        value(Place::Coding, coding(reference), coding(live));
    }
    let derived = states_its_length(reference) && states_its_length(live);
    let skipped = |name: &str| is_volatile(name) || (derived && name.eq_ignore_ascii_case("content-length"));
    let shown = |headers: &Headers| Answer {
        status: 0,
        headers: headers.iter().filter(|(name, _)| !skipped(name)).cloned().collect(),
        body: Vec::new(),
    };
    headers::compare(&shown(&reference.headers), &shown(&live.headers), &mut found);
    let start = found.len();
    headers::compare(&shown(&reference.trailers), &shown(&live.trailers), &mut found);
    for difference in &mut found[start..] {
        if let Place::Header(name) = &difference.place {
            difference.place = Place::Trailer(name.clone());
        }
    }
    body(reference, live, &mut found);
    pieces::compare(&reference.body, &live.body, &mut found);
    frames(reference, live, &mut found);
    found
}

fn states_its_length(answered: &Answered) -> bool {
    answered.header("content-length").is_some_and(|length| length == answered.body.length.to_string())
}

fn body(reference: &Answered, live: &Answered, found: &mut Vec<Difference>) {
    let [ours, theirs] = [&reference.body.content, &live.body.content];
    if ours == theirs {
        return;
    }
    let (Content::Text(ours), Content::Text(theirs)) = (ours, theirs) else {
        let [legacy, native] = [ours, theirs].map(told);
        return found.push(Difference { place: Place::Body, kind: Kind::Value, legacy, native });
    };
    if is_stream(reference) && is_stream(live) {
        return events::compare(ours, theirs, found);
    }
    if let Some(differences) = documents(ours, theirs, Place::Json) {
        return found.extend(differences);
    }
    found.push(Difference {
        place: Place::Body,
        kind: Kind::Value,
        legacy: ours.clone(),
        native: theirs.clone(),
    });
}

/// What a body is called that is not text: two that differ are called differently.
pub(in crate::parity) fn told(content: &Content) -> String {
    match content {
        Content::Nothing => String::new(),
        Content::Text(text) => text.clone(),
        Content::Bytes(bytes) => format!("{} bytes, base64 {}", bytes.len(), {
            use base64::{Engine, prelude::BASE64_STANDARD};
            BASE64_STANDARD.encode(bytes)
        }),
        Content::Blob(hash) => format!("sha256 {hash}"),
        Content::Omitted(why) => format!("not kept: {why}"),
    }
}

pub(in crate::parity) fn is_stream(answered: &Answered) -> bool {
    answered.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"))
}

/// Nothing unless both are JSON documents with a structure.
pub(super) fn documents(ours: &str, theirs: &str, place: impl Fn(Path) -> Place) -> Option<Vec<Difference>> {
    let (one, other) = (document(ours)?, document(theirs)?);
    let mut found = Vec::new();
    values::compare([ours, theirs], [&one, &other], &mut found);
    for difference in &mut found {
        if let Place::Json(path) = &difference.place {
            difference.place = place(path.clone());
        }
    }
    Some(found)
}

/// A text that is JSON whatever its content type says: only what could be something else is none.
pub(in crate::parity) fn document(text: &str) -> Option<json::Node<'_>> {
    json::read(text).filter(|node| !matches!(node.shape, json::Shape::Word) || is_word(node.text))
}

fn is_word(text: &str) -> bool {
    matches!(text, "true" | "false" | "null")
}

fn frames(reference: &Answered, live: &Answered, found: &mut Vec<Difference>) {
    let (ours, theirs) = (told_frames(reference), told_frames(live));
    for at in 0..ours.len().max(theirs.len()) {
        let mut report = |kind, legacy: String, native: String| {
            found.push(Difference { place: Place::Frame(at, None), kind, legacy, native });
        };
        let (one, other) = match (ours.get(at), theirs.get(at)) {
            (Some(one), Some(other)) => (one, other),
            (Some(one), None) => {
                report(Kind::Missing, frame(one), String::new());
                continue;
            }
            (None, Some(other)) => {
                report(Kind::Added, String::new(), frame(other));
                continue;
            }
            (None, None) => continue,
        };
        let kind = |frame: &Frame| (frame.opcode, frame.code);
        if kind(one) == kind(other)
            && let (Content::Text(ours), Content::Text(theirs)) = (&one.content, &other.content)
            && let Some(differences) = documents(ours, theirs, |path| Place::Frame(at, Some(path)))
        {
            found.extend(differences);
        } else if frame(one) != frame(other) {
            report(Kind::Value, frame(one), frame(other));
        }
    }
}

/// What the server said. Pings and pongs are of connections, not of conversations.
pub(in crate::parity) fn told_frames(answered: &Answered) -> Vec<&Frame> {
    let is_told = |frame: &&Frame| frame.from == Side::Server && !matches!(frame.opcode, 9 | 10);
    answered.frames.iter().filter(is_told).collect()
}

fn frame(frame: &Frame) -> String {
    let code = frame.code.map(|code| format!("{code} ")).unwrap_or_default();
    let opcode = match frame.opcode {
        1 => "text".to_owned(),
        2 => "binary".to_owned(),
        8 => "close".to_owned(),
        other => format!("opcode {other}"),
    };
    format!("{opcode} {code}{}", told(&frame.content))
}
