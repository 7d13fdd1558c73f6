//! The user's row, read before a handler runs, as the legacy's `get_current_user` does.

use axum::extract::FromRequestParts;
use http::request::Parts;
use tokio_postgres::types::Type;
use tracing::error;

use super::{Principal, Subject};
use crate::{
    contract::Failure,
    db::{Beforehand, Reading},
};

/// The active user who asks; a handler that has it among its arguments does not run for anybody else.
#[derive(Clone, Copy, Debug)]
pub struct CurrentUser {
    pub id: i32,
}

impl CurrentUser {
    /// A deleted or inactive one gets the legacy's answer.
    async fn find(reading: &impl Reading, principal: &Principal) -> Result<Self, Failure> {
        let Subject::Int(subject) = *principal.subject() else { return Err(Failure::BadToken) };
        let sql = "SELECT id, is_active FROM users WHERE id = $1";
        let rows = reading.query(sql, &[(&subject, Type::INT8)]).await?;
        let row = rows.first().ok_or(Failure::BadToken)?;
        if !row.get::<_, bool>("is_active") {
            return Err(Failure::bad_request("Inactive user"));
        }
        Ok(Self { id: row.get("id") })
    }
}

impl<S: Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let principal = Principal::from_request_parts(parts, state).await?;
        let Some(reading) = Beforehand::of(parts) else {
            error!("a handler asks who calls before it asks for its unit of work");
            return Err(Failure::Internal);
        };
        Self::find(&reading, &principal).await
    }
}
