//! How much of a text stands in JSON as it is: neither a control character, a quotation mark nor a backslash.
//!
//! Eight bytes are looked at together: texts are most of what is read and written.

const ONES: u64 = u64::MAX / 255;
const HIGHEST: u64 = ONES << 7;

/// The length of what is plain at the beginning.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let (eights, rest) = bytes.as_chunks::<8>();
    for (at, eight) in eights.iter().enumerate() {
        let special = special(u64::from_le_bytes(*eight));
        if special != 0 {
            return at * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| *byte < b' ' || matches!(byte, b'"' | b'\\');
    eights.len() * 8 + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// The highest bit of each byte that is special. A borrow may mark a byte behind such a one as well, never before it.
fn special(eight: u64) -> u64 {
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |byte: u8| below(eight ^ (ONES * u64::from(byte)), 1);
    (below(eight, b' ') | equal(b'"') | equal(b'\\')) & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_is_found_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            let is_special = byte < b' ' || byte == b'"' || byte == b'\\';
            for others in [b' ', b'!', b'#', b'[', b']', b'x', 0x7f, 0x80, 0xa0, 0xff] {
                for (at, length) in (0..20).flat_map(|length| (0..length).map(move |at| (at, length))) {
                    let mut bytes = vec![others; length];
                    bytes[at] = byte;
                    assert_eq!(plain(&bytes), if is_special { at } else { length }, "{bytes:?}");
                    // Whatever stands behind it.
                    bytes[at..].fill(byte);
                    assert_eq!(plain(&bytes), if is_special { at } else { length }, "{bytes:?}");
                }
            }
        }
    }
}
