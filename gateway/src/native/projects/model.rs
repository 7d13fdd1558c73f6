//! Rows of `projects`, and the shape in which clients see them.

pub(super) mod request;

use std::slice;

use chrono::{DateTime, NaiveDateTime, Utc};
use gateway_macros::Answer;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use request::{ProjectQuery, Sort};

use crate::{
    contract::field::Decimal,
    db::{DatabaseFailure, Reading, UnitOfWork, row::read},
};

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

/// What the legacy makes a plain dict of in `summarise_project`.
#[derive(Debug, Answer)]
#[answer(plain)]
pub(super) struct Stats {
    pub(super) project_id: i32,
    pub(super) tasks: Tally,
    pub(super) hours: Option<Decimal>,
    pub(super) done_share: Option<f64>,
    pub(super) last_change_at: Option<NaiveDateTime>,
    pub(super) first_due_at: Option<DateTime<Utc>>,
    pub(super) budget: Option<Decimal>,
}

#[derive(Debug, Answer)]
#[answer(plain)]
pub(super) struct Tally {
    pub(super) total: i64,
    pub(super) done: i64,
    pub(super) open: i64,
}

/// What the tasks of a project come to.
pub(super) struct Sums {
    pub(super) total: i64,
    pub(super) done: i64,
    pub(super) hours: Option<Decimal>,
    pub(super) last_change_at: Option<NaiveDateTime>,
    pub(super) first_due_at: Option<DateTime<Utc>>,
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
    let owner: (&(dyn ToSql + Sync), Type) = (&owner_id, Type::INT4);
    let (skip, limit) = (i64::from(wanted.skip), i64::from(wanted.limit));
    let paged = [owner.clone(), (&skip, Type::INT8), (&limit, Type::INT8)];
    let (count, rows) =
        tokio::try_join!(unit.query(count, slice::from_ref(&owner)), unit.query(&page, &paged))?;
    let count = count.first().map_or(Ok(0), |row| read(row, "count"))?;
    Ok(Page { projects: rows.iter().map(Project::of).collect::<Result<_, _>>()?, count })
}

/// Whose a project is, if there is one.
pub(super) async fn owner(unit: &impl Reading, id: i32) -> Result<Option<i32>, DatabaseFailure> {
    let rows = unit.query("SELECT owner_id FROM projects WHERE id = $1", &[(&id, Type::INT4)]).await?;
    rows.first().map(|row| read(row, "owner_id")).transpose()
}

/// An estimate as long as the longest counts for nothing: it is a slip of the finger, and the sum would overflow.
pub(super) async fn sums(
    unit: &impl Reading,
    id: i32,
    longest_estimate: f64,
) -> Result<Sums, DatabaseFailure> {
    const SUMS: &str = "SELECT count(*) AS total, count(*) FILTER (WHERE status = 'done') AS done, \
                        sum(CAST(CASE WHEN estimate_hours < $2 THEN estimate_hours END AS numeric(12, 2))) AS hours, \
                        max(updated_at) AS last_change_at, min(due_at) AS first_due_at \
                        FROM tasks WHERE project_id = $1";
    let rows = unit.query(SUMS, &[(&id, Type::INT4), (&longest_estimate, Type::FLOAT8)]).await?;
    let row = rows.first().ok_or(DatabaseFailure::NoRow)?;
    Ok(Sums {
        total: read(row, "total")?,
        done: read(row, "done")?,
        hours: read(row, "hours")?,
        last_change_at: read(row, "last_change_at")?,
        first_due_at: read(row, "first_due_at")?,
    })
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
