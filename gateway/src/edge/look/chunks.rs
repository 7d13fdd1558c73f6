//! Follows a chunked body to its end, by the letter of RFC 9112 section 7.1.
//!
//! hyper frames the body anew for the legacy; but where hyper or h11 would pass over a flaw, two readers of the same bytes
//! could see the end of the body in two places.

use crate::edge::judge::is_token;

/// Where in the body we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunks {
    place: Place,
    /// Of the chunk, what is still to come.
    size: u64,
    digits: u8,
    /// In extensions and trailers, so far.
    aside: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    FirstDigit,
    Size,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    EndLf,
}

/// More digits than these no size needs, however it is padded.
const MOST_DIGITS: u8 = 16;

/// Of all extensions and trailers of one body.
const MOST_ASIDE: u32 = 8 << 10;

/// How far some bytes lead.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Led {
    On,
    /// The body ends before this place.
    End(usize),
    /// What stands at this place cannot stand there.
    Astray(usize),
}

impl Chunks {
    pub(super) fn begin() -> Self {
        Self { place: Place::FirstDigit, size: 0, digits: 0, aside: 0 }
    }

    pub(super) fn follow(&mut self, bytes: &[u8]) -> Led {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.place == Place::Data {
                let here = usize::try_from(self.size).unwrap_or(usize::MAX).min(bytes.len() - at);
                self.size -= here as u64;
                at += here;
                if self.size == 0 {
                    self.place = Place::DataCr;
                }
                continue;
            }
            if self.place == Place::EndLf && *byte == b'\n' {
                return Led::End(at + 1);
            }
            match self.step(*byte) {
                Some(place) => self.place = place,
                None => return Led::Astray(at),
            }
            at += 1;
        }
        Led::On
    }

    fn step(&mut self, byte: u8) -> Option<Place> {
        match (self.place, byte) {
            (Place::FirstDigit | Place::Size, _) if byte.is_ascii_hexdigit() => self.digit(byte),
            (Place::Size, b';') => Some(Place::Extension),
            (Place::Size | Place::Extension, b'\r') => Some(Place::SizeLf),
            (Place::Extension, b'\t' | b' '..=b'~') => self.aside(Place::Extension),
            (Place::SizeLf, b'\n') if self.size == 0 => Some(Place::TrailerStart),
            (Place::SizeLf, b'\n') => Some(Place::Data),
            (Place::DataCr, b'\r') => Some(Place::DataLf),
            (Place::DataLf, b'\n') => {
                self.digits = 0;
                Some(Place::FirstDigit)
            }
            (Place::TrailerStart, b'\r') => Some(Place::EndLf),
            (Place::TrailerName, b':') => self.aside(Place::TrailerValue),
            (Place::TrailerStart | Place::TrailerName, _) if is_token(byte) => self.aside(Place::TrailerName),
            (Place::TrailerValue, b'\r') => Some(Place::TrailerLf),
            (Place::TrailerValue, b'\t' | b' '..=b'~' | 0x80..) => self.aside(Place::TrailerValue),
            (Place::TrailerLf, b'\n') => Some(Place::TrailerStart),
            _ => None,
        }
    }

    fn digit(&mut self, byte: u8) -> Option<Place> {
        self.digits += 1;
        let value = char::from(byte).to_digit(16)?;
        self.size = self.size << 4 | u64::from(value);
        (self.digits <= MOST_DIGITS).then_some(Place::Size)
    }

    fn aside(&mut self, place: Place) -> Option<Place> {
        self.aside += 1;
        (self.aside <= MOST_ASIDE).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(bytes: &[u8]) -> Led {
        Chunks::begin().follow(bytes)
    }

    #[test]
    fn a_body_ends_where_everybody_sees_its_end() {
        for whole in [
            "0\r\n\r\n",
            "5\r\nhello\r\n0\r\n\r\n",
            "5;a=b;c=\"d e\"\r\nhello\r\n00\r\n\r\n",
            "0000000000000005\r\nhello\r\n0\r\n\r\n",
            "a\r\n0123456789\r\nF\r\n0123456789abcde\r\n0\r\nx: y\r\nz:\r\n\r\n",
            "2\r\n\r\n\r\n0\r\n\r\n",
        ] {
            assert_eq!(follow(whole.as_bytes()), Led::End(whole.len()), "{whole:?}");
            let more = format!("{whole}GET / HTTP/1.1\r\n");
            assert_eq!(follow(more.as_bytes()), Led::End(whole.len()), "{whole:?}");
            for cut in 0..whole.len() {
                let mut chunks = Chunks::begin();
                assert_eq!(chunks.follow(&whole.as_bytes()[..cut]), Led::On, "{whole:?} to {cut}");
                let rest = chunks.follow(&whole.as_bytes()[cut..]);
                assert_eq!(rest, Led::End(whole.len() - cut), "{whole:?} from {cut}");
            }
        }
    }

    #[test]
    fn what_is_no_chunk_is_found_at_its_first_byte() {
        for (bytes, at) in [
            ("", usize::MAX),
            ("x\r\n", 0),
            (" 5\r\n", 0),
            ("+5\r\n", 0),
            ("\r\n", 0),
            ("0x5\r\n", 1),
            ("5 \r\n", 1),
            ("5\n", 1),
            ("5\rh", 2),
            ("5;a\u{1}\r\n", 3),
            ("5\r\nhelloX", 8),
            ("5\r\nhello\n", 8),
            ("5\r\nhello\r\r", 9),
            ("0\r\n : y\r\n", 3),
            ("0\r\nx : y\r\n", 4),
            ("0\r\nx: y\nz", 7),
            ("0\r\nx: y\r\n z: folded", 9),
            ("0\r\n\rX", 4),
            ("00000000000000005\r\n", 16),
        ] {
            let expected = if at == usize::MAX { Led::On } else { Led::Astray(at) };
            assert_eq!(follow(bytes.as_bytes()), expected, "{bytes:?}");
        }
    }

    #[test]
    fn what_stands_beside_a_body_is_bounded() {
        let most = MOST_ASIDE as usize;
        let extension = |length| format!("5;{}\r\nhello", "x".repeat(length));
        assert_eq!(follow(extension(most).as_bytes()), Led::On);
        assert_eq!(follow(extension(most + 1).as_bytes()), Led::Astray(2 + most));
        let trailers = "a: b\r\n".repeat(most);
        assert!(matches!(follow(format!("0\r\n{trailers}").as_bytes()), Led::Astray(_)));
    }
}
