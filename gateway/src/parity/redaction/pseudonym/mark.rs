//! How a pseudonym is told from a secret by whoever has no key: the last characters of each word follow from the others.
//!
//! A real value has them by chance once in ten thousand times, or less; a short word has no room for a mark.

use sha2::{Digest, Sha256};

/// How many characters of a word with so many letters and digits are its mark.
fn room(free: usize) -> usize {
    match free {
        0..=4 => 0,
        5..=8 => 2,
        9..=11 => 3,
        _ => 4,
    }
}

/// The same text with the mark on each word of it.
pub(in crate::parity::redaction) fn marked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (start, end) in runs(text.as_bytes()) {
        let letters = if super::shape::is_hex(text) { 6 } else { 26 };
        mark(&mut bytes[start..end], letters);
    }
    // Only letters and digits of ASCII took the place of such.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether every word that has room for it is marked, and one has.
pub(in crate::parity::redaction) fn is_marked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut marks = runs(bytes).map(|(start, end)| is_word_marked(&bytes[start..end]));
    let mut has_one = false;
    let all = marks.all(|mark| {
        has_one |= mark == Some(true);
        mark != Some(false)
    });
    all && has_one
}

/// The same, but for words that anybody could have written: `/projects/` before a pseudonym.
pub(in crate::parity::redaction) fn is_marked_among_words(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_written = |word: &[u8]| {
        word.len() <= 20 && word[1..].iter().all(u8::is_ascii_lowercase) && word[0].is_ascii_alphabetic()
    };
    let mut has_one = false;
    let all = runs(bytes).all(|(start, end)| {
        let mark = is_word_marked(&bytes[start..end]);
        has_one |= mark == Some(true);
        mark != Some(false) || is_written(&bytes[start..end])
    });
    all && has_one
}

/// Whether a word is long enough to carry one.
pub(in crate::parity::redaction) fn has_room(text: &str) -> bool {
    let bytes = text.as_bytes();
    runs(bytes).any(|(start, end)| room(free(&bytes[start..end]).count()) > 0)
}

fn is_word_marked(word: &[u8]) -> Option<bool> {
    (room(free(word).count()) > 0).then_some(())?;
    let fits = |letters| {
        let mut expected = word.to_vec();
        mark(&mut expected, letters);
        expected == word
    };
    Some(fits(26) || fits(6))
}

fn mark(word: &mut [u8], letters: u8) {
    let places: Vec<usize> = free(word).collect();
    let marks = &places[places.len() - room(places.len())..];
    if marks.is_empty() {
        return;
    }
    // Two words that end at the same place share nothing else.
    let mut blank = word.to_vec();
    for &place in marks {
        blank[place] = kind(word, place);
    }
    let digest = Sha256::digest(&blank);
    for (&place, &byte) in marks.iter().zip(digest.iter()) {
        word[place] = match kind(word, place) {
            b'1' => b'1' + byte % 9,
            b'0' => b'0' + byte % 10,
            base => base + byte % letters,
        };
    }
}

/// The first character of those that may stand there.
fn kind(word: &[u8], place: usize) -> u8 {
    match word[place] {
        b'0'..=b'9' if place == 0 || !word[place - 1].is_ascii_digit() => b'1',
        b'0'..=b'9' => b'0',
        b'a'..=b'z' => b'a',
        _ => b'A',
    }
}

/// Where a character may be another: everywhere but at a leading nought.
fn free(word: &[u8]) -> impl Iterator<Item = usize> {
    (0..word.len()).filter(|&at| word[at] != b'0' || (at > 0 && word[at - 1].is_ascii_digit()))
}

/// Words of letters and digits, by where they begin and end.
fn runs(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric();
        let start = at + bytes[at..].iter().position(is_word)?;
        let length = bytes[start..].iter().position(|byte| !is_word(byte));
        at = length.map_or(bytes.len(), |length| start + length);
        Some((start, at))
    })
}
