//! A form of parts, each with headers of its own (RFC 7578).

use memchr::memmem;

use super::{
    super::{
        Redactor,
        names::{self, Says},
        policy::Mode,
        text::How,
    },
    essence,
};

/// A part, without the boundary before and the line end after it.
struct Part<'a> {
    head: &'a str,
    body: &'a [u8],
}

impl Redactor {
    /// `None` if it is not what its type says.
    pub(super) fn multipart(&mut self, whole: &[u8], boundary: &str, at: &str) -> Option<Vec<u8>> {
        let delimiter = format!("--{boundary}");
        let places: Vec<_> = memmem::find_iter(whole, delimiter.as_bytes()).collect();
        let (first, last) = (*places.first()?, *places.last()?);
        // Before the first and after the last stands what no reader looks at.
        let has_end = whole[last + delimiter.len()..].starts_with(b"--");
        if places.len() < 2 || !has_end || first != 0 && !whole[..first].iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        let mut replaced = Vec::with_capacity(whole.len());
        for pair in places.windows(2) {
            replaced.extend_from_slice(delimiter.as_bytes());
            let part = &whole[pair[0] + delimiter.len()..pair[1]];
            let (head, body) = self.part(&split(part)?, at);
            replaced.extend_from_slice(b"\r\n");
            replaced.extend_from_slice(head.as_bytes());
            replaced.extend_from_slice(b"\r\n\r\n");
            replaced.extend_from_slice(&body);
            replaced.extend_from_slice(b"\r\n");
        }
        replaced.extend_from_slice(delimiter.as_bytes());
        replaced.extend_from_slice(b"--\r\n");
        Some(replaced)
    }

    fn part(&mut self, part: &Part<'_>, at: &str) -> (String, Vec<u8>) {
        let name = parameter(part.head, "name").unwrap_or_default();
        let place = format!("{} {name}", at.replace("body", "part"));
        let mut media = String::new();
        let mut lines = Vec::new();
        for line in part.head.split("\r\n") {
            let (header, value) = line.split_once(':').unwrap_or((line, ""));
            if header.eq_ignore_ascii_case("content-type") {
                media = value.trim().to_owned();
            }
            lines.push(self.part_header(header, value, &place));
        }
        let body = self.part_body(part.body, &name, &media, &place);
        (lines.join("\r\n"), body)
    }

    fn part_header(&mut self, header: &str, value: &str, place: &str) -> String {
        let mut headers = vec![(header.trim().to_owned(), value.trim().to_owned())];
        let before = headers[0].1.clone();
        self.headers(&mut headers, "part");
        if headers[0].1 == before {
            return format!("{header}:{value}");
        }
        self.note(place.to_owned(), "header");
        format!("{header}: {}", headers[0].1)
    }

    fn part_body(&mut self, bytes: &[u8], name: &str, media: &str, place: &str) -> Vec<u8> {
        let mode = self.policy.mode;
        let Ok(text) = str::from_utf8(bytes) else {
            if mode == Mode::Secrets && !self.hides_something(bytes) {
                return bytes.to_vec();
            }
            self.note(place.to_owned(), "binary");
            return self.pseudonymous(bytes);
        };
        let says = names::says(name, &self.policy.sensitive);
        let is_forced = says == Says::Secret || says == Says::Personal && mode == Mode::Strict;
        let how = How { forced: is_forced.then_some("name"), ..How::of(mode) };
        if !is_forced
            && essence(media).ends_with("json")
            && let Some(document) = self.json(text, how, false)
        {
            if let Some((_, class)) = document.places.first() {
                self.note(place.to_owned(), class);
            }
            return document.text.into_bytes();
        }
        let Some(replaced) = self.text(text, how) else { return bytes.to_vec() };
        self.note(place.to_owned(), &replaced.class);
        replaced.text.into_bytes()
    }

    /// As many bytes, the same for the same file, and none that could be a boundary.
    fn pseudonymous(&self, bytes: &[u8]) -> Vec<u8> {
        let digest = self.pseudonyms.key().digest("bytes", bytes);
        bytes.iter().zip(digest.iter().cycle()).map(|(_, digest)| digest | 0x80).collect()
    }
}

fn split(part: &[u8]) -> Option<Part<'_>> {
    let part = part.strip_prefix(b"\r\n")?.strip_suffix(b"\r\n")?;
    let end = memmem::find(part, b"\r\n\r\n")?;
    let head = str::from_utf8(&part[..end]).ok()?;
    Some(Part { head, body: &part[end + 4..] })
}

pub(super) fn boundary(media: &str) -> Option<String> {
    parameter(media, "boundary").filter(|boundary| !boundary.is_empty())
}

fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut parts = text.split([';', '\n']);
    parts.find_map(|part| {
        let (name, value) = part.trim().split_once('=')?;
        name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim().trim_matches('"').to_owned())
    })
}
