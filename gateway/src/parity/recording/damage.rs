//! What of a recording cannot be read, and where; everything else of it is read all the same.

use std::fmt::{self, Display, Formatter};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Relative to the folder of the recording.
    pub file: String,
    /// From 1; nothing in a file that is not packed.
    pub frame: Option<usize>,
    /// From 1, in the frame, or in the file where there are no frames.
    pub line: Option<usize>,
    pub what: String,
}

impl Damage {
    pub(super) fn of_file(file: impl Display, what: impl Display) -> Self {
        Self { file: file.to_string(), frame: None, line: None, what: what.to_string() }
    }
}

impl Display for Damage {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(frame) = self.frame {
            write!(formatter, ", frame {frame}")?;
        }
        if let Some(line) = self.line {
            write!(formatter, ", line {line}")?;
        }
        write!(formatter, ": {}", self.what)
    }
}
