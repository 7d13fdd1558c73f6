//! A change of the contract that somebody wanted: what was there, what is there now, and who signed it.

use std::fmt;

use super::{At, Operation};
use crate::parity::difference::{Difference, Place};

#[derive(Clone, Debug)]
pub struct Accept {
    pub operation: Operation,
    pub at: At,
    pub from: Said,
    pub to: Said,
    pub approved_by: String,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Present,
    Absent,
    /// As it is spelled: `404`, `"active"`.
    Exactly(String),
}

impl Said {
    pub(super) fn of(text: &str) -> Self {
        match text {
            "present" => Self::Present,
            "absent" => Self::Absent,
            _ => Self::Exactly(text.to_owned()),
        }
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Present => !text.is_empty(),
            Self::Absent => text.is_empty(),
            Self::Exactly(wanted) => wanted == text,
        }
    }
}

impl Accept {
    pub(in crate::parity) fn excuses(&self, route: &str, difference: &Difference) -> bool {
        let is_here = self.operation.is_about(route) && self.at.matches(&difference.place);
        is_here && self.from.fits(&difference.legacy) && self.to.fits(&difference.native)
    }
}

impl Accept {
    /// How often the reference says what is to change: where it has not changed yet, the entry waits and is not dead.
    pub(in crate::parity) fn is_about(&self, route: &str, said: &[(Place, String)]) -> usize {
        if !self.operation.is_about(route) {
            return 0;
        }
        let mut here = said.iter().filter(|(place, _)| self.at.matches(place));
        match &self.from {
            Said::Absent => usize::from(here.next().is_none()),
            from => here.filter(|(_, text)| from.fits(text)).count(),
        }
    }
}

impl fmt::Display for Accept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, at, from, to, approved_by, reason } = self;
        write!(formatter, "{operation}, {at}: accepted, {from} becomes {to} ({approved_by}: {reason})")
    }
}

impl fmt::Display for Said {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => formatter.write_str("present"),
            Self::Absent => formatter.write_str("absent"),
            Self::Exactly(text) => write!(formatter, "`{text}`"),
        }
    }
}
