//! Everything that can go wrong with a request.

mod raised;

use std::{sync::Arc, time::Duration};

use axum::response::{IntoResponse, Response as AxumResponse};
use http::StatusCode;

use super::{profile::ErrorAnswer, validation::Detail};
use crate::routes::matching::SchemeId;

pub use raised::Raised;

/// A request that gets no ordinary answer.
#[derive(Clone, Debug)]
pub enum Failure {
    /// No token, on a route of this scheme; without one, the profile's own words.
    MissingToken(Option<SchemeId>),
    WrongScheme(Option<SchemeId>),
    BadToken,
    ExpiredToken,
    /// The signature is good, but a claim is missing or cannot be read.
    BadClaims,
    /// Nobody has the id that the token names, any more.
    UnknownUser,
    InactiveUser,
    /// The user is known, and may not do this: a scope or a role is missing.
    MissingScope,
    /// A refresh token that is none, or none any more: the client has to log in again. Never said of a database that is
    /// away.
    InvalidGrant,
    /// What a handler of the original raises, made with `Failure::not_found` and its like.
    Raised(Raised),
    /// What the profile writes for a route of its own.
    Written(Arc<ErrorAnswer>),
    /// A body that cannot be taken for one, over which FastAPI raises before anything of a route runs.
    UnreadableBody,
    /// The twin of `RequestValidationError`.
    Unprocessable(Detail),
    Denied(StatusCode),
    Refused,
    TargetTooLong,
    HeadTooLarge,
    TooLarge,
    /// The body comes so slowly that nobody waits for the rest.
    TooSlow,
    LegacyUnreachable,
    /// Later than the route allows.
    Late,
    /// The database is away; the client may try again after this long.
    Unavailable(Duration),
    /// Too much is asked for at once; the client may try again after this long.
    Busy(Duration),
    /// Too many wrong passwords came before this one; the client may try again after this long.
    TooManyAttempts(Duration),
    /// More requests than this client may make in a time; it may try again after this long.
    TooOften(Duration),
    /// The reply to a COMMIT was lost: what was asked for may have been done, and must not be sent again blindly.
    OutcomeUnknown,
    /// Over what was asked the legacy raises, which is its 500: no bug, here or there, needs to be looked for.
    LegacyRaises,
    /// Over its own answer the legacy raises when it has stored already what it was asked to: so do we.
    LegacyRaisesAfterwards,
    /// A bug of ours, answered as Starlette answers one of the legacy's.
    Internal,
}

impl Failure {
    /// Starlette answers an unhandled exception outside of every middleware of its application.
    pub fn is_unhandled(&self) -> bool {
        matches!(self, Self::LegacyRaises | Self::LegacyRaisesAfterwards | Self::Internal)
    }

    /// Whether what was done before it stays.
    pub fn comes_after_the_work(&self) -> bool {
        matches!(self, Self::LegacyRaisesAfterwards)
    }
}

/// Lets a handler end with `?`: the failure travels in the answer and is rendered by the front, which knows the
/// profile.
impl IntoResponse for Failure {
    fn into_response(self) -> AxumResponse {
        let mut answer = AxumResponse::default();
        answer.extensions_mut().insert(self);
        answer
    }
}
