//! What clients send when they ask for the keys.

use gateway_macros::Model;

/// What they have already.
#[derive(Debug, Model)]
pub(crate) struct Held {
    pub(crate) if_none_match: Option<String>,
}
