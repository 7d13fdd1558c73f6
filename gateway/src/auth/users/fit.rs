//! Whether the users table is what the mapping says: all that does not fit, each with what to do about it.
//!
//! Of the rows only numbers are told.

mod columns;
mod keys;
mod logins;

use tokio::time::Instant;
use tokio_postgres::types::Type;

use super::{
    Inner,
    learned::{Column, Found, read},
    source::{quoted, table},
};
use crate::{
    config::mistakes::Mistake,
    contract::profile::users::TableName,
    db::{DatabaseFailure, Statements},
};

/// One thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub what: String,
    pub remedy: String,
}

impl Misfit {
    fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// In the profile, which says what the database does not.
impl From<Misfit> for Mistake {
    fn from(Misfit { what, remedy }: Misfit) -> Self {
        Self::in_variable("legacy.toml", what, remedy)
    }
}

pub(super) async fn judge(
    inner: &Inner,
    found: &Found,
    statements: &Statements,
    until: Instant,
) -> Result<Vec<Misfit>, DatabaseFailure> {
    let mut misfits = own_tables(statements, until).await?;
    misfits.extend(unchangeable(inner, statements, until).await?);
    misfits.extend(judge_legacy(inner, found, statements, until).await?);
    Ok(misfits)
}

/// The same of the legacy's tables alone.
pub(super) async fn judge_legacy(
    inner: &Inner,
    found: &Found,
    statements: &Statements,
    until: Instant,
) -> Result<Vec<Misfit>, DatabaseFailure> {
    let profile = &inner.profile;
    let mut misfits = Vec::new();
    if found.columns.is_empty() {
        misfits.push(Misfit::new(
            format!("there is no table `{}`", profile.table),
            "correct `table` in [legacy.users], with its schema if it is not in the search path",
        ));
        return Ok(misfits);
    }
    misfits.extend(columns::judge(inner, found));
    misfits.extend(keys::judge(inner, found, statements, until).await?);
    misfits.extend(logins::judge(inner, found, statements, until).await?);
    Ok(misfits)
}

/// What the gateway keeps of users itself.
async fn own_tables(statements: &Statements, until: Instant) -> Result<Vec<Misfit>, DatabaseFailure> {
    let sql = "SELECT count(*) AS missing FROM unnest($1::text[]) name WHERE to_regclass(name) IS NULL";
    let names = ["gateway.auth_session", "gateway.user_password", "gateway.user_epoch", "gateway.auth_audit"];
    let rows = statements.run(sql, &[(&&names[..], Type::TEXT_ARRAY)], until).await?;
    let missing: i64 = rows.first().map_or(Ok(0), |row| read(row, "missing"))?;
    let misfit = Misfit::new(
        "the gateway's own tables for sessions and passwords are not in the database",
        "make them with `gateway migrate up`",
    );
    Ok(if missing > 0 { vec![misfit] } else { Vec::new() })
}

/// A login looks at the row in a way in which only who may change it can, where passwords are changed here.
async fn unchangeable(
    inner: &Inner,
    statements: &Statements,
    until: Instant,
) -> Result<Option<Misfit>, DatabaseFailure> {
    if !inner.changes_passwords {
        return Ok(None);
    }
    let password = &inner.profile.password;
    let name = table(password.table.as_ref().map_or(&inner.profile.table, |other| &other.table));
    let columns = [Some(password.column.as_str()), password.companion()];
    let columns: Vec<&str> = columns.into_iter().flatten().collect();
    let sql = "SELECT coalesce(bool_and(has_column_privilege(attrelid, attnum, 'UPDATE')), true) AS may, \
               quote_ident(current_user) AS role \
               FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname::text = ANY($2)";
    let rows = statements.run(sql, &[(&name, Type::TEXT), (&columns, Type::TEXT_ARRAY)], until).await?;
    let row = rows.first().ok_or(DatabaseFailure::NoRow)?;
    if read(row, "may")? {
        return Ok(None);
    }
    let role: String = read(row, "role")?;
    let columns: Vec<String> = columns.into_iter().map(quoted).collect();
    Ok(Some(Misfit::new(
        format!(
            "the gateway's role may not change a password in {name}, and `[[auth.password]]` says that it does"
        ),
        format!(
            "`GRANT UPDATE ({}) ON {name} TO {role}`, or take `[[auth.password]]` out",
            columns.join(", ")
        ),
    )))
}

/// How many values, under this expression, are those of several rows.
async fn shared(
    (name, column, expression): (&TableName, &Column, &str),
    statements: &Statements,
    until: Instant,
) -> Result<i64, DatabaseFailure> {
    let sql = format!(
        "SELECT count(*) AS shared FROM (SELECT FROM {} WHERE {} IS NOT NULL GROUP BY {expression} \
         HAVING count(*) > 1) several",
        table(name),
        column.quoted(),
    );
    let rows = statements.run(&sql, &[], until).await?;
    read(rows.first().ok_or(DatabaseFailure::NoRow)?, "shared")
}
