//! The user's row, read before a handler runs, as the legacy's `get_current_user` does.

use axum::extract::FromRequestParts;
use http::request::Parts;
use tokio_postgres::types::{FromSqlOwned, Type};
use tracing::error;
use uuid::Uuid;

use super::{Principal, users::Users};
use crate::{
    contract::{Failure, profile::users::IdKind},
    db::{Beforehand, DatabaseFailure, Reading},
};

/// The active user who asks; a handler that has it among its arguments does not run for anybody else. The id has the type
/// of its column: `i32` of an `int`, `i64` of a `bigint`, `Uuid`, `String`.
#[derive(Clone, Copy, Debug)]
pub struct CurrentUser<I = i32> {
    pub id: I,
}

/// What an id of a user is here, and in `[legacy.users]`: before anything is served it is seen to that both agree.
pub trait UserId: FromSqlOwned {
    const KIND: IdKind;
}

impl UserId for i32 {
    const KIND: IdKind = IdKind::Int;
}

impl UserId for i64 {
    const KIND: IdKind = IdKind::BigInt;
}

impl UserId for Uuid {
    const KIND: IdKind = IdKind::Uuid;
}

impl UserId for String {
    const KIND: IdKind = IdKind::Text;
}

impl<I: UserId> CurrentUser<I> {
    /// A deleted or inactive one gets the legacy's answer.
    async fn find(reading: &impl Reading, principal: &Principal, users: &Users) -> Result<Self, Failure> {
        // What the column could not hold was never issued to anybody.
        let id = users.spelled(principal.subject()).ok_or(Failure::BadToken)?;
        let rows = reading.query(users.current(), &[(&id, Type::TEXT)]).await?;
        let row = rows.first().ok_or(Failure::UnknownUser)?;
        let column = |column| move |source| DatabaseFailure::Column { column, source };
        if !row.try_get::<_, bool>("is_active").map_err(column("is_active"))? {
            return Err(Failure::InactiveUser);
        }
        Ok(Self { id: row.try_get("id").map_err(column("id"))? })
    }
}

impl<I: UserId + Send, S: Sync> FromRequestParts<S> for CurrentUser<I> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let principal = Principal::from_request_parts(parts, state).await?;
        let Some(users) = parts.extensions.remove::<Users>() else {
            error!("a handler asks who calls, and `[legacy.users]` does not say where users are");
            return Err(Failure::Internal);
        };
        let Some(reading) = Beforehand::of(parts) else {
            error!("a handler asks who calls before it asks for its unit of work");
            return Err(Failure::Internal);
        };
        Self::find(&reading, &principal, &users).await
    }
}
