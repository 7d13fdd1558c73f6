//! Sessions, and the tokens of one, in the shape in which clients see them.

pub(super) mod request;

use chrono::{DateTime, Utc};
use gateway_macros::Answer;
use uuid::Uuid;

#[derive(Answer)]
pub(super) struct Tokens {
    pub(super) access_token: String,
    pub(super) token_type: &'static str,
    pub(super) expires_in: i64,
    pub(super) refresh_token: String,
    pub(super) refresh_expires_in: i64,
}

#[derive(Debug, Answer)]
pub(super) struct SessionShown {
    pub(super) id: Uuid,
    pub(super) created_at: DateTime<Utc>,
    pub(super) refreshed_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    pub(super) user_agent: Option<String>,
    pub(super) ip: Option<String>,
    /// The one that the list was asked for with.
    pub(super) current: bool,
}
