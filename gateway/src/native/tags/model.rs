//! Rows of `tags` and `task_tags`, and the shape in which clients see them.

pub(super) mod request;

use chrono::{NaiveDateTime, Utc};
use gateway_macros::Answer;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use request::{Color, Sort};

use crate::{
    contract::field::Decimal,
    db::{DatabaseFailure, Reading, UnitOfWork, row::read},
};

/// The legacy's `TagPublic`, members in its order.
#[derive(Debug, Answer)]
pub(super) struct Tag {
    pub(super) id: i32,
    pub(super) name: String,
    pub(super) color: String,
    pub(super) weight: Option<Decimal>,
    created_at: NaiveDateTime,
    #[field(skip)]
    pub(super) owner_id: i32,
}

/// The legacy's `TagsPublic`.
#[derive(Debug, Answer)]
pub(super) struct Tags {
    data: Vec<Tag>,
    count: i64,
}

/// The detail of a conflict.
#[derive(Debug, Answer)]
#[answer(plain)]
pub(super) struct TagExists {
    code: &'static str,
    name: String,
}

/// Which tags of an owner are wanted.
pub(super) struct Filter<'a> {
    pub(super) owner_id: i32,
    /// A part of the name, in any case.
    pub(super) name: Option<&'a str>,
}

/// What a change writes of a tag: the columns that are there.
pub(super) struct Columns<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) color: Option<Color>,
    pub(super) weight: Option<Option<&'a Decimal>>,
}

/// That a task carries a tag.
#[derive(Clone, Copy)]
pub(super) struct TaskTag {
    pub(super) task_id: i32,
    pub(super) tag_id: i32,
}

/// Whose a task and a tag are, if they are there.
pub(super) struct Owners {
    pub(super) task: Option<i32>,
    pub(super) tag: Option<i32>,
}

const SHOWN: &str = "tags.id, tags.name, tags.color, tags.weight, tags.created_at, tags.owner_id";

pub(super) async fn find(unit: &impl Reading, id: i32) -> Result<Option<Tag>, DatabaseFailure> {
    let sql = format!("SELECT {SHOWN} FROM tags WHERE id = $1");
    let rows = unit.query(&sql, &[(&id, Type::INT4)]).await?;
    rows.first().map(Tag::of).transpose()
}

/// The page and the number of all that the filter lets through, asked in one round trip.
pub(super) async fn page(
    unit: &impl Reading,
    filter: &Filter<'_>,
    sort: Option<Sort>,
    skip: i32,
    limit: i32,
) -> Result<Tags, DatabaseFailure> {
    const WANTED: &str = "FROM tags WHERE owner_id = $1 \
                          AND ($2 IS NULL OR name ILIKE '%' || $2 || '%' ESCAPE '/')";
    let name = filter.name.map(escaped);
    let wanted: [(&(dyn ToSql + Sync), Type); 2] = [(&filter.owner_id, Type::INT4), (&name, Type::VARCHAR)];
    let count = format!("SELECT count(*) AS count {WANTED}");
    let order = sort.map_or("id", Sort::order);
    let page = format!("SELECT {SHOWN} {WANTED} ORDER BY {order}, id OFFSET $3 LIMIT $4");
    let (skip, limit) = (i64::from(skip), i64::from(limit));
    let paged = [&wanted[..], &[(&skip, Type::INT8), (&limit, Type::INT8)]].concat();
    let (count, rows) = tokio::try_join!(unit.query(&count, &wanted), unit.query(&page, &paged))?;
    let count = count.first().map_or(Ok(0), |row| read(row, "count"))?;
    Ok(Tags { data: rows.iter().map(Tag::of).collect::<Result<_, _>>()?, count })
}

pub(super) async fn insert(
    unit: &UnitOfWork,
    owner_id: i32,
    name: &str,
    color: Color,
    weight: Option<&Decimal>,
) -> Result<Tag, DatabaseFailure> {
    let sql = format!(
        "INSERT INTO tags (name, color, weight, owner_id, created_at) VALUES ($1, $2, $3, $4, $5) \
         RETURNING {SHOWN}"
    );
    let rows = unit
        .change(
            &sql,
            &[
                (&name, Type::VARCHAR),
                (&color.name(), Type::VARCHAR),
                (&weight, Type::NUMERIC),
                (&owner_id, Type::INT4),
                (&Utc::now().naive_utc(), Type::TIMESTAMP),
            ],
        )
        .await?;
    rows.first().map(Tag::of).transpose()?.ok_or(DatabaseFailure::NoRow)
}

pub(super) async fn update(
    unit: &UnitOfWork,
    id: i32,
    columns: &Columns<'_>,
) -> Result<Option<Tag>, DatabaseFailure> {
    let sql = format!(
        "UPDATE tags SET name = coalesce($2, name), color = coalesce($3, color), \
         weight = CASE WHEN $4 THEN $5 ELSE weight END WHERE id = $1 RETURNING {SHOWN}"
    );
    let rows = unit
        .change(
            &sql,
            &[
                (&id, Type::INT4),
                (&columns.name, Type::VARCHAR),
                (&columns.color.map(Color::name), Type::VARCHAR),
                (&columns.weight.is_some(), Type::BOOL),
                (&columns.weight.flatten(), Type::NUMERIC),
            ],
        )
        .await?;
    rows.first().map(Tag::of).transpose()
}

/// Whether there was such a tag of this owner.
pub(super) async fn delete(unit: &UnitOfWork, id: i32, owner_id: i32) -> Result<bool, DatabaseFailure> {
    let sql = "DELETE FROM tags WHERE id = $1 AND owner_id = $2 RETURNING id";
    let rows = unit.change(sql, &[(&id, Type::INT4), (&owner_id, Type::INT4)]).await?;
    Ok(!rows.is_empty())
}

/// Whose a task is, if there is one.
pub(super) async fn task_owner(unit: &impl Reading, id: i32) -> Result<Option<i32>, DatabaseFailure> {
    let rows = unit.query("SELECT owner_id FROM tasks WHERE id = $1", &[(&id, Type::INT4)]).await?;
    rows.first().map(|row| read(row, "owner_id")).transpose()
}

/// Those that a task carries.
pub(super) async fn of_task(unit: &impl Reading, task_id: i32) -> Result<Vec<Tag>, DatabaseFailure> {
    let sql = format!(
        "SELECT {SHOWN} FROM tags JOIN task_tags ON tags.id = task_tags.tag_id \
         WHERE task_tags.task_id = $1 ORDER BY tags.id"
    );
    unit.query(&sql, &[(&task_id, Type::INT4)]).await?.iter().map(Tag::of).collect()
}

/// Of a task and a tag, asked at once.
pub(super) async fn owners(
    unit: &impl Reading,
    task_id: i32,
    tag_id: Option<i32>,
) -> Result<Owners, DatabaseFailure> {
    let sql = "SELECT (SELECT owner_id FROM tasks WHERE id = $1) AS task, \
               (SELECT owner_id FROM tags WHERE id = $2) AS tag";
    let rows = unit.query(sql, &[(&task_id, Type::INT4), (&tag_id, Type::INT4)]).await?;
    let row = rows.first().ok_or(DatabaseFailure::NoRow)?;
    Ok(Owners { task: read(row, "task")?, tag: read(row, "tag")? })
}

pub(super) async fn tie(unit: &UnitOfWork, pair: TaskTag) -> Result<(), DatabaseFailure> {
    let sql = "INSERT INTO task_tags (task_id, tag_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    unit.change(sql, &[(&pair.task_id, Type::INT4), (&pair.tag_id, Type::INT4)]).await?;
    Ok(())
}

pub(super) async fn untie(unit: &UnitOfWork, pair: TaskTag) -> Result<(), DatabaseFailure> {
    let sql = "DELETE FROM task_tags WHERE task_id = $1 AND tag_id = $2";
    unit.change(sql, &[(&pair.task_id, Type::INT4), (&pair.tag_id, Type::INT4)]).await?;
    Ok(())
}

/// What is searched for stands for itself: SQLAlchemy's `autoescape`.
fn escaped(text: &str) -> String {
    text.replace('/', "//").replace('%', "/%").replace('_', "/_")
}

impl Columns<'_> {
    pub(super) fn are_none(&self) -> bool {
        self.name.is_none() && self.color.is_none() && self.weight.is_none()
    }
}

impl TagExists {
    pub(super) fn named(name: &str) -> Self {
        Self { code: "tag_exists", name: name.to_owned() }
    }
}

impl Color {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Green => "green",
            Self::Blue => "blue",
        }
    }
}

impl Sort {
    /// Names in the order of code points: the same on every server, whatever its locale.
    fn order(self) -> &'static str {
        match self {
            Self::Name => "name COLLATE \"C\"",
            Self::NameDescending => "name COLLATE \"C\" DESC",
            Self::LightestFirst => "weight NULLS FIRST",
            Self::HeaviestFirst => "weight DESC NULLS LAST",
        }
    }
}

impl Tag {
    fn of(row: &Row) -> Result<Self, DatabaseFailure> {
        Ok(Self {
            id: read(row, "id")?,
            name: read(row, "name")?,
            color: read(row, "color")?,
            weight: read(row, "weight")?,
            created_at: read(row, "created_at")?,
            owner_id: read(row, "owner_id")?,
        })
    }
}
