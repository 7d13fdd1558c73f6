//! The text of a JSON document of unknown encoding, as `json.loads` decodes bytes.
//!
//! Source: Python's `json/__init__.py` (`detect_encoding`), decoded with `surrogatepass`.

use std::borrow::Cow;

/// The bytes are not in the encoding that they begin with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undecodable;

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
    Utf32(fn([u8; 4]) -> u32),
}

/// UTF-8, in which a surrogate takes three bytes.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Undecodable> {
    let (encoding, skipped) = detect(bytes);
    let bytes = &bytes[skipped..];
    match encoding {
        Encoding::Utf8 if is_utf8_with_surrogates(bytes) => Ok(Cow::Borrowed(bytes)),
        Encoding::Utf8 => Err(Undecodable),
        Encoding::Utf16(unit) => from_utf16(bytes, unit).map(Cow::Owned),
        Encoding::Utf32(unit) => from_utf32(bytes, unit).map(Cow::Owned),
    }
}

/// The text of a document that was read and found to be no JSON.
pub(in crate::contract) fn document(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&decode(bytes).unwrap_or_default()).into_owned()
}

/// The encoding, and the length of its mark at the beginning.
fn detect(bytes: &[u8]) -> (Encoding, usize) {
    let utf16_big = Encoding::Utf16(u16::from_be_bytes);
    let utf16_little = Encoding::Utf16(u16::from_le_bytes);
    let utf32_big = Encoding::Utf32(u32::from_be_bytes);
    let utf32_little = Encoding::Utf32(u32::from_le_bytes);
    match bytes {
        [0, 0, 0xfe, 0xff, ..] => (utf32_big, 4),
        [0xff, 0xfe, 0, 0, ..] => (utf32_little, 4),
        [0xfe, 0xff, ..] => (utf16_big, 2),
        [0xff, 0xfe, ..] => (utf16_little, 2),
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        [0, 0, _, _, ..] => (utf32_big, 0),
        [0, _, _, _, ..] | [0, _] => (utf16_big, 0),
        [_, 0, 0, 0, ..] => (utf32_little, 0),
        [_, 0, _, _, ..] | [_, 0] => (utf16_little, 0),
        _ => (Encoding::Utf8, 0),
    }
}

fn is_utf8_with_surrogates(mut bytes: &[u8]) -> bool {
    while let Err(error) = std::str::from_utf8(bytes) {
        let rest = &bytes[error.valid_up_to()..];
        let [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] = rest else { return false };
        bytes = &rest[3..];
    }
    true
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Vec<u8>, Undecodable> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return Err(Undecodable) };
    let mut text = Vec::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(character) => push(&mut text, character),
            Err(lone) => push_surrogate(&mut text, u32::from(lone.unpaired_surrogate())),
        }
    }
    Ok(text)
}

fn from_utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Result<Vec<u8>, Undecodable> {
    let (units, []) = bytes.as_chunks::<4>() else { return Err(Undecodable) };
    let mut text = Vec::with_capacity(bytes.len() / 2);
    for number in units.iter().map(|four| unit(*four)) {
        match char::from_u32(number) {
            Some(character) => push(&mut text, character),
            None if number <= 0xffff => push_surrogate(&mut text, number),
            None => return Err(Undecodable),
        }
    }
    Ok(text)
}

pub(super) fn push(text: &mut Vec<u8>, character: char) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The three bytes that UTF-8 would give to a code point between U+D800 and U+DFFF.
pub(super) fn push_surrogate(text: &mut Vec<u8>, number: u32) {
    let low = |shift: u32| ((number >> shift) & 0x3f) as u8 | 0x80;
    text.extend_from_slice(&[0xe0 | (number >> 12) as u8, low(6), low(0)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell_the_encoding() {
        let little: Vec<u8> = "[\"ü😀\"]".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "[\"ü😀\"]".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide: Vec<u8> = "[\"ü😀\"]".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        let plain = "[\"ü😀\"]".as_bytes();
        let table = [
            plain.to_vec(),
            marked(b"\xef\xbb\xbf", plain),
            marked(b"\xff\xfe", &little),
            marked(b"\xfe\xff", &big),
            marked(b"\0\0\xfe\xff", &wide),
            little,
            big,
            wide,
        ];
        for bytes in table {
            assert_eq!(decode(&bytes).as_deref(), Ok(plain), "{bytes:?}");
        }
    }

    #[test]
    fn surrogates_pass_and_other_broken_bytes_do_not() {
        for good in [&b"\"\xed\xa0\x80\""[..], b"\"\xed\xbf\xbf\xed\xa0\x80\"", b"", b"1", b"1\0"] {
            assert!(decode(good).is_ok(), "{good:?}");
        }
        assert_eq!(decode(b"\xff\xfe\x00\xd8").as_deref(), Ok(&b"\xed\xa0\x80"[..]));
        for bad in [
            &b"\xff"[..],
            b"\"\xc3\"",
            b"\"\xed\xa0\"",
            b"1\0\0\0\0",
            b"\0\0\xfe\xff\0\x11\0\0",
            b"\xff\xfea",
        ] {
            assert_eq!(decode(bad), Err(Undecodable), "{bad:?}");
        }
    }
}
