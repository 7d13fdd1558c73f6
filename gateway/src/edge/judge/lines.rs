//! Where the lines of a head end: at CR LF and nowhere else (RFC 9112 section 2.2).
//!
//! A bare LF is seen as an end too, as hyper and h11 see it, but objected to.

use memchr::memchr;

use super::{Class, Objections};

pub(super) struct Lines<'h> {
    rest: &'h [u8],
}

impl<'h> Lines<'h> {
    pub(super) fn of(head: &'h [u8]) -> Self {
        Self { rest: head }
    }

    /// The request line; empty lines before it are passed over, as they may be.
    pub(super) fn first(&mut self, objections: &mut Objections) -> Result<&'h [u8], Class> {
        while !self.rest.is_empty() {
            if let Some(line) = self.next(objections)? {
                return Ok(line);
            }
        }
        Err(Class::RequestLineMalformed)
    }

    /// Nothing at the empty line that ends the head.
    pub(super) fn next(&mut self, objections: &mut Objections) -> Result<Option<&'h [u8]>, Class> {
        let end = memchr(b'\n', self.rest).ok_or(Class::RequestLineMalformed)?;
        let (line, rest) = self.rest.split_at(end);
        self.rest = &rest[1..];
        let line = match line.strip_suffix(b"\r") {
            Some(line) => line,
            None => {
                objections.raise(Class::BareLf)?;
                line
            }
        };
        if memchr(b'\r', line).is_some() {
            return Err(Class::BareCr);
        }
        Ok(Some(line).filter(|line| !line.is_empty()))
    }
}

/// How long the head is that these bytes begin with; nothing as long as its end is missing. The first `searched` bytes
/// are known to hold none.
pub(crate) fn head_length(bytes: &[u8], searched: usize) -> Option<usize> {
    let begins = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    // The empty line may have begun before.
    let mut from = searched.saturating_sub(2).max(begins);
    loop {
        let line_end = from + memchr(b'\n', &bytes[from..])? + 1;
        match &bytes[line_end..] {
            [b'\n', ..] => return Some(line_end + 1),
            [b'\r', b'\n', ..] => return Some(line_end + 2),
            _ => from = line_end,
        }
    }
}
