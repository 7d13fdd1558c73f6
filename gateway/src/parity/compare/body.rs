//! Compares two bodies: as JSON where both are, else byte by byte; what is packed is unpacked first.

use super::values;
use crate::parity::{
    answer::Answer,
    difference::{Difference, Kind, Place},
    json,
};

pub(super) fn compare(legacy: &Answer, native: &Answer, found: &mut Vec<Difference>) {
    if legacy.body == native.body && legacy.header("content-encoding") == native.header("content-encoding") {
        return;
    }
    let (ours, theirs) = match (legacy.unpacked(), native.unpacked()) {
        (Some(ours), Some(theirs)) => (ours, theirs),
        // What cannot be unpacked is compared as it is.
        _ => (legacy.body.clone(), native.body.clone()),
    };
    if ours == theirs {
        return;
    }
    if let (Some(ours), Some(theirs)) = (text(legacy, &ours), text(native, &theirs))
        && let (Some(legacy), Some(native)) = (json::read(ours), json::read(theirs))
    {
        return values::compare([ours, theirs], [&legacy, &native], found);
    }
    let [legacy, native] = around(&ours, &theirs);
    found.push(Difference { place: Place::Body, kind: Kind::Value, legacy, native });
}

/// What says that it is JSON.
fn text<'a>(answer: &Answer, body: &'a [u8]) -> Option<&'a str> {
    let content_type = answer.header("content-type")?.to_ascii_lowercase();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let is_json = kind == "application/json" || kind.ends_with("+json");
    is_json.then(|| str::from_utf8(body).ok()).flatten()
}

/// Both from a little before the first byte that differs.
fn around(legacy: &[u8], native: &[u8]) -> [String; 2] {
    let at = legacy.iter().zip(native).take_while(|(ours, theirs)| ours == theirs).count();
    let from = at.saturating_sub(20);
    [legacy, native].map(|body| format!("byte {at}: {}", String::from_utf8_lossy(&body[from..])))
}
