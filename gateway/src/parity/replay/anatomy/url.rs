//! The segments of a path and the values of a query, decoded to be looked at and encoded as they were.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{Spot, Visit, Way, kind, views};

/// What stands for itself everywhere (RFC 3986 section 2.3).
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What may also stand in a segment or a value as it is, where its writer did not encode anything.
const LOOSE: &AsciiSet = &STRICT
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b',')
    .remove(b'$')
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// The target of a request, whose route says which segments are parameters.
pub(super) fn target(route: &str, target: &str, visit: &mut dyn Visit) -> Option<String> {
    let spot = Spot::new("target".to_owned(), "", &kind::resource(route), Way::Named);
    let template = route.split_once(' ').map(|(_, path)| path).filter(|path| path.starts_with('/'));
    // The form that a proxy is asked in (RFC 9112 section 3.2.2).
    let path = after_authority(target);
    let changed = reference(&spot, path, template, 0, visit)?;
    Some(format!("{}{changed}", &target[..target.len() - path.len()]))
}

/// A link in a text: `https://host/path?query`, `/path?query`.
pub(super) fn link(spot: &Spot, text: &str, depth: usize, visit: &mut dyn Visit) -> Option<String> {
    let path = after_authority(text);
    let changed = reference(spot, path, None, depth, visit)?;
    Some(format!("{}{changed}", &text[..text.len() - path.len()]))
}

pub(super) fn is_link(text: &str) -> bool {
    let is_absolute = text.starts_with("http://") || text.starts_with("https://") || text.starts_with("ws");
    let is_rooted = text.len() > 1 && text.starts_with('/');
    let is_query = text.starts_with('?') && text.contains('=');
    (is_rooted || is_query || is_absolute && text.contains("://"))
        && text.bytes().all(|byte| byte.is_ascii_graphic() || byte >= 0x80)
}

fn after_authority(text: &str) -> &str {
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    {
        return text;
    }
    rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
}

fn reference(
    spot: &Spot,
    text: &str,
    template: Option<&str>,
    depth: usize,
    visit: &mut dyn Visit,
) -> Option<String> {
    let (text, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
    let (path, query) = text.split_at(text.find('?').unwrap_or(text.len()));
    let new_path = segments(spot, path, template, depth, visit);
    let new_query = query.strip_prefix('?').and_then(|query| pairs(spot, query, depth, visit));
    if new_path.is_none() && new_query.is_none() {
        return None;
    }
    let query = new_query.map_or_else(|| query.to_owned(), |query| format!("?{query}"));
    Some(format!("{}{query}{fragment}", new_path.as_deref().unwrap_or(path)))
}

fn segments(
    spot: &Spot,
    path: &str,
    template: Option<&str>,
    depth: usize,
    visit: &mut dyn Visit,
) -> Option<String> {
    let mut slots = template.map(|template| template.split('/'));
    let mut before = String::new();
    let mut is_changed = false;
    let mut swallows = false;
    let mut new = Vec::new();
    for (number, segment) in path.split('/').enumerate() {
        let slot = slots.as_mut().and_then(Iterator::next);
        let decoded = percent_decode_str(segment).decode_utf8_lossy();
        // `{path:path}` takes all that follows, of which nobody says what it is.
        swallows |= slot.is_some_and(|slot| slot.contains(":path}"));
        let (name, way) = match slot {
            _ if swallows || template.is_none() => ("", guess(&decoded, &before)),
            Some(slot) if slot.contains('{') => (slot_name(slot), Way::Slot),
            Some(_) | None => ("", Way::Literal),
        };
        if way == Way::Literal {
            before = decoded.into_owned();
            new.push(segment.to_owned());
            continue;
        }
        let here = Spot::new(format!("{} /{number}", spot.place), name, &before, way);
        let changed = views::text(&here, &decoded, depth + 1, visit);
        is_changed |= changed.is_some();
        new.push(changed.map_or_else(|| segment.to_owned(), |value| encode(&value, segment)));
    }
    is_changed.then(|| new.join("/"))
}

/// Of a link that no route explains: a word names what the number after it is of.
fn guess(segment: &str, before: &str) -> Way {
    let is_word = segment.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
    if segment.is_empty() || (is_word && segment.len() < 20) || before.is_empty() {
        Way::Literal
    } else {
        Way::Slot
    }
}

fn slot_name(slot: &str) -> &str {
    let inside = slot.split_once('{').map_or("", |(_, inside)| inside);
    inside.split([':', '}']).next().unwrap_or_default()
}

/// `a=1&b=2`, as in a query and in a form.
pub(super) fn pairs(spot: &Spot, text: &str, depth: usize, visit: &mut dyn Visit) -> Option<String> {
    let mut is_changed = false;
    let mut seen: Vec<String> = Vec::new();
    let mut new = Vec::new();
    for pair in text.split('&') {
        let (raw_name, raw) = pair.split_once('=').unwrap_or((pair, ""));
        let name = plus_decoded(raw_name);
        let again = seen.iter().filter(|earlier| **earlier == name).count();
        let number = if again == 0 { String::new() } else { format!("#{again}") };
        let place = format!("{} ?{name}{number}", spot.place);
        let here = Spot::new(place, &name, &spot.within, Way::Named);
        seen.push(name);
        let value = plus_decoded(raw);
        let changed = (!raw.is_empty()).then(|| views::text(&here, &value, depth + 1, visit)).flatten();
        is_changed |= changed.is_some();
        new.push(
            changed.map_or_else(|| pair.to_owned(), |value| format!("{raw_name}={}", encode(&value, raw))),
        );
    }
    is_changed.then(|| new.join("&"))
}

fn plus_decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn encode(value: &str, original: &str) -> String {
    let set = if original.contains('%') { STRICT } else { LOOSE };
    utf8_percent_encode(value, set).to_string()
}
