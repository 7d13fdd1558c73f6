//! What an operator sees and ends of sessions, on a connection of the operator's own.
//!
//! Everything that is ended is told to the gateways and stands in the audit, in the statement that ends it.

use std::{
    fmt,
    net::IpAddr,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Utc};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_postgres::{
    Client, Row,
    error::SqlState,
    types::{FromSql, ToSql, Type},
};
use uuid::Uuid;

/// Nobody reads more; a user's own are listed whole as far as it goes.
pub const MOST: i64 = 1_000;

/// Sessions that are ended in one statement: gateways look back a minute, and no statement may come near that.
const AT_A_TIME: i64 = 2_000;

const PATIENCE: Duration = Duration::from_secs(30);

const LIST: &str = "SELECT id, user_key, created_at, refreshed_at, expires_at, user_agent, ip, \
        count(*) OVER () AS open \
    FROM gateway.auth_session \
    WHERE revoked_at IS NULL AND expires_at > now() AND ($1::text IS NULL OR user_key = $1) \
    ORDER BY refreshed_at DESC, id LIMIT $2";

const END: &str = "WITH ended AS (\
        UPDATE gateway.auth_session SET revoked_at = clock_timestamp(), revoke_reason = 'admin' \
        WHERE id = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING id, user_key\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, user_key, sid, detail) \
        SELECT 'admin_revoke', user_key, id, $2::text::jsonb FROM ended\
    ) \
    SELECT user_key, pg_notify('gateway_revoked', '')::text FROM ended";

/// First no token of theirs counts any more, and then the sessions go. Of everybody the key is empty, which no user's is.
const BEGIN_ANEW: &str = "WITH begun AS (\
        INSERT INTO gateway.user_epoch AS e (user_key, not_before, reason) \
        VALUES ($1, clock_timestamp(), 'admin') \
        ON CONFLICT (user_key) DO UPDATE SET not_before = GREATEST(e.not_before, excluded.not_before), \
            reason = excluded.reason, keeps = NULL, changed_at = clock_timestamp() RETURNING not_before\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, user_key, detail) \
        VALUES ('admin_revoke', nullif($1, ''), $2::text::jsonb)\
    ) \
    SELECT not_before, pg_notify('gateway_revoked', '')::text FROM begun";

/// Who has logged in since stays: without an end in time it would never be done where many do.
const END_SOME: &str = "WITH chosen AS (\
        SELECT id FROM gateway.auth_session \
        WHERE revoked_at IS NULL AND expires_at > now() AND created_at <= $3 AND ($1 = '' OR user_key = $1) \
        LIMIT $2\
    ), ended AS (\
        UPDATE gateway.auth_session s SET revoked_at = clock_timestamp(), revoke_reason = 'admin' \
        FROM chosen WHERE s.id = chosen.id AND s.revoked_at IS NULL RETURNING s.id\
    ) \
    SELECT (SELECT count(*) FROM ended) AS ended, pg_notify('gateway_revoked', '')::text";

/// Whose tokens are taken back. That an empty key means everybody is for the statements alone to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    User(&'a UserKey),
    Everybody,
}

/// What sessions know a user by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserKey(String);

impl UserKey {
    /// Nothing for a text that is nobody's.
    pub fn new(key: String) -> Option<Self> {
        (!key.is_empty() && !key.contains('\0')).then_some(Self(key))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A session of somebody's.
pub struct OpenedSession {
    pub id: Uuid,
    pub user: String,
    pub created_at: DateTime<Utc>,
    pub refreshed_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub user_agent: Option<String>,
    pub ip: Option<IpAddr>,
}

/// The sessions that were used last, and how many there are.
pub struct Listed {
    pub sessions: Vec<OpenedSession>,
    pub open: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    #[error("the database has no tables for sessions, or older ones")]
    NoTables,
    #[error("the database has no users as [legacy.users] describes them")]
    NoUsers,
    #[error("the database did not answer within {} seconds", PATIENCE.as_secs())]
    Late,
    #[error("the database refused: SQLSTATE {0}: {1}")]
    Refused(String, String),
    #[error("the connection was lost")]
    Lost(#[source] tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for AdministrationError {
    fn from(error: tokio_postgres::Error) -> Self {
        const MISSING: [SqlState; 3] =
            [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN, SqlState::INVALID_SCHEMA_NAME];
        match error.as_db_error() {
            Some(answer) if MISSING.contains(answer.code()) => Self::NoTables,
            Some(answer) => Self::Refused(answer.code().code().to_owned(), answer.message().to_owned()),
            None => Self::Lost(error),
        }
    }
}

/// All that are open, or those of one user.
pub async fn list(client: &Client, user: Option<&UserKey>) -> Result<Listed, AdministrationError> {
    let user = user.map(UserKey::as_str);
    let rows = run(client, LIST, &[(&user, Type::TEXT), (&MOST, Type::INT8)]).await?;
    let open = rows.first().map_or(Ok(0), |row| column(row, "open"))?;
    let sessions = rows.iter().map(session).collect::<Result<_, _>>()?;
    Ok(Listed { sessions, open })
}

/// Whose session it was, if it was one and was open. `detail` is JSON for the audit.
pub async fn end(
    client: &Client,
    session: Uuid,
    detail: &str,
) -> Result<Option<String>, AdministrationError> {
    let rows = run(client, END, &[(&session, Type::UUID), (&detail, Type::TEXT)]).await?;
    rows.first().map(|row| column(row, "user_key")).transpose()
}

/// Every token that a user or everybody has, of the gateway's own and of the legacy's. How many sessions have ended. Returns when the second is over in which it began: of a token of the legacy's own, which says no
/// fraction, it could not be told whether it is one from before.
pub async fn end_all(client: &Client, whose: Whose<'_>, detail: &str) -> Result<i64, AdministrationError> {
    let user = match whose {
        Whose::User(key) => key.as_str(),
        Whose::Everybody => "",
    };
    let begun = run(client, BEGIN_ANEW, &[(&user, Type::TEXT), (&detail, Type::TEXT)]).await?;
    let not_before: SystemTime = column(begun.first().ok_or(AdministrationError::NoTables)?, "not_before")?;
    // Whatever clock counts: no second is longer.
    let settled = Instant::now() + Duration::from_secs(1);
    let first = end_until(client, user, not_before).await?;
    sleep_until(settled).await;
    // Of a login that was under way the session may have been stored only now.
    Ok(first + end_until(client, user, not_before).await?)
}

async fn end_until(client: &Client, user: &str, not_before: SystemTime) -> Result<i64, AdministrationError> {
    let mut all = 0;
    loop {
        let values: [(&(dyn ToSql + Sync), Type); 3] =
            [(&user, Type::TEXT), (&AT_A_TIME, Type::INT8), (&not_before, Type::TIMESTAMPTZ)];
        let rows = run(client, END_SOME, &values).await?;
        let ended: i64 = rows.first().map_or(Ok(0), |row| column(row, "ended"))?;
        all += ended;
        if ended == 0 {
            return Ok(all);
        }
    }
}

pub(super) async fn run(
    client: &Client,
    sql: &str,
    values: &[(&(dyn ToSql + Sync), Type)],
) -> Result<Vec<Row>, AdministrationError> {
    Ok(timeout(PATIENCE, client.query_typed(sql, values)).await.map_err(|_| AdministrationError::Late)??)
}

fn session(row: &Row) -> Result<OpenedSession, AdministrationError> {
    Ok(OpenedSession {
        id: column(row, "id")?,
        user: column(row, "user_key")?,
        created_at: column(row, "created_at")?,
        refreshed_at: column(row, "refreshed_at")?,
        expires_at: column(row, "expires_at")?,
        user_agent: column(row, "user_agent")?,
        ip: column(row, "ip")?,
    })
}

fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &'static str) -> Result<T, AdministrationError> {
    Ok(row.try_get(name)?)
}
