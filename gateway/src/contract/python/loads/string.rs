//! Strings of a JSON document, surrogates of either kind included.
//!
//! Source: CPython 3.11, `Modules/_json.c` (`scanstring_unicode`).

use super::{NotJson, Scanner};
use crate::contract::python::{
    Text,
    encoding::{push, push_surrogate},
    plain::plain,
};

impl Scanner<'_> {
    /// From the opening quotation mark to behind the closing one.
    pub(super) fn string(&mut self) -> Result<Text, NotJson> {
        let begin = self.at;
        let unterminated = |scanner: &Self| scanner.invalid("Unterminated string starting at", begin);
        self.unescaped.clear();
        self.at += 1;
        loop {
            let run = &self.text[self.at..];
            let run = &run[..plain(run)];
            self.at += run.len();
            match self.peek() {
                None => return Err(unterminated(self)),
                Some(b'"') => {
                    self.at += 1;
                    // Without escapes, as nearly every text is, it is copied once.
                    if self.unescaped.is_empty() {
                        return Ok(Text::of(run));
                    }
                    self.unescaped.extend_from_slice(run);
                    return Ok(Text::of(&self.unescaped));
                }
                Some(b'\\') if self.at + 1 == self.text.len() => return Err(unterminated(self)),
                Some(b'\\') => {
                    self.unescaped.extend_from_slice(run);
                    self.escape()?;
                }
                Some(_) => return Err(self.invalid("Invalid control character at", self.at)),
            }
        }
    }

    fn escape(&mut self) -> Result<(), NotJson> {
        let byte = match self.text[self.at + 1] {
            b'u' => return self.unicode_escape(),
            plain @ (b'"' | b'\\' | b'/') => plain,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            _ => return Err(self.invalid("Invalid \\escape", self.at)),
        };
        self.unescaped.push(byte);
        self.at += 2;
        Ok(())
    }

    /// Two escapes that are halves of one character become that character; a half alone stays one.
    fn unicode_escape(&mut self) -> Result<(), NotJson> {
        let first = self.four_digits()?;
        let second = match first {
            0xd800..=0xdbff if self.text[self.at..].starts_with(b"\\u") => {
                let before = self.at;
                let second = self.four_digits()?;
                if !(0xdc00..=0xdfff).contains(&second) {
                    self.at = before;
                }
                Some(second)
            }
            _ => None,
        };
        let units = std::iter::once(first).chain(second);
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => push(&mut self.unescaped, character),
            Some(Err(_)) | None => push_surrogate(&mut self.unescaped, u32::from(first)),
        }
        Ok(())
    }

    /// Over `\uXXXX`, behind which Python wants at least one more character.
    fn four_digits(&mut self) -> Result<u16, NotJson> {
        let digits = self.text.get(self.at + 2..self.at + 6).filter(|_| self.at + 6 < self.text.len());
        let all_hex = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let number = all_hex
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.invalid("Invalid \\uXXXX escape", self.at + 1))?;
        self.at += 6;
        Ok(number)
    }
}
