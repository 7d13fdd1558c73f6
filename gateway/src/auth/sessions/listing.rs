//! The sessions that a user has open.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Sessions, column};
use crate::db::DatabaseFailure;

/// Nobody has so many; a script that logs in for each request does.
const MOST: i64 = 100;

#[derive(Clone, Debug)]
pub struct OpenSession {
    pub id: Uuid,
    pub created_at: DateTime<Utc>,
    pub refreshed_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub user_agent: Option<String>,
    pub ip: Option<IpAddr>,
}

const LIST: &str = "SELECT id, created_at, refreshed_at, \
        LEAST(expires_at, refreshed_at + $2 * interval '1 second') AS expires_at, user_agent, ip \
    FROM gateway.auth_session \
    WHERE user_key = $1 AND revoked_at IS NULL AND expires_at > now() \
        AND refreshed_at > now() - $2 * interval '1 second' \
    ORDER BY refreshed_at DESC, id LIMIT $3";

impl Sessions {
    /// Those that were used last come first, and only the last hundred of them.
    pub async fn list(&self, user_key: &str, until: Instant) -> Result<Vec<OpenSession>, DatabaseFailure> {
        let idle = self.inner.rules.idle.as_secs_f64();
        let values: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
            [(&user_key, Type::TEXT), (&idle, Type::FLOAT8), (&MOST, Type::INT8)];
        let rows = self.inner.statements.run(LIST, &values, until).await?;
        rows.iter()
            .map(|row| {
                Ok(OpenSession {
                    id: column(row, "id")?,
                    created_at: column(row, "created_at")?,
                    refreshed_at: column(row, "refreshed_at")?,
                    expires_at: column(row, "expires_at")?,
                    user_agent: column(row, "user_agent")?,
                    ip: column(row, "ip")?,
                })
            })
            .collect()
    }
}
