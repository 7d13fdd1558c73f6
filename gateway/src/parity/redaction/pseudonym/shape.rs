//! Another text of the same shape: letters of the same case, digits, and everything else where it was.

use super::mark;

/// What the stream gives is no secret: it begins with a digest that only the key could have made.
pub(super) struct Stream(u64);

impl Stream {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Below `limit`. `SplitMix64`, as Steele, Lea and Flood describe it.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        ((mixed >> 32).wrapping_mul(u64::from(limit)) >> 32) as u32
    }
}

pub(super) fn reshaped(text: &str, seed: u64) -> String {
    let mut stream = Stream::new(seed);
    let letters = if is_hex(text) { 6 } else { 26 };
    let mut previous = ' ';
    let replaced: String = text
        .chars()
        .map(|character| {
            let is_first = !previous.is_ascii_digit();
            previous = character;
            other(character, is_first, letters, &mut stream)
        })
        .collect();
    mark::marked(&replaced)
}

/// A digest or a key, written in hexadecimal digits: its letters stay among the six.
pub(super) fn is_hex(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    text.len() >= 16
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
}

fn other(character: char, is_first: bool, letters: u32, stream: &mut Stream) -> char {
    let from = |base: char, count: u32, stream: &mut Stream| {
        char::from_u32(base as u32 + stream.below(count)).unwrap_or(base)
    };
    match character {
        // A number that begins with a nought is none, and one that does not must not.
        '0' if is_first => '0',
        '1'..='9' if is_first => from('1', 9, stream),
        '0'..='9' => from('0', 10, stream),
        'a'..='z' => from('a', letters, stream),
        'A'..='Z' => from('A', letters, stream),
        character if character.is_ascii() || !character.is_alphanumeric() => character,
        // As many bytes of UTF-8 as before.
        character if character.len_utf8() == 2 && character.is_uppercase() => from('\u{c0}', 22, stream),
        character if character.len_utf8() == 2 => from('\u{e0}', 22, stream),
        character if character.len_utf8() == 3 => from('\u{4e00}', 0x5000, stream),
        _ => from('\u{20000}', 0xa000, stream),
    }
}
