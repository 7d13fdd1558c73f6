//! A better hash of a password that was just right, kept beside the legacy's table until `gateway auth finalize`.
//!
//! The legacy's column stays as it is: switching the login back to the legacy has to work at any moment.

mod finalize;

use tokio::time::Instant;
use tokio_postgres::types::Type;
use tracing::warn;

use super::{
    Subject,
    audit::{AuditEvent, AuditKind},
    password::{Passwords, StoredPassword, Verdict},
};
use crate::db::Statements;

pub use finalize::{Finalize, FinalizeError, Finalized};

/// Whether better hashes are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::Display, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Rehash {
    Off,
    #[default]
    Side,
}

impl Rehash {
    /// After a login that was right. What goes wrong here is no reason to refuse it: the next one tries again.
    pub async fn after(
        self,
        statements: &Statements,
        passwords: &Passwords,
        login: (&Subject, &StoredPassword, &str),
        verdict: Verdict,
        until: Instant,
    ) {
        if self == Self::Off || verdict != (Verdict::Right { outdated: true }) {
            return;
        }
        let (user, stored, password) = login;
        let Ok(Some(side)) = passwords.better(stored, password).await else { return };
        // One row per user, whoever of two logins comes last; both are right.
        let sql = "WITH kept AS (\
                   INSERT INTO gateway.user_password (user_key, phc, legacy_fp) VALUES ($1, $2, $3) \
                   ON CONFLICT (user_key) DO UPDATE SET phc = excluded.phc, legacy_fp = excluded.legacy_fp, \
                   updated_at = clock_timestamp() RETURNING user_key) \
                   INSERT INTO gateway.auth_audit (kind, user_key) SELECT 'rehash', user_key FROM kept";
        let key = user.to_string();
        let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 3] =
            [(&key, Type::TEXT), (&side.phc, Type::TEXT), (&side.legacy_fp, Type::BYTEA)];
        match statements.run(sql, &params, until).await {
            Ok(_) => {
                let detail = "{}";
                AuditEvent { kind: AuditKind::Rehash, user_key: Some(&key), session: None, detail }.tell();
            }
            Err(failure) => warn!(failure = failure.told(), "a better hash of a password could not be kept"),
        }
    }
}
