//! Rows of `comments`, and the shape in which clients see them.

pub(super) mod request;

use chrono::{DateTime, Utc};
use gateway_macros::Answer;
use tokio_postgres::{Row, types::Type};

use crate::db::{DatabaseFailure, Reading, UnitOfWork, row::read};

/// The legacy's `CommentPublic`, members in its order.
#[derive(Debug, Answer)]
pub(super) struct Comment {
    pub(super) id: i32,
    body: String,
    task_id: i32,
    author_id: i32,
    created_at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
}

/// The legacy's `CommentPage`.
#[derive(Debug, Answer)]
pub(super) struct Page {
    pub(super) items: Vec<Comment>,
    pub(super) next: Option<i32>,
}

const SHOWN: &str = "id, body, task_id, author_id, created_at, edited_at";

/// Whose a task is, if there is one.
pub(super) async fn task_owner(unit: &impl Reading, id: i32) -> Result<Option<i32>, DatabaseFailure> {
    let rows = unit.query("SELECT owner_id FROM tasks WHERE id = $1", &[(&id, Type::INT4)]).await?;
    rows.first().map(|row| read(row, "owner_id")).transpose()
}

/// Who wrote a comment, if there is one.
pub(super) async fn author(unit: &impl Reading, id: i32) -> Result<Option<i32>, DatabaseFailure> {
    let rows = unit.query("SELECT author_id FROM comments WHERE id = $1", &[(&id, Type::INT4)]).await?;
    rows.first().map(|row| read(row, "author_id")).transpose()
}

/// Those of a task that come after this one, at most so many.
pub(super) async fn following(
    unit: &impl Reading,
    task_id: i32,
    after: i32,
    most: i32,
) -> Result<Vec<Comment>, DatabaseFailure> {
    let sql = format!("SELECT {SHOWN} FROM comments WHERE task_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    let most = i64::from(most);
    let params = [(&task_id as _, Type::INT4), (&after as _, Type::INT4), (&most as _, Type::INT8)];
    unit.query(&sql, &params).await?.iter().map(Comment::of).collect()
}

pub(super) async fn insert(
    unit: &UnitOfWork,
    task_id: i32,
    author_id: i32,
    body: &str,
) -> Result<Comment, DatabaseFailure> {
    let sql = format!(
        "INSERT INTO comments (body, task_id, author_id, created_at) VALUES ($1, $2, $3, $4) RETURNING {SHOWN}"
    );
    let rows = unit
        .change(
            &sql,
            &[
                (&body, Type::TEXT),
                (&task_id, Type::INT4),
                (&author_id, Type::INT4),
                (&Utc::now(), Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    rows.first().map(Comment::of).transpose()?.ok_or(DatabaseFailure::NoRow)
}

pub(super) async fn update(
    unit: &UnitOfWork,
    id: i32,
    body: &str,
) -> Result<Option<Comment>, DatabaseFailure> {
    let sql = format!("UPDATE comments SET body = $2, edited_at = $3 WHERE id = $1 RETURNING {SHOWN}");
    let params = [(&id as _, Type::INT4), (&body as _, Type::TEXT), (&Utc::now() as _, Type::TIMESTAMPTZ)];
    unit.change(&sql, &params).await?.first().map(Comment::of).transpose()
}

/// Whether there was such a comment of this author.
pub(super) async fn delete(unit: &UnitOfWork, id: i32, author_id: i32) -> Result<bool, DatabaseFailure> {
    let sql = "DELETE FROM comments WHERE id = $1 AND author_id = $2 RETURNING id";
    let rows = unit.change(sql, &[(&id, Type::INT4), (&author_id, Type::INT4)]).await?;
    Ok(!rows.is_empty())
}

impl Comment {
    fn of(row: &Row) -> Result<Self, DatabaseFailure> {
        Ok(Self {
            id: read(row, "id")?,
            body: read(row, "body")?,
            task_id: read(row, "task_id")?,
            author_id: read(row, "author_id")?,
            created_at: read(row, "created_at")?,
            edited_at: read(row, "edited_at")?,
        })
    }
}
