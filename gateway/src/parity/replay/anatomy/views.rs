//! A text as what it may be beside a text: a document, a link, something in base64, a token behind a word.

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{DEEPEST, Spot, Visit, Way, json, url};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BARE: GeneralPurposeConfig = LENIENT.with_encode_padding(false);

/// The whole text first; then, if it is left as it is, what stands in it.
pub(super) fn text(spot: &Spot, text: &str, depth: usize, visit: &mut dyn Visit) -> Option<String> {
    if text.is_empty() || depth > DEEPEST {
        return None;
    }
    if let Some(new) = visit(spot, text) {
        return Some(new);
    }
    let depth = depth + 1;
    if json::is_document(text) {
        return json::document(spot, text, depth, visit);
    }
    if url::is_link(text) {
        return url::link(spot, text, depth, visit);
    }
    if is_token(text) {
        // Only its issuer can sign it, so nothing in it can be replaced: what it says is looked at and left.
        claims(spot, text, depth, visit);
        return None;
    }
    if let Some(inside) = quoted(text) {
        let new = self::text(&spot.inner("quoted"), inside, depth, visit)?;
        return Some(text.replacen(inside, &new, 1));
    }
    if let Some((scheme, rest)) = credentials(text) {
        return tokens(spot, rest, depth, visit).map(|new| format!("{scheme} {new}"));
    }
    if let Some((inside, engine)) = decoded(text) {
        let new = self::text(&spot.inner("base64"), &inside, depth, visit)?;
        return Some(engine.encode(new));
    }
    words(spot, text, visit)
}

/// `"a", W/"b"`: each without its quotes.
pub(super) fn etags(name: &str, value: &str, visit: &mut dyn Visit) -> Option<String> {
    let mut new = String::new();
    let mut is_changed = false;
    for (number, part) in value.split('"').enumerate() {
        let is_inside = number % 2 == 1;
        let spot = Spot::new(format!("header {name} {}", number / 2), name, "", Way::Etag);
        let changed = if is_inside && !part.is_empty() { text(&spot, part, 0, visit) } else { None };
        is_changed |= changed.is_some();
        if number > 0 {
            new.push('"');
        }
        new.push_str(changed.as_deref().unwrap_or(part));
    }
    is_changed.then_some(new)
}

/// Three parts of base64url of which the first is a JOSE header (RFC 7515).
fn is_token(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    parts.len() == 3
        && parts[0].starts_with("eyJ")
        && decoded(parts[0]).is_some_and(|(head, _)| head.contains("\"alg\""))
}

fn claims(spot: &Spot, text: &str, depth: usize, visit: &mut dyn Visit) {
    let payload = text.split('.').nth(1).and_then(decoded);
    if let Some((payload, _)) = payload {
        let _ = json::document(&spot.inner("claims"), &payload, depth, &mut |spot: &Spot, text: &str| {
            let _ = visit(spot, text);
            None
        });
    }
}

fn quoted(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"')?.strip_suffix('"')?;
    (!inside.is_empty() && !inside.contains('"')).then_some(inside)
}

/// As a rule one; what a client sends beside it is sent again.
fn tokens(spot: &Spot, rest: &str, depth: usize, visit: &mut dyn Visit) -> Option<String> {
    let mut is_changed = false;
    let words = rest.split(' ').enumerate().map(|(number, word)| {
        let place = if number == 0 { "token".to_owned() } else { format!("token {}", number + 1) };
        let new = text(&spot.inner(&place), word, depth, visit);
        is_changed |= new.is_some();
        new.unwrap_or_else(|| word.to_owned())
    });
    let new = words.collect::<Vec<_>>().join(" ");
    is_changed.then_some(new)
}

/// `Bearer abc`, `Basic YTpi`, `Token abc`.
fn credentials(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(' ')?;
    let known = ["bearer", "basic", "token", "apikey", "jwt"];
    known.contains(&scheme.to_ascii_lowercase().as_str()).then_some((scheme, rest))
}

/// Text in base64 of either alphabet, with the engine that writes it in the same way.
fn decoded(text: &str) -> Option<(String, GeneralPurpose)> {
    let is_long = text.len() >= 8;
    let alphabet = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let config = if text.ends_with('=') || text.len().is_multiple_of(4) { LENIENT } else { BARE };
    let engine = GeneralPurpose::new(alphabet, config);
    let bytes = is_long.then(|| engine.decode(text).ok()).flatten()?;
    let inside = String::from_utf8(bytes).ok()?;
    let is_text = inside.chars().all(|character| !character.is_control() || character.is_whitespace());
    // What is not written back the same is no base64, but looks like it.
    (is_text && !inside.is_empty() && engine.encode(&inside) == text).then_some((inside, engine))
}

/// Words in a longer text: `task:7`, `urn:uuid:...`, `Created 3f2a...`.
fn words(spot: &Spot, text: &str, visit: &mut dyn Visit) -> Option<String> {
    let belongs = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
    let pieces: Vec<&str> = text.split_inclusive(|character: char| !belongs(character)).collect();
    if pieces.len() < 2 || text.len() > LONGEST {
        return None;
    }
    let mut is_changed = false;
    let mut before = "";
    let mut new = String::new();
    for (number, piece) in pieces.iter().enumerate() {
        let word = piece.trim_end_matches(|character: char| !belongs(character));
        let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
        // `task:7` says what 7 is; `at 7 o'clock` does not.
        let is_named = before.ends_with([':', '/']) && before.starts_with(|c: char| c.is_alphabetic());
        let is_listed = is_number && super::kind::of(spot).is_some() && !before.contains(' ');
        let place = format!("{} word {number}", spot.place);
        let here = match (is_number, is_named, is_listed) {
            (true, true, _) => Spot::new(place, "", before.trim_end_matches([':', '/']), Way::Slot),
            (true, false, true) => Spot { place, ..spot.clone() },
            _ => Spot::new(place, &spot.name, &spot.within, Way::Word),
        };
        let changed = if word.is_empty() { None } else { visit(&here, word) };
        is_changed |= changed.is_some();
        new.push_str(changed.as_deref().unwrap_or(word));
        new.push_str(&piece[word.len()..]);
        before = piece;
    }
    is_changed.then_some(new)
}

/// Longer texts are prose.
const LONGEST: usize = 1_000;
