//! Rows of `tasks`, and the shape in which clients see them.

use serde::Serialize;
use tokio_postgres::{Row, types::Type};

use crate::{
    contract::json::{Aware, Naive},
    db::{DatabaseFailure, UnitOfWork},
};

/// The legacy's `TaskPublic`, members in its order.
#[derive(Debug, Serialize)]
pub(super) struct Task {
    id: i32,
    title: String,
    description: Option<String>,
    status: String,
    priority: i32,
    estimate_hours: Option<f64>,
    created_at: Naive,
    updated_at: Option<Naive>,
    due_at: Option<Aware>,
    pub(super) owner_id: i32,
    project_id: Option<i32>,
}

pub(super) async fn find(unit: &UnitOfWork, id: i32) -> Result<Option<Task>, DatabaseFailure> {
    let sql = "SELECT id, title, description, status, priority, estimate_hours, created_at, updated_at, due_at, \
               owner_id, project_id FROM tasks WHERE id = $1";
    let rows = unit.query(sql, &[(&id, Type::INT4)]).await?;
    Ok(rows.first().map(Task::of))
}

impl Task {
    fn of(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            title: row.get("title"),
            description: row.get("description"),
            status: row.get("status"),
            priority: row.get("priority"),
            estimate_hours: row.get("estimate_hours"),
            created_at: Naive(row.get("created_at")),
            updated_at: row.get::<_, Option<_>>("updated_at").map(Naive),
            due_at: row.get::<_, Option<_>>("due_at").map(Aware),
            owner_id: row.get("owner_id"),
            project_id: row.get("project_id"),
        }
    }
}
