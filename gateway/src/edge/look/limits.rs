//! How much a head may hold, and how long it may take to come: what `[limits]` says, as far as hyper goes along.

use std::time::Duration;

use crate::limits::{Limits, MOST_HEADER_BYTES};

/// What is allowed of the head of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadLimits {
    /// From its first byte to its last.
    pub within: Duration,
    /// All of it, request line and line ends included.
    pub bytes: usize,
    pub headers: usize,
    pub target: usize,
}

impl HeadLimits {
    /// What hyper keeps a place for.
    pub const MOST_HEADERS: usize = 100;

    /// What the `http` crate takes for a target (`uri::MAX_LEN`).
    pub const LONGEST_TARGET: usize = u16::MAX as usize - 1;

    pub fn of(limits: &Limits) -> Self {
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        Self {
            within: limits.head,
            bytes: size(limits.header_bytes).min(MOST_HEADER_BYTES),
            headers: limits.header_count.min(Self::MOST_HEADERS),
            target: size(limits.target_bytes).min(Self::LONGEST_TARGET),
        }
    }
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self::of(&Limits::default())
    }
}
