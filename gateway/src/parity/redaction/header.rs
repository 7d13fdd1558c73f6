//! Headers: those of the protocol stay, cookies and credentials never do, and of the others what is harmless.

use super::{
    Redactor,
    detect::{self, Class},
    names::{self, Says},
    policy::Mode,
    text::{How, Replaced},
    wrapping,
};
use crate::parity::exchange::Headers;

/// Say how a message travels and what a browser may do with it. Secrets are looked for in them all the same.
const PROTOCOL: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-transfer-encoding",
    "content-type",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "deprecation",
    "expect",
    "expires",
    "host",
    "if-modified-since",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "max-forwards",
    "permissions-policy",
    "pragma",
    "prefer",
    "preference-applied",
    "priority",
    "range",
    "referrer-policy",
    "retry-after",
    "server",
    "strict-transport-security",
    "sunset",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "vary",
    "via",
    "x-content-type-options",
    "x-dns-prefetch-control",
    "x-frame-options",
    "x-powered-by",
    "x-requested-with",
    "x-robots-tag",
    "x-xss-protection",
    "x-http-method-override",
    "x-forwarded-proto",
    "x-process-time",
    "x-response-time",
];

const FAMILIES: &[&str] =
    &["access-control-", "sec-fetch-", "sec-ch-", "ratelimit-", "x-ratelimit-", "sec-websocket-"];

impl Redactor {
    pub(super) fn headers(&mut self, headers: &mut Headers, at: &str) {
        for (name, value) in headers {
            if let Some(replaced) = self.header(name, value) {
                self.note(format!("{at} {}", name.to_ascii_lowercase()), &replaced.class);
                *value = replaced.text;
            }
        }
    }

    pub(super) fn header(&mut self, name: &str, value: &str) -> Option<Replaced> {
        let name = name.to_ascii_lowercase();
        if self.policy.keeps_header(&name) {
            return None;
        }
        let how = How::of(self.policy.mode);
        match name.as_str() {
            "cookie" => self.cookies(value),
            "set-cookie" => self.set_cookie(value),
            "authorization" | "proxy-authorization" => self.authorization(value),
            "www-authenticate" | "proxy-authenticate" => self.challenge(value),
            "location" | "content-location" | "referer" | "origin" => self.url(value, how),
            "link" => self.links(value, how),
            "etag" | "if-match" | "if-none-match" | "if-range" => self.opaque(value, how),
            "content-disposition" => self.disposition(value, how),
            // Chance and its digest, which open no door (RFC 6455 section 1.3).
            "sec-websocket-key" | "sec-websocket-accept" => None,
            "sec-websocket-protocol" => self.text(value, how),
            name if PROTOCOL.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family)) => {
                self.text(value, How::of(Mode::Secrets))
            }
            name => match names::says(name, &self.policy.sensitive) {
                Says::Secret => self.text(value, how.forced("header")),
                Says::Personal if how.mode == Mode::Strict => self.text(value, how.forced("header")),
                Says::Personal | Says::Nothing => self.text(value, how),
            },
        }
    }

    /// The scheme stays, and what follows does not, whatever it is.
    fn authorization(&mut self, value: &str) -> Option<Replaced> {
        let how = How::of(self.policy.mode).forced("header");
        // A client that has no token yet.
        if wrapping::is_scheme(value.trim_end()) {
            return None;
        }
        let whole = match value.split_once(' ') {
            Some((scheme, rest)) if wrapping::of(value).is_none() => {
                let rest = self.text(rest.trim_start(), how)?;
                Replaced::new(format!("{scheme} {}", rest.text), "header")
            }
            _ => self.text(value, how)?,
        };
        Some(Replaced::new(whole.text, "header"))
    }

    /// How to log in, which everybody is told (RFC 9110 section 11.6.1): what follows the scheme is no token.
    fn challenge(&mut self, value: &str) -> Option<Replaced> {
        let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
        let rest = self.text(rest, How::of(Mode::Secrets))?;
        Some(Replaced { text: format!("{scheme} {}", rest.text), ..rest })
    }

    fn cookies(&mut self, value: &str) -> Option<Replaced> {
        let mut changed = false;
        let pairs: Vec<_> = value
            .split(';')
            .map(|pair| {
                let other = self.cookie(pair);
                changed |= other.is_some();
                other.unwrap_or_else(|| pair.to_owned())
            })
            .collect();
        changed.then(|| Replaced::new(pairs.join(";"), "cookie"))
    }

    fn set_cookie(&mut self, value: &str) -> Option<Replaced> {
        let (pair, attributes) = value.find(';').map_or((value, ""), |at| value.split_at(at));
        let other = self.cookie(pair)?;
        Some(Replaced::new(other + attributes, "cookie"))
    }

    fn cookie(&mut self, pair: &str) -> Option<String> {
        let how = How::of(self.policy.mode).forced("cookie");
        let Some((name, value)) = pair.split_once('=') else {
            return self.text(pair.trim(), how).map(|replaced| replaced.text);
        };
        let is_quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
        let bare = if is_quoted { &value[1..value.len() - 1] } else { value };
        // What a server writes to take a cookie back.
        if bare == "deleted" || self.policy.keeps_cookie(name.trim()) {
            return None;
        }
        let other = self.text(bare, how)?.text;
        Some(if is_quoted { format!("{name}=\"{other}\"") } else { format!("{name}={other}") })
    }

    /// Entity tags: what stands between the quotes (RFC 9110 section 8.8.3). Of test data they are no secret.
    fn opaque(&mut self, value: &str, how: How) -> Option<Replaced> {
        if !value.contains('"') {
            return self.tag(value, how);
        }
        self.within(value, '"', '"', |redactor, tag| redactor.tag(tag, how))
    }

    fn tag(&mut self, tag: &str, how: How) -> Option<Replaced> {
        let is_digest = |class: Class| matches!(class, Class::Token | Class::Uuid);
        let is_plain = wrapping::of(tag).is_none()
            && detect::spans(tag).iter().all(|(_, class)| is_digest(*class))
            && !self.pseudonyms.knows(tag);
        if how.mode == Mode::Secrets && is_plain { None } else { self.text(tag, how) }
    }

    fn links(&mut self, value: &str, how: How) -> Option<Replaced> {
        self.within(value, '<', '>', |redactor, link| redactor.url(link, how))
    }

    /// Replaces what stands between two marks, and leaves the rest.
    fn within(
        &mut self,
        value: &str,
        open: char,
        close: char,
        mut replace: impl FnMut(&mut Self, &str) -> Option<Replaced>,
    ) -> Option<Replaced> {
        let mut class = None;
        let mut replaced = String::with_capacity(value.len());
        let mut rest = value;
        while let Some((before, after)) = rest.split_once(open)
            && let Some((inside, after)) = after.split_once(close)
        {
            let other = replace(self, inside);
            replaced += before;
            replaced.push(open);
            replaced += other.as_ref().map_or(inside, |other| other.text.as_str());
            replaced.push(close);
            class = class.or(other.map(|other| other.class));
            rest = after;
        }
        class.map(|class| Replaced::new(replaced + rest, &class))
    }

    /// The name of a file says who it is about; how it ends says what it is.
    fn disposition(&mut self, value: &str, how: How) -> Option<Replaced> {
        let mut changed = false;
        let parts: Vec<_> = value
            .split(';')
            .map(|part| {
                let other = self.file_name(part, how);
                changed |= other.is_some();
                other.unwrap_or_else(|| part.to_owned())
            })
            .collect();
        changed.then(|| Replaced::new(parts.join(";"), "file-name"))
    }

    fn file_name(&mut self, part: &str, how: How) -> Option<String> {
        let (name, value) = part.split_once('=')?;
        let file = value.trim().trim_matches('"');
        let kind = name.trim().to_ascii_lowercase();
        let (stem, ending) = match file.rfind('.') {
            Some(at) if file.len() - at <= 6 && kind != "name" => file.split_at(at),
            _ => (file, ""),
        };
        if kind == "name" && names::is_identifier(stem) {
            return None;
        }
        let charset = if kind == "filename*" { stem.find("''").map_or(0, |at| at + 2) } else { 0 };
        let (charset, stem) = stem.split_at(charset);
        let other = self.text(stem, how)?.text;
        let quote = if value.trim().starts_with('"') { "\"" } else { "" };
        Some(format!("{name}={quote}{charset}{other}{ending}{quote}"))
    }
}
