//! What the database says of the users table: its columns, with their types, and the statements made with that.

use tokio::time::Instant;
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{
    Inner, select,
    source::{quoted, table},
    write,
};
use crate::{
    contract::profile::users::TableName,
    db::{DatabaseFailure, Statements},
};

/// The statements, made for the columns as they are.
pub(super) struct Learned {
    pub(super) by_login: String,
    pub(super) by_id: String,
    pub(super) columns: Vec<Column>,
    pub(super) password: write::Passwords,
}

/// One column of the table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// As a cast names it, without a length: a text that is too long is to be refused, not cut.
    pub(super) kind: String,
    /// The bare name of the type, or `array`.
    pub(super) base: String,
    /// In characters, where there is a limit.
    pub(super) longest: Option<i32>,
    pub(super) nullable: bool,
    pub(super) has_default: bool,
}

/// What was found; a table that is not there has no columns.
pub(super) struct Found {
    pub(super) columns: Vec<Column>,
    /// What is unique in the table, each as PostgreSQL writes its expressions.
    pub(super) unique: Vec<Vec<String>>,
    /// The same of the table that holds passwords, where that is another.
    pub(super) passwords: Option<Box<Found>>,
}

const COLUMNS: &str = "SELECT a.attname::text AS name, format_type(a.atttypid, NULL) AS kind, \
    CASE WHEN t.typcategory = 'A' THEN 'array' ELSE t.typname::text END AS base, \
    CASE WHEN a.atttypmod > 4 AND t.typname IN ('varchar', 'bpchar') THEN a.atttypmod - 4 END AS longest, \
    NOT a.attnotnull AS nullable, a.atthasdef OR a.attidentity <> '' AS has_default \
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid \
    WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/// Of partial ones none: they leave rows out. One that is not valid yet holds nothing.
const UNIQUE: &str = "SELECT array(SELECT pg_get_indexdef(i.indexrelid, k, true) \
    FROM generate_series(1, i.indnkeyatts) k) AS expressions \
    FROM pg_catalog.pg_index i WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid \
    AND i.indpred IS NULL";

pub(super) async fn look(
    inner: &Inner,
    statements: &Statements,
    until: Instant,
) -> Result<Found, DatabaseFailure> {
    let profile = &inner.profile;
    let passwords = match &profile.password.table {
        Some(other) => Some(Box::new(found(statements, &other.table, until).await?)),
        None => None,
    };
    Ok(Found { passwords, ..found(statements, &profile.table, until).await? })
}

async fn found(statements: &Statements, name: &TableName, until: Instant) -> Result<Found, DatabaseFailure> {
    let name = table(name);
    let params = [(&name as &(dyn ToSql + Sync), Type::TEXT)];
    let rows = statements.run(COLUMNS, &params, until).await?;
    let columns = rows.iter().map(Column::of).collect::<Result<_, _>>()?;
    let rows = statements.run(UNIQUE, &params, until).await?;
    let unique = rows.iter().map(|row| read(row, "expressions")).collect::<Result<_, _>>()?;
    Ok(Found { columns, unique, passwords: None })
}

impl Learned {
    pub(super) fn new(inner: &Inner, found: Found) -> Self {
        Self {
            by_login: select::by_login(inner, &found.columns),
            by_id: select::by_id(inner, &found.columns),
            password: write::Passwords::new(inner),
            columns: found.columns,
        }
    }
}

impl Column {
    fn of(row: &Row) -> Result<Self, DatabaseFailure> {
        Ok(Self {
            name: read(row, "name")?,
            kind: read(row, "kind")?,
            base: read(row, "base")?,
            longest: read(row, "longest")?,
            nullable: read(row, "nullable")?,
            has_default: read(row, "has_default")?,
        })
    }

    /// The cast to a type that an answer can show.
    pub(super) fn shown_as(&self) -> &'static str {
        match self.base.as_str() {
            "bool" | "int2" | "int4" | "int8" | "float8" | "text" | "varchar" | "uuid" | "timestamp"
            | "timestamptz" | "date" | "time" | "numeric" => "",
            "json" | "jsonb" => "::text",
            // As its digits are shown, not as they are stored.
            "float4" => "::text::float8",
            // Enumerations, `citext` and whatever else is a text to those who read it.
            _ => "::text",
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.base.as_str(), "text" | "varchar" | "bpchar" | "citext")
    }

    pub(super) fn is_json(&self) -> bool {
        matches!(self.base.as_str(), "json" | "jsonb")
    }

    /// A value that comes as text, as one of this column.
    pub(super) fn cast(&self, place: usize) -> String {
        format!("${place}::text::{}", self.kind)
    }

    pub(super) fn quoted(&self) -> String {
        quoted(&self.name)
    }

    /// As PostgreSQL writes an index's expression: bare, or in quotes where it needs them.
    pub(super) fn is_called(&self, expression: &str) -> bool {
        expression == self.name || expression == self.quoted()
    }
}

pub(super) fn read<'a, T: tokio_postgres::types::FromSql<'a>>(
    row: &'a Row,
    column: &'static str,
) -> Result<T, DatabaseFailure> {
    crate::db::row::read(row, column)
}
