//! Tokens out: what the gateway signs for clients, and for the legacy.

mod access;
mod legacy;

pub use access::{AccessClaims, CannotIssue, RESERVED, access_token, access_token_from};
pub use legacy::{Audience, CannotMint, LegacyMint, legacy_token};

use std::time::{SystemTime, UNIX_EPOCH};

/// A NumericDate (RFC 7519 section 2) in whole seconds, as every reader takes it.
pub(super) fn numeric_date(moment: SystemTime) -> u64 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
