//! Rows of `projects`, and the shape in which clients see them.

pub(super) mod request;

use chrono::{NaiveDateTime, Utc};
use gateway_macros::Answer;
use tokio_postgres::{Row, types::Type};

use request::{ProjectQuery, Sort};

use crate::db::{DatabaseFailure, Reading, UnitOfWork, row::read};

/// The legacy's `ProjectPublic`, members in its order.
#[derive(Debug, Answer)]
pub(super) struct Project {
    pub(super) id: i32,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) owner_id: i32,
    created_at: NaiveDateTime,
}

/// Some projects of an owner, and how many there are.
pub(super) struct Page {
    pub(super) projects: Vec<Project>,
    pub(super) count: i64,
}

/// What a change writes of a project: the columns that are there.
pub(super) struct Columns<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) description: Option<Option<&'a str>>,
}

const SHOWN: &str = "id, name, description, owner_id, created_at";

pub(super) async fn find(unit: &impl Reading, id: i32) -> Result<Option<Project>, DatabaseFailure> {
    let sql = format!("SELECT {SHOWN} FROM projects WHERE id = $1");
    let rows = unit.query(&sql, &[(&id, Type::INT4)]).await?;
    rows.first().map(Project::of).transpose()
}

/// The page and the number of all, asked in one round trip.
pub(super) async fn page(
    unit: &impl Reading,
    owner_id: i32,
    wanted: &ProjectQuery,
) -> Result<Page, DatabaseFailure> {
    let count = "SELECT count(*) AS count FROM projects WHERE owner_id = $1";
    let order = wanted.sort.map_or("id", Sort::order);
    let page =
        format!("SELECT {SHOWN} FROM projects WHERE owner_id = $1 ORDER BY {order}, id OFFSET $2 LIMIT $3");
    let owner = (&owner_id as _, Type::INT4);
    let (skip, limit) = (i64::from(wanted.skip), i64::from(wanted.limit));
    let paged = [owner.clone(), (&skip, Type::INT8), (&limit, Type::INT8)];
    let (count, rows) = tokio::try_join!(unit.query(count, &[owner]), unit.query(&page, &paged))?;
    let count = count.first().map_or(Ok(0), |row| read(row, "count"))?;
    Ok(Page { projects: rows.iter().map(Project::of).collect::<Result<_, _>>()?, count })
}

pub(super) async fn insert(
    unit: &UnitOfWork,
    owner_id: i32,
    name: &str,
    description: Option<&str>,
) -> Result<Project, DatabaseFailure> {
    let sql = format!(
        "INSERT INTO projects (name, description, owner_id, created_at) VALUES ($1, $2, $3, $4) \
         RETURNING {SHOWN}"
    );
    let rows = unit
        .change(
            &sql,
            &[
                (&name, Type::VARCHAR),
                (&description, Type::TEXT),
                (&owner_id, Type::INT4),
                (&Utc::now().naive_utc(), Type::TIMESTAMP),
            ],
        )
        .await?;
    rows.first().map(Project::of).transpose()?.ok_or(DatabaseFailure::NoRow)
}

pub(super) async fn update(
    unit: &UnitOfWork,
    id: i32,
    columns: &Columns<'_>,
) -> Result<Option<Project>, DatabaseFailure> {
    let sql = format!(
        "UPDATE projects SET name = coalesce($2, name), \
         description = CASE WHEN $3 THEN $4 ELSE description END WHERE id = $1 RETURNING {SHOWN}"
    );
    let rows = unit
        .change(
            &sql,
            &[
                (&id, Type::INT4),
                (&columns.name, Type::VARCHAR),
                (&columns.description.is_some(), Type::BOOL),
                (&columns.description.flatten(), Type::TEXT),
            ],
        )
        .await?;
    rows.first().map(Project::of).transpose()
}

/// Whether there was such a project of this owner.
pub(super) async fn delete(unit: &UnitOfWork, id: i32, owner_id: i32) -> Result<bool, DatabaseFailure> {
    let sql = "DELETE FROM projects WHERE id = $1 AND owner_id = $2 RETURNING id";
    let rows = unit.change(sql, &[(&id, Type::INT4), (&owner_id, Type::INT4)]).await?;
    Ok(!rows.is_empty())
}

impl Sort {
    /// In the order of code points: the same on every server, whatever its locale.
    fn order(self) -> &'static str {
        match self {
            Self::Name => "name COLLATE \"C\"",
            Self::NameDescending => "name COLLATE \"C\" DESC",
            Self::OldestFirst => "created_at",
            Self::NewestFirst => "created_at DESC",
        }
    }
}

impl Project {
    fn of(row: &Row) -> Result<Self, DatabaseFailure> {
        Ok(Self {
            id: read(row, "id")?,
            name: read(row, "name")?,
            description: read(row, "description")?,
            owner_id: read(row, "owner_id")?,
            created_at: read(row, "created_at")?,
        })
    }
}
