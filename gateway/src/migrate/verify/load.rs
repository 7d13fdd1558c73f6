//! Brings a schema into a scratch database from a file of plain SQL, as Alembic and `pg_dump` print it.

use std::{ops::Range, path::Path, sync::LazyLock};

use anyhow::Context;
use regex::Regex;
use tokio_postgres::error::ErrorPosition;

use crate::{
    config::mistakes::{Mistake, Mistakes},
    db::url::DatabaseUrl,
    migrate::session::Session,
};

static COPY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?im)^COPY .* FROM stdin").expect("the pattern is valid"));
/// What only `psql` understands, as `\restrict` and `\connect`.
static META: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?m)^\\[a-z]").expect("the pattern is valid"));

const REMEDY: &str =
    "write it with `alembic upgrade head --sql`, or with `pg_dump --inserts --no-owner --no-privileges`";

/// What the file holds cannot be loaded; told with the line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadBaseline(pub Mistakes);

pub(super) async fn load(url: &DatabaseUrl, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        BadBaseline(Mistake::in_file(path, format!("cannot be read: {error}"), REMEDY).into())
    })?;
    let wrong = |span: Range<usize>, what: String| {
        anyhow::Error::from(BadBaseline(Mistake::in_text(path, &text, span, what, REMEDY).into()))
    };
    if let Some(found) = COPY.find(&text) {
        return Err(wrong(found.range(), "rows in COPY's own format cannot be loaded".to_owned()));
    }
    let session = Session::open(url).await?;
    // As long as it was, so that a place in it is a place in the file.
    let sql = META.replace_all(&text, "--");
    if let Err(error) = session.client().batch_execute(&sql).await {
        let Some(answer) = error.as_db_error() else { return Err(error).context("load the baseline") };
        let at = match answer.position() {
            Some(ErrorPosition::Original(position)) => offset(&sql, *position),
            Some(ErrorPosition::Internal { .. }) | None => 0,
        };
        let end = at + text[at..].find(['\n', ';', ' ']).unwrap_or(0);
        return Err(wrong(at..end, format!("SQLSTATE {}: {}", answer.code().code(), answer.message())));
    }
    Ok(session.close().await?)
}

/// PostgreSQL counts characters, from 1.
fn offset(sql: &str, position: u32) -> usize {
    let before = usize::try_from(position).unwrap_or(1).saturating_sub(1);
    sql.char_indices().nth(before).map_or(0, |(at, _)| at)
}
