//! Where a key stands in its life: known to all before it signs, and known for a while after.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyState {
    /// Published, so that whoever keeps a copy of the JWKS has it before the first token; signs nothing yet.
    Upcoming,
    /// Signs. There is exactly one.
    Active,
    /// Signs no more; what it has signed is good until it expires.
    Retiring,
}

impl KeyState {
    pub const ALL: [Self; 3] = [Self::Upcoming, Self::Active, Self::Retiring];

    pub fn name(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Active => "active",
            Self::Retiring => "retiring",
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
