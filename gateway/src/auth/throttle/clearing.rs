//! Takes back what is held against an account: for an operator whose user is waiting.

use tokio_postgres::{Client, types::Type};

use super::{Account, Naming};
use crate::{
    auth::{
        administration::{AdministrationError, run},
        users::whose,
    },
    contract::profile::UsersProfile,
};

/// The networks that the account was used from stay known. Rows are locked as logins lock them: the account's is the last.
const UNBLOCK: &str = "WITH held AS MATERIALIZED (\
        SELECT bucket FROM gateway.login_throttle \
        WHERE bucket >= $1 AND bucket <= $1 || '\\xffffffffffffffffffffffffffffffffff'::bytea \
            AND (fails > 0 OR cardinality(recent) > 0) \
        ORDER BY length(bucket) DESC, bucket FOR UPDATE\
    ), cleared AS (\
        UPDATE gateway.login_throttle t SET fails = 0, blocked_until = NULL, \
            recent = CASE WHEN t.recent IS NOT NULL THEN '{}'::timestamptz[] END \
        FROM held WHERE t.bucket = held.bucket \
        RETURNING 1\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, detail) \
        SELECT 'unthrottled', $2::text::jsonb WHERE EXISTS (SELECT FROM cleared)\
    ) \
    SELECT count(*) AS cleared FROM cleared";

/// The account that a login is counted with: that of its user, by whatever name and in whatever spelling.
pub async fn account_of(
    client: &Client,
    naming: &Naming,
    users: Option<&UsersProfile>,
    login: &str,
) -> Result<Account, AdministrationError> {
    let Some(users) = users else { return Ok(naming.nobody(login)) };
    let rows = run(client, &whose(users), &[(&login, Type::TEXT)]).await.map_err(|error| match error {
        AdministrationError::NoTables => AdministrationError::NoUsers,
        AdministrationError::NoUsers
        | AdministrationError::Late
        | AdministrationError::Refused(..)
        | AdministrationError::Lost(_) => error,
    })?;
    let row = rows.first().ok_or(AdministrationError::NoUsers)?;
    let user: Option<String> = row.try_get("user_key")?;
    Ok(match user {
        Some(key) => naming.user(&key),
        None => naming.nobody(row.try_get("login_name")?),
    })
}

/// Whether there was anything. `detail` is JSON for the audit.
pub async fn unblock(client: &Client, account: &Account, detail: &str) -> Result<bool, AdministrationError> {
    let values: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&account.bytes(), Type::BYTEA), (&detail, Type::TEXT)];
    let rows = run(client, UNBLOCK, &values).await?;
    let cleared: i64 = rows.first().map_or(Ok(0), |row| row.try_get("cleared"))?;
    Ok(cleared > 0)
}
