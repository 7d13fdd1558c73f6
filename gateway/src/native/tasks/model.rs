//! Rows of `tasks`, and the shape in which clients see them.

pub(super) mod request;

use chrono::{DateTime, NaiveDateTime, Utc};
use gateway_macros::Answer;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use request::{Sort, Status};

use crate::db::{DatabaseFailure, Reading, UnitOfWork, row::read};

/// The legacy's `TaskPublic`, members in its order.
#[derive(Debug, Answer)]
pub(super) struct Task {
    pub(super) id: i32,
    title: String,
    description: Option<String>,
    status: String,
    priority: i32,
    estimate_hours: Option<f64>,
    created_at: NaiveDateTime,
    updated_at: Option<NaiveDateTime>,
    due_at: Option<DateTime<Utc>>,
    pub(super) owner_id: i32,
    project_id: Option<i32>,
}

/// The legacy's `TasksPublic`.
#[derive(Debug, Answer)]
pub(super) struct Tasks {
    data: Vec<Task>,
    count: i64,
}

/// How many tasks have each status.
#[derive(Debug, Default, Answer)]
pub(super) struct Summary {
    todo: i64,
    doing: i64,
    done: i64,
}

/// Which tasks of an owner are wanted.
pub(super) struct Filter {
    pub(super) owner_id: i32,
    pub(super) status: Option<Status>,
    pub(super) project_id: Option<i32>,
    /// A part of the title, in any case.
    pub(super) title: Option<String>,
}

/// What a client may write of a task: the columns that are there.
pub(super) struct Columns {
    pub(super) title: Option<String>,
    pub(super) description: Option<Option<String>>,
    pub(super) status: Option<Status>,
    pub(super) priority: Option<i32>,
    pub(super) estimate_hours: Option<Option<f64>>,
    pub(super) due_at: Option<Option<DateTime<Utc>>>,
    pub(super) project_id: Option<Option<i32>>,
}

const SHOWN: &str = "id, title, description, status, priority, estimate_hours, created_at, updated_at, due_at, \
                     owner_id, project_id";

pub(super) async fn find(unit: &impl Reading, id: i32) -> Result<Option<Task>, DatabaseFailure> {
    let sql = format!("SELECT {SHOWN} FROM tasks WHERE id = $1");
    let rows = unit.query(&sql, &[(&id, Type::INT4)]).await?;
    rows.first().map(Task::of).transpose()
}

/// A page of those that the filter lets through.
pub(super) async fn page(
    unit: &impl Reading,
    filter: &Filter,
    sort: Sort,
    skip: i32,
    limit: i32,
) -> Result<Tasks, DatabaseFailure> {
    const WANTED: &str = "FROM tasks WHERE owner_id = $1 AND ($2 IS NULL OR status = $2) \
                          AND ($3 IS NULL OR project_id = $3) \
                          AND ($4 IS NULL OR title ILIKE '%' || $4 || '%' ESCAPE '/')";
    let status = filter.status.as_ref().map(Status::name);
    let title = filter.title.as_deref().map(escaped);
    let wanted: [(&(dyn ToSql + Sync), Type); 4] = [
        (&filter.owner_id, Type::INT4),
        (&status, Type::VARCHAR),
        (&filter.project_id, Type::INT4),
        (&title, Type::VARCHAR),
    ];
    counted_page(unit, WANTED, &wanted, sort, skip, limit).await
}

/// A page of those of a project.
pub(super) async fn page_of_project(
    unit: &impl Reading,
    project_id: i32,
    skip: i32,
    limit: i32,
) -> Result<Tasks, DatabaseFailure> {
    let wanted: [(&(dyn ToSql + Sync), Type); 1] = [(&project_id, Type::INT4)];
    counted_page(unit, "FROM tasks WHERE project_id = $1", &wanted, Sort::Id, skip, limit).await
}

/// The page and the number of all that are wanted, asked in one round trip.
async fn counted_page(
    unit: &impl Reading,
    from: &str,
    wanted: &[(&(dyn ToSql + Sync), Type)],
    sort: Sort,
    skip: i32,
    limit: i32,
) -> Result<Tasks, DatabaseFailure> {
    let count = format!("SELECT count(*) AS count {from}");
    let (order, place) = (sort.order(), wanted.len());
    let (skip_at, limit_at) = (place + 1, place + 2);
    let page = format!("SELECT {SHOWN} {from} ORDER BY {order}, id OFFSET ${skip_at} LIMIT ${limit_at}");
    let (skip, limit) = (i64::from(skip), i64::from(limit));
    let paged = [wanted, &[(&skip, Type::INT8), (&limit, Type::INT8)]].concat();
    let (count, rows) = tokio::try_join!(unit.query(&count, wanted), unit.query(&page, &paged))?;
    let count = count.first().map_or(Ok(0), |row| read(row, "count"))?;
    Ok(Tasks { data: rows.iter().map(Task::of).collect::<Result<_, _>>()?, count })
}

pub(super) async fn insert(
    unit: &UnitOfWork,
    owner_id: i32,
    created_at: NaiveDateTime,
    columns: &Columns,
) -> Result<Task, DatabaseFailure> {
    let mut given = columns.given();
    given.push(("owner_id", &owner_id, Type::INT4));
    given.push(("created_at", &created_at, Type::TIMESTAMP));
    let names: Vec<_> = given.iter().map(|(name, ..)| *name).collect();
    let places: Vec<_> = (1..=given.len()).map(|place| format!("${place}")).collect();
    let (names, places) = (names.join(", "), places.join(", "));
    let sql = format!("INSERT INTO tasks ({names}) VALUES ({places}) RETURNING {SHOWN}");
    let params: Vec<_> = given.into_iter().map(|(_, value, kind)| (value, kind)).collect();
    let rows = unit.change(&sql, &params).await?;
    rows.first().map(Task::of).transpose()?.ok_or(DatabaseFailure::NoRow)
}

pub(super) async fn update(
    unit: &UnitOfWork,
    id: i32,
    updated_at: NaiveDateTime,
    columns: &Columns,
) -> Result<Option<Task>, DatabaseFailure> {
    let mut given = columns.given();
    given.push(("updated_at", &updated_at, Type::TIMESTAMP));
    let set: Vec<_> = given.iter().zip(2..).map(|((name, ..), place)| format!("{name} = ${place}")).collect();
    let sql = format!("UPDATE tasks SET {} WHERE id = $1 RETURNING {SHOWN}", set.join(", "));
    let mut params: Vec<(&(dyn ToSql + Sync), Type)> = vec![(&id, Type::INT4)];
    params.extend(given.into_iter().map(|(_, value, kind)| (value, kind)));
    let rows = unit.change(&sql, &params).await?;
    rows.first().map(Task::of).transpose()
}

/// Whether there was such a task of this owner.
pub(super) async fn delete(unit: &UnitOfWork, id: i32, owner_id: i32) -> Result<bool, DatabaseFailure> {
    let sql = "DELETE FROM tasks WHERE id = $1 AND owner_id = $2 RETURNING id";
    let rows = unit.change(sql, &[(&id, Type::INT4), (&owner_id, Type::INT4)]).await?;
    Ok(!rows.is_empty())
}

pub(super) async fn summary(unit: &impl Reading, owner_id: i32) -> Result<Summary, DatabaseFailure> {
    let sql = "SELECT status, count(*) AS count FROM tasks WHERE owner_id = $1 GROUP BY status";
    let mut summary = Summary::default();
    for row in unit.query(sql, &[(&owner_id, Type::INT4)]).await? {
        let count = read(&row, "count")?;
        match read(&row, "status")? {
            "todo" => summary.todo = count,
            "doing" => summary.doing = count,
            "done" => summary.done = count,
            // The table's own check lets no other in.
            _ => {}
        }
    }
    Ok(summary)
}

/// Whose a project is, if there is one.
pub(super) async fn project_owner(unit: &impl Reading, id: i32) -> Result<Option<i32>, DatabaseFailure> {
    let rows = unit.query("SELECT owner_id FROM projects WHERE id = $1", &[(&id, Type::INT4)]).await?;
    rows.first().map(|row| read(row, "owner_id")).transpose()
}

/// What is searched for stands for itself: SQLAlchemy's `autoescape`.
fn escaped(text: &str) -> String {
    text.replace('/', "//").replace('%', "/%").replace('_', "/_")
}

impl Columns {
    fn given(&self) -> Vec<(&'static str, &(dyn ToSql + Sync), Type)> {
        let mut given: Vec<(&'static str, &(dyn ToSql + Sync), Type)> = Vec::new();
        if let Some(title) = &self.title {
            given.push(("title", title, Type::VARCHAR));
        }
        if let Some(description) = &self.description {
            given.push(("description", description, Type::TEXT));
        }
        if let Some(status) = &self.status {
            given.push(("status", status.name(), Type::VARCHAR));
        }
        if let Some(priority) = &self.priority {
            given.push(("priority", priority, Type::INT4));
        }
        if let Some(hours) = &self.estimate_hours {
            given.push(("estimate_hours", hours, Type::FLOAT8));
        }
        if let Some(due_at) = &self.due_at {
            given.push(("due_at", due_at, Type::TIMESTAMPTZ));
        }
        if let Some(project_id) = &self.project_id {
            given.push(("project_id", project_id, Type::INT4));
        }
        given
    }
}

impl Status {
    fn name(&self) -> &&'static str {
        match self {
            Self::Todo => &"todo",
            Self::Doing => &"doing",
            Self::Done => &"done",
        }
    }
}

impl Sort {
    /// Ties are settled by the id, or pages would overlap.
    fn order(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::IdDescending => "id DESC",
            Self::Title => "title",
            Self::TitleDescending => "title DESC",
            Self::Priority => "priority",
            Self::PriorityDescending => "priority DESC",
            Self::DueAt => "due_at",
            Self::DueAtDescending => "due_at DESC",
        }
    }
}

impl Task {
    pub(super) fn estimate_hours(&self) -> Option<f64> {
        self.estimate_hours
    }

    fn of(row: &Row) -> Result<Self, DatabaseFailure> {
        Ok(Self {
            id: read(row, "id")?,
            title: read(row, "title")?,
            description: read(row, "description")?,
            status: read(row, "status")?,
            priority: read(row, "priority")?,
            estimate_hours: read(row, "estimate_hours")?,
            created_at: read(row, "created_at")?,
            updated_at: read(row, "updated_at")?,
            due_at: read(row, "due_at")?,
            owner_id: read(row, "owner_id")?,
            project_id: read(row, "project_id")?,
        })
    }
}
