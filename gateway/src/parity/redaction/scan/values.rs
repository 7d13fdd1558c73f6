//! Values of a document, each unwrapped as the redaction unwraps it.

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::percent_decode_str;
use regex::Regex;

use super::{
    super::{
        detect::{self, Class},
        harmless,
        names::{self, Says},
        pseudonym::mark,
        wrapping::{self, Wrapping},
    },
    Hit, Scanner,
};
use crate::parity::{
    json::{self, Node, Shape},
    path::{Path, Step},
};

/// Members that hold digests of what is public or packed.
const DIGESTS: &[&str] = &["blob", "build", "lock", "of", "recording", "routes", "sha256"];

/// Headers that hold chance, or a digest of what everybody may see.
const OPEN: &[&str] =
    &["etag", "if-match", "if-none-match", "if-range", "sec-websocket-accept", "sec-websocket-key"];

/// What follows a backslash is no letter of the word behind it.
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\\+(?:u[0-9a-fA-F]{4}|[nrtbf/])")
        .expect("the escape is a regular expression, which a test compiles")
});

/// Where in a file something stands.
struct Spot<'a> {
    line: usize,
    place: &'a str,
    depth: u8,
}

/// Where something was replaced, in our own words.
fn is_our_place(path: &Path) -> bool {
    matches!(path.steps(), [Step::Member(list), Step::Item(_), Step::Member(at)] if list == "redacted" && at == "at")
}

impl Scanner {
    /// One JSON document, JSON lines, or text.
    pub(super) fn document(&self, text: &str, place: &str, hits: &mut Vec<Hit>) {
        if text.trim_start().starts_with(['{', '['])
            && text.trim_end().contains('\n')
            && let Some(node) = json::read(text)
        {
            return self.node(&node, "", &mut Path::default(), &Spot { line: 1, place, depth: 0 }, hits);
        }
        for (number, line) in text.lines().enumerate() {
            let spot = Spot { line: number + 1, place, depth: 0 };
            match line.starts_with(['{', '[']).then(|| json::read(line)).flatten() {
                Some(node) => self.node(&node, "", &mut Path::default(), &spot, hits),
                None => self.plain(line, number + 1, place, hits),
            }
        }
    }

    /// Text of nobody knows what: a log, a page.
    pub(super) fn plain(&self, text: &str, line: usize, place: &str, hits: &mut Vec<Hit>) {
        let text = ESCAPE.replace_all(text, " ").replace('\\', " ");
        for (number, part) in text.lines().enumerate() {
            self.value(part, "", &Spot { line: line + number, place, depth: 1 }, hits);
        }
    }

    fn node(&self, node: &Node<'_>, name: &str, path: &mut Path, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        match &node.shape {
            Shape::Object(members) => {
                for member in members {
                    path.push(Step::Member(member.name.clone()));
                    self.member_name(&member.name, path, spot, hits);
                    self.node(&member.value, &member.name, path, spot, hits);
                    path.pop();
                }
            }
            Shape::Array(items) => {
                // A header of a recording: its name and its value.
                let header = match items.as_slice() {
                    [Node { shape: Shape::Text(Some(header)), .. }, Node { shape: Shape::Text(_), .. }] => {
                        header
                    }
                    _ => name,
                };
                for (index, item) in items.iter().enumerate() {
                    path.push(Step::Item(index));
                    self.node(item, if index == 0 { name } else { header }, path, spot, hits);
                    path.pop();
                }
            }
            Shape::Text(said) => {
                let place = joined(spot.place, path);
                let inside = Spot { place: &place, ..*spot };
                let said = said.as_deref().unwrap_or(node.text);
                self.known(said.as_bytes(), spot.line, &place, hits);
                if name == "base64"
                    && let Ok(bytes) = BASE64_STANDARD.decode(said)
                {
                    let mut found = Vec::new();
                    self.bytes(&bytes, &place, spot.depth + 2, &mut found);
                    hits.extend(found.into_iter().map(|hit| Hit { line: spot.line, ..hit }));
                } else if !DIGESTS.contains(&name) && !OPEN.contains(&name) && !is_our_place(path) {
                    self.value(said, name, &inside, hits);
                }
            }
            Shape::Number if detect::is_card(node.text) && !detect::is_nobodys_card(node.text) => {
                self.hit(spot.line, &joined(spot.place, path), "card", node.text, hits);
            }
            Shape::Number | Shape::Word => {}
        }
    }

    fn member_name(&self, name: &str, path: &Path, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        if !names::is_identifier(name) {
            let place = joined(spot.place, path);
            self.value(name, "", &Spot { place: &place, depth: spot.depth + 1, ..*spot }, hits);
        }
    }

    fn value(&self, text: &str, name: &str, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        let wrapping = wrapping::of(text).filter(|_| spot.depth <= wrapping::DEEPEST + 2);
        let inside = Spot { depth: spot.depth + 1, ..*spot };
        match wrapping {
            Some(Wrapping::Json) => {
                if let Some(node) = json::read(text) {
                    let place = format!("{} > ", spot.place);
                    let inside = Spot { place: &place, ..inside };
                    self.node(&node, name, &mut Path::default(), &inside, hits);
                }
            }
            Some(Wrapping::Jwt { header, claims }) => {
                self.judge(text, Class::Jwt, spot.line, spot.place, hits);
                self.value(&header, "", &inside, hits);
                self.value(&claims, "", &inside, hits);
            }
            Some(Wrapping::Scheme { length }) => {
                let (scheme, rest) = text.split_at(length);
                match wrapping::of(rest) {
                    // Who it is has no secret name.
                    Some(Wrapping::Base64 { decoded, .. }) if scheme.eq_ignore_ascii_case("basic ") => {
                        let (user, password) = decoded.split_once(':').unwrap_or(("", decoded.as_str()));
                        self.known(decoded.as_bytes(), spot.line, spot.place, hits);
                        self.value(user, "", &inside, hits);
                        self.value(password, "password", &inside, hits);
                    }
                    _ => self.value(rest, "authorization", &inside, hits),
                }
            }
            Some(Wrapping::Form) => {
                for pair in text.split('&') {
                    let (name, coded) = pair.split_once('=').unwrap_or((pair, ""));
                    let plain = percent_decode_str(coded).decode_utf8_lossy().replace('+', " ");
                    self.value(&plain, name, &inside, hits);
                }
            }
            Some(Wrapping::Percent(decoded) | Wrapping::Base64 { decoded, .. } | Wrapping::Hex(decoded)) => {
                self.known(decoded.as_bytes(), spot.line, spot.place, hits);
                for line in decoded.lines() {
                    self.value(line, name, &inside, hits);
                }
            }
            Some(Wrapping::Url) => self.url(text, name, &inside, hits),
            None => self.bare(text, name, spot, hits),
        }
    }

    fn url(&self, url: &str, name: &str, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        let (address, pairs) = url.split_once(['?', '#']).unwrap_or((url, ""));
        self.pairs(pairs, spot, hits);
        let path = address.split_once("://").map_or(address, |(_, rest)| rest);
        if let Some((user, _)) = path.split('/').next().and_then(|authority| authority.rsplit_once('@')) {
            for part in user.splitn(2, ':') {
                self.value(part, "", spot, hits);
            }
            if let Some((_, password)) = user.split_once(':') {
                self.value(password, "password", spot, hits);
            }
        }
        let name = if path == address { "" } else { name };
        for segment in path.split('/').skip(usize::from(path != address)) {
            self.value(segment, if segment.len() > 16 { name } else { "" }, spot, hits);
        }
    }

    fn pairs(&self, pairs: &str, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        for pair in pairs.split(['&', '?', '#', ';']) {
            let (name, value) = pair.split_once('=').unwrap_or(("", pair));
            self.value(value.trim(), name.trim(), spot, hits);
        }
    }

    fn bare(&self, text: &str, name: &str, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        let is_pairs = text.contains('=') && !text.trim_end_matches('=').contains(char::is_whitespace);
        if is_pairs && !text.trim_end_matches('=').contains("://") && text.trim_end_matches('=').contains('=')
        {
            return self.pairs(text, spot, hits);
        }
        if name.eq_ignore_ascii_case("cookie") || name.eq_ignore_ascii_case("set-cookie") {
            return self.cookie(text, name, spot, hits);
        }
        if names::says(name, &[]) == Says::Secret {
            let rest = text.split_once(' ').filter(|(scheme, _)| wrapping::is_scheme(scheme));
            return self.named(rest.map_or(text, |(_, rest)| rest), spot, hits);
        }
        let mut found = Vec::new();
        self.forms(text, spot, &mut found);
        // A word may begin in the middle of what is encoded or escaped, and what looks so may be none.
        if text.contains(['%', '\\']) && !found.is_empty() {
            let plain = percent_decode_str(text).decode_utf8_lossy();
            found.clear();
            self.forms(&ESCAPE.replace_all(&plain, " "), spot, &mut found);
        }
        for line in text.lines().filter(|_| text.contains('\n')) {
            let payload = line.strip_prefix("data:").unwrap_or(line).trim();
            if matches!(wrapping::of(payload), Some(Wrapping::Json)) {
                self.value(payload, name, &Spot { depth: spot.depth + 1, ..*spot }, &mut found);
            }
        }
        hits.append(&mut found);
    }

    fn forms(&self, text: &str, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        for (place, class) in detect::spans(text) {
            let part = &text[place];
            let is_wrapped =
                matches!(class, Class::Url | Class::Token | Class::Jwt) && part.len() < text.len();
            if is_wrapped && wrapping::of(part).is_some() && spot.depth <= wrapping::DEEPEST + 2 {
                self.value(part, "", &Spot { depth: spot.depth + 1, ..*spot }, hits);
            } else {
                self.judge(part, class, spot.line, spot.place, hits);
            }
        }
    }

    fn cookie(&self, text: &str, name: &str, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        let count = if name.eq_ignore_ascii_case("cookie") { usize::MAX } else { 1 };
        for pair in text.split(';').take(count) {
            let value = pair.split_once('=').map_or(pair, |(_, value)| value).trim().trim_matches('"');
            self.value(value, "session", spot, hits);
        }
    }

    /// A value whose name says that it is secret.
    fn named(&self, text: &str, spot: &Spot<'_>, hits: &mut Vec<Hit>) {
        let is_ours = |part: &str| mark::is_marked(part) || !mark::has_room(part);
        let mut end = 0;
        let mut all_ours = true;
        for (place, class) in detect::spans(text) {
            let part = &text[place.clone()];
            all_ours &= is_ours(&text[end..place.start]);
            if class == Class::Url {
                self.value(part, "", &Spot { depth: spot.depth + 1, ..*spot }, hits);
            } else {
                all_ours &= detect::is_pseudonym(class, part) || is_ours(part);
            }
            end = place.end;
        }
        all_ours &= is_ours(&text[end..]);
        if !all_ours && !harmless::is_harmless(text) && !harmless::is_told(text) {
            self.hit(spot.line, spot.place, "name", text, hits);
        }
    }

    fn judge(&self, part: &str, class: Class, line: usize, place: &str, hits: &mut Vec<Hit>) {
        let is_nobodys = class == Class::Email && detect::is_nobodys_email(part);
        if !is_nobodys && !detect::is_pseudonym(class, part) {
            self.hit(line, place, &class.to_string(), part, hits);
        }
    }
}

fn joined(place: &str, path: &Path) -> String {
    format!("{place}{path}")
}
