//! Why no connection to the legacy can be had: a metric label, and a few words for operators.

use std::{fmt, io};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectProblem {
    Refused,
    TimedOut,
    /// The name has no address.
    Unresolved,
    Other,
}

impl ConnectProblem {
    /// In the order of declaration: `as usize` is the place in this list.
    pub const ALL: [Self; 4] = [Self::Refused, Self::TimedOut, Self::Unresolved, Self::Other];

    pub(super) fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::NotFound => Self::Unresolved,
            _ => Self::Other,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::TimedOut => "timeout",
            Self::Unresolved => "unresolved",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for ConnectProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Refused => "connection refused",
            Self::TimedOut => "no answer in time",
            Self::Unresolved => "its name has no address",
            Self::Other => "cannot be reached",
        })
    }
}
