//! Takes back what is held against an account: for an operator whose user is waiting.

use tokio_postgres::{Client, types::Type};

use super::Account;
use crate::auth::administration::{AdministrationError, run};

/// The networks that the account was used from stay known.
const UNBLOCK: &str = "WITH cleared AS (\
        UPDATE gateway.login_throttle SET fails = 0, blocked_until = NULL, \
            recent = CASE WHEN recent IS NOT NULL THEN '{}'::timestamptz[] END \
        WHERE bucket >= $1 AND bucket <= $1 || '\\xffffffffffffffffffffffffffffffffff'::bytea \
            AND (fails > 0 OR cardinality(recent) > 0) \
        RETURNING 1\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, detail) \
        SELECT 'unthrottled', $2::text::jsonb WHERE EXISTS (SELECT FROM cleared)\
    ) \
    SELECT count(*) AS cleared FROM cleared";

/// Whether there was anything. `detail` is JSON for the audit.
pub async fn unblock(client: &Client, account: &Account, detail: &str) -> Result<bool, AdministrationError> {
    let values: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 2] =
        [(&account.bytes(), Type::BYTEA), (&detail, Type::TEXT)];
    let rows = run(client, UNBLOCK, &values).await?;
    let cleared: i64 = rows.first().map_or(Ok(0), |row| row.try_get("cleared"))?;
    Ok(cleared > 0)
}
