//! Looks for secrets that slipped through, in whatever a run left behind: by their form, by their name, and by themselves.
//!
//! It tells our own pseudonyms from secrets without the key: an e-mail address ends in `.example`, a word has its mark.

mod known;
mod packed;
mod values;

use known::Known;
pub use known::SHORTEST;

use super::key::Key;

/// Something that should not be there, and never what it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Hit {
    /// From 1.
    pub line: usize,
    /// `$.request.headers[2][1]`, and behind `>` what is wrapped in it.
    pub place: String,
    pub class: String,
    /// The same for the same secret in one scan.
    pub fingerprint: String,
}

#[derive(Debug)]
pub struct Scanner {
    key: Key,
    known: Option<Known>,
}

/// What is packed in what is packed.
const DEEPEST: u8 = 3;
/// More of one file help nobody.
const MOST: usize = 1_000;

impl Scanner {
    /// `secrets` are looked for besides, in every coding.
    pub fn new(key: Key, secrets: &[Vec<u8>]) -> Self {
        Self { key, known: Known::new(secrets) }
    }

    /// Text or bytes, packed or plain.
    pub fn scan(&self, bytes: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.bytes(bytes, "", 0, &mut hits);
        hits.dedup();
        hits.truncate(MOST);
        hits
    }

    fn bytes(&self, bytes: &[u8], place: &str, depth: u8, hits: &mut Vec<Hit>) {
        let before = hits.len();
        if depth < DEEPEST {
            for (number, member) in packed::members(bytes).iter().enumerate() {
                self.bytes(member, &format!("{place}(packed {})", number + 1), depth + 1, hits);
            }
        }
        let packed = hits.split_off(before);
        self.known(bytes, 1, place, hits);
        // All of it was unpacked; what stands bare between is a piece of that, and half of a word has no form.
        if packed::is_packed(bytes) {
            return hits.extend(packed);
        }
        match str::from_utf8(bytes) {
            Ok(text) => self.document(text, place, hits),
            Err(_) => {
                // Between bytes that are no text, text may stand.
                let text: String =
                    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\n' }).collect();
                self.plain(&text, 1, place, hits);
            }
        }
        // What is short is packed as it is, and would be told twice.
        let is_same =
            |one: &Hit, other: &Hit| (&one.class, &one.fingerprint) == (&other.class, &other.fingerprint);
        let mut at = 0;
        hits.retain(|hit| {
            at += 1;
            at <= before || !packed.iter().any(|found| is_same(hit, found))
        });
        hits.extend(packed);
    }

    fn hit(&self, line: usize, place: &str, class: &str, secret: &str, hits: &mut Vec<Hit>) {
        if hits.len() >= MOST {
            return;
        }
        let digest = self.key.digest("scan", secret.as_bytes());
        let fingerprint = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
        hits.push(Hit { line, place: place.to_owned(), class: class.to_owned(), fingerprint });
    }

    fn known(&self, bytes: &[u8], line: usize, place: &str, hits: &mut Vec<Hit>) {
        let Some(known) = &self.known else { return };
        for (at, secret) in known.found(bytes) {
            let line = line + memchr::memchr_iter(b'\n', &bytes[..at]).count();
            self.hit(line, place, "known", secret, hits);
        }
    }
}
