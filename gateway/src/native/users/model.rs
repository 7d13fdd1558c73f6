//! Rows of `users`, and the shape in which clients see them.

use chrono::NaiveDateTime;
use gateway_macros::Answer;
use tokio_postgres::{Row, types::Type};

use crate::db::{DatabaseFailure, Reading, row::read};

/// The legacy's `UserPublic`, members in its order: no password, not even hashed.
#[derive(Debug, Answer)]
pub(super) struct User {
    id: i32,
    email: String,
    full_name: Option<String>,
    is_active: bool,
    created_at: NaiveDateTime,
}

pub(super) async fn find(unit: &impl Reading, id: i32) -> Result<Option<User>, DatabaseFailure> {
    let sql = "SELECT id, email, full_name, is_active, created_at FROM users WHERE id = $1";
    let rows = unit.query(sql, &[(&id, Type::INT4)]).await?;
    rows.first().map(User::of).transpose()
}

impl User {
    fn of(row: &Row) -> Result<Self, DatabaseFailure> {
        Ok(Self {
            id: read(row, "id")?,
            email: read(row, "email")?,
            full_name: read(row, "full_name")?,
            is_active: read(row, "is_active")?,
            created_at: read(row, "created_at")?,
        })
    }
}
