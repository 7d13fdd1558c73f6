//! `[errors]`, the part about tokens: how the legacy answers somebody whom it does not know, or does not let in.

use super::ErrorAnswer;
use crate::config::document::{item::Item, section::Section};

/// What is not written is answered as `bad_token`, but for the first two, which the lock tells for each scheme, and the
/// last two, for which FastAPI's documentation has words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenErrors {
    pub missing_token: Option<ErrorAnswer>,
    /// Unless written, as `missing_token` is.
    pub wrong_scheme: Option<ErrorAnswer>,
    pub bad_token: ErrorAnswer,
    pub expired_token: Option<ErrorAnswer>,
    pub bad_claims: Option<ErrorAnswer>,
    pub unknown_user: Option<ErrorAnswer>,
    pub inactive_user: Option<ErrorAnswer>,
    pub missing_scope: Option<ErrorAnswer>,
}

const ANSWER: &str = "{ status = 401, body = '{\"detail\":\"Could not validate credentials\"}' }";

impl TokenErrors {
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        let answer = |item: Item<'_>| ErrorAnswer::read(item.section(ANSWER)?);
        let missing_token = section.optional("missing_token").and_then(answer);
        let wrong_scheme = section.optional("wrong_scheme").and_then(answer);
        let bad_token = section.required("bad_token", &format!("bad_token = {ANSWER}")).and_then(answer);
        let expired_token = section.optional("expired_token").and_then(answer);
        let bad_claims = section.optional("bad_claims").and_then(answer);
        let unknown_user = section.optional("unknown_user").and_then(answer);
        let inactive_user = section.optional("inactive_user").and_then(answer);
        let missing_scope = section.optional("missing_scope").and_then(answer);
        Some(Self {
            wrong_scheme: wrong_scheme.or_else(|| missing_token.clone()),
            missing_token,
            bad_token: bad_token?,
            expired_token,
            bad_claims,
            unknown_user,
            inactive_user,
            missing_scope,
        })
    }

    /// With `harden`: that a user is gone, or switched off, is nobody's business who holds an old token.
    pub(super) fn hardened(self) -> Self {
        Self { unknown_user: None, inactive_user: Some(self.bad_token.clone()), ..self }
    }
}
