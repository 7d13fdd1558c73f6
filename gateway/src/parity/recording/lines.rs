//! The lines of one segment, in their order, with what of it cannot be read.

use std::path::Path;

use super::{
    Damage, Line, blobs,
    segment::{Found, Frames},
};

pub(super) struct Segment<'a> {
    pub(super) folder: &'a Path,
    pub(super) name: &'a str,
    pub(super) is_plain: bool,
}

/// Where a line stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) file: &'a str,
    pub(super) frame: Option<usize>,
    pub(super) line: usize,
}

impl Place<'_> {
    pub(super) fn damage(self, what: impl Into<String>) -> Damage {
        Damage { file: self.file.to_owned(), frame: self.frame, line: Some(self.line), what: what.into() }
    }
}

/// What one line is, or why it is none.
pub(super) type Read = Result<Line, String>;

impl Segment<'_> {
    pub(super) fn read(&self, mut line: impl FnMut(Place<'_>, Read), damage: &mut Vec<Damage>) {
        let bytes = match blobs::read(&self.folder.join(self.name)) {
            Ok(bytes) => bytes,
            Err(error) => {
                return damage.push(Damage::of_file(self.name, format_args!("cannot be read: {error}")));
            }
        };
        if self.is_plain {
            return self.lines(None, bytes, &mut line);
        }
        for (index, found) in Frames::of(&bytes).enumerate() {
            let frame = Some(index + 1);
            match found {
                Found::Lines(lines) => self.lines(frame, lines, &mut line),
                Found::Damaged(what) => {
                    damage.push(Damage {
                        file: self.name.to_owned(),
                        frame,
                        line: None,
                        what: what.to_owned(),
                    });
                }
            }
        }
    }

    fn lines(&self, frame: Option<usize>, mut bytes: Vec<u8>, line: &mut impl FnMut(Place<'_>, Read)) {
        let is_whole = bytes.ends_with(b"\n");
        let count = memchr::memchr_iter(b'\n', &bytes).count() + usize::from(!is_whole && !bytes.is_empty());
        for (index, text) in bytes.split_mut(|byte| *byte == b'\n').enumerate().take(count) {
            // A hand may have left some.
            if text.trim_ascii().is_empty() {
                continue;
            }
            let read = Line::read(text).map_err(|error| {
                if !is_whole && index + 1 == count { "is cut off".to_owned() } else { described(&error) }
            });
            line(Place { file: self.name, frame, line: index + 1 }, read);
        }
    }
}

/// Each line is a document of its own: that it is in line 1 says nothing, and the column of a line is that of the error.
fn described(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    match error.column() {
        0 => what.to_owned(),
        column => format!("{what}, at column {column}"),
    }
}
