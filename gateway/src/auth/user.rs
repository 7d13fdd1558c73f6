//! The user's row, read first in every unit of work, as the legacy's `get_current_user` does.

use tokio_postgres::types::Type;

use super::{Principal, Subject};
use crate::{contract::Failure, db::Reading};

/// An active user of the legacy's own table.
#[derive(Clone, Copy, Debug)]
pub struct User {
    pub id: i32,
}

/// The user a principal names; a deleted or inactive one gets the legacy's answer.
pub async fn current(unit: &impl Reading, principal: &Principal) -> Result<User, Failure> {
    let Subject::Int(subject) = principal.subject else { return Err(Failure::BadToken) };
    let rows = unit.query("SELECT id, is_active FROM users WHERE id = $1", &[(&subject, Type::INT8)]).await?;
    let row = rows.first().ok_or(Failure::BadToken)?;
    if !row.get::<_, bool>("is_active") {
        return Err(Failure::BadRequest("Inactive user"));
    }
    Ok(User { id: row.get("id") })
}
