//! What clients send about sessions.

use std::fmt;

use gateway_macros::Model;

#[derive(Model)]
pub(crate) struct RefreshAsked {
    pub(crate) refresh_token: String,
}

/// Who is shown a token has it.
impl fmt::Debug for RefreshAsked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RefreshAsked").finish_non_exhaustive()
    }
}
