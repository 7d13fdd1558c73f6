//! The twin of Python's `json.loads`: what it accepts, what it says of the rest, and where.
//!
//! Source: CPython 3.11, `Modules/_json.c` (`_scan_once_unicode`, `_parse_object_unicode`, `_parse_array_unicode`). The
//! words changed in 3.13, for a comma before a closing bracket.

mod number;
mod string;

use std::mem::take;

use super::{Dict, Text, Value, encoding};

/// The interpreter gives up at about this depth of brackets: a thousand frames less those of the server and the
/// framework around the request. The exact number is an accident of the application's middleware.
const DEEPEST: usize = 960;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::contract) enum NotJson {
    /// A `JSONDecodeError`; the position counts code points.
    Invalid { message: &'static str, position: usize },
    /// Any other exception: broken encoding, a number of too many digits, brackets too deep.
    Unreadable,
}

pub(in crate::contract) fn loads(bytes: &[u8]) -> Result<Value, NotJson> {
    let text = encoding::decode(bytes).map_err(|_| NotJson::Unreadable)?;
    let mut scanner = Scanner { text: &text, at: 0, unescaped: Vec::new() };
    scanner.skip_space();
    let value = scanner.value()?;
    scanner.skip_space();
    if scanner.at < text.len() { Err(scanner.invalid("Extra data", scanner.at)) } else { Ok(value) }
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    /// What the string that is read has been so far, once there was an escape in it.
    unescaped: Vec<u8>,
}

/// A bracket that is not closed yet.
enum Open {
    List(Vec<Value>),
    /// With the name whose value is being read.
    Dict(Dict, Text),
}

impl Scanner<'_> {
    /// Brackets are kept on a stack of our own, so that deep ones cannot exhaust the thread's.
    fn value(&mut self) -> Result<Value, NotJson> {
        let mut open = Vec::new();
        loop {
            let mut value = match self.peek() {
                Some(b'[' | b'{') if open.len() >= DEEPEST => return Err(NotJson::Unreadable),
                Some(b'[') => {
                    self.step();
                    if !self.take(b']') {
                        open.push(Open::List(Vec::new()));
                        continue;
                    }
                    Value::List(Vec::new())
                }
                Some(b'{') => {
                    self.step();
                    if !self.take(b'}') {
                        open.push(Open::Dict(Dict::new(), self.name()?));
                        continue;
                    }
                    Value::dict(Dict::new())
                }
                _ => self.scalar()?,
            };
            loop {
                let Some(innermost) = open.last_mut() else { return Ok(value) };
                self.skip_space();
                match self.put(innermost, value)? {
                    Some(whole) => value = whole,
                    None => break,
                }
                open.pop();
            }
        }
    }

    /// Puts a value where it belongs and reads what follows it: the end of the whole, or all up to the next value.
    fn put(&mut self, open: &mut Open, value: Value) -> Result<Option<Value>, NotJson> {
        match open {
            Open::List(items) => {
                items.push(value);
                if self.take(b']') {
                    return Ok(Some(Value::List(take(items))));
                }
                self.comma()?;
            }
            Open::Dict(members, name) => {
                members.insert(take(name), value);
                if self.take(b'}') {
                    return Ok(Some(Value::dict(take(members))));
                }
                self.comma()?;
                *name = self.name()?;
            }
        }
        Ok(None)
    }

    fn comma(&mut self) -> Result<(), NotJson> {
        if self.peek() != Some(b',') {
            return Err(self.invalid("Expecting ',' delimiter", self.at));
        }
        self.step();
        Ok(())
    }

    /// The name of a member, up to the value.
    fn name(&mut self) -> Result<Text, NotJson> {
        if self.peek() != Some(b'"') {
            return Err(self.invalid("Expecting property name enclosed in double quotes", self.at));
        }
        let name = self.string()?;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.invalid("Expecting ':' delimiter", self.at));
        }
        self.step();
        Ok(name)
    }

    fn scalar(&mut self) -> Result<Value, NotJson> {
        let (word, value) = match self.peek() {
            Some(b'"') => return self.string().map(Value::Text),
            Some(b'n') => ("null", Value::None),
            Some(b't') => ("true", Value::Bool(true)),
            Some(b'f') => ("false", Value::Bool(false)),
            Some(b'N') => ("NaN", Value::Float(f64::NAN)),
            Some(b'I') => ("Infinity", Value::Float(f64::INFINITY)),
            Some(b'-') => ("-Infinity", Value::Float(f64::NEG_INFINITY)),
            _ => return self.number(),
        };
        if !self.text[self.at..].starts_with(word.as_bytes()) {
            return self.number();
        }
        self.at += word.len();
        Ok(value)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Over one byte and the space behind it.
    fn step(&mut self) {
        self.at += 1;
        self.skip_space();
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn invalid(&self, message: &'static str, at: usize) -> NotJson {
        let continues = |byte: &&u8| **byte & 0xc0 == 0x80;
        let position = at - self.text[..at].iter().filter(continues).count();
        NotJson::Invalid { message, position }
    }
}

#[cfg(test)]
mod tests;
