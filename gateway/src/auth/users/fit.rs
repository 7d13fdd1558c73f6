//! Whether the users table is what the mapping says: all that does not fit, each with what to do about it.
//!
//! Of the rows only numbers are told.

mod columns;
mod logins;

use tokio::time::Instant;
use tokio_postgres::types::Type;

use super::{Inner, learned::Found};
use crate::db::{DatabaseFailure, Statements};

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

pub(super) async fn judge(
    inner: &Inner,
    found: &Found,
    statements: &Statements,
    until: Instant,
) -> Result<Vec<Misfit>, DatabaseFailure> {
    let mut misfits = own_tables(statements, until).await?;
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
    misfits.extend(logins::judge(inner, found, statements, until).await?);
    Ok(misfits)
}

/// What the gateway keeps of users itself.
async fn own_tables(statements: &Statements, until: Instant) -> Result<Vec<Misfit>, DatabaseFailure> {
    let sql = "SELECT count(*) AS missing FROM unnest($1::text[]) name WHERE to_regclass(name) IS NULL";
    let names = ["gateway.auth_session", "gateway.user_password", "gateway.user_epoch", "gateway.auth_audit"];
    let rows = statements.run(sql, &[(&&names[..], Type::TEXT_ARRAY)], until).await?;
    let missing: i64 = rows.first().map_or(Ok(0), |row| super::learned::read(row, "missing"))?;
    let misfit = Misfit::new(
        "the gateway's own tables for sessions and passwords are not in the database",
        "make them with `gateway migrate up`",
    );
    Ok(if missing > 0 { vec![misfit] } else { Vec::new() })
}
