//! What ends sessions and tokens before their time, in all replicas.

use std::time::SystemTime;

use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::{Sessions, column};
use crate::{
    auth::{
        Client,
        audit::{AuditEvent, AuditKind},
    },
    db::DatabaseFailure,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeReason {
    Logout,
    LogoutAll,
    PasswordChange,
    UserDisabled,
    Admin,
}

/// Whose sessions end, why, and as what it is remembered. An operator who ends them is no client.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    pub user_key: &'a str,
    pub reason: RevokeReason,
    pub kind: AuditKind,
}

/// The session from which all others are ended.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub session: Uuid,
    /// `password_fingerprint` of the new hash, when a password was changed from it.
    pub password: Option<[u8; 32]>,
}

impl RevokeReason {
    pub fn name(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::LogoutAll => "logout_all",
            Self::PasswordChange => "password_change",
            Self::UserDisabled => "user_disabled",
            Self::Admin => "admin",
        }
    }
}

const END: &str = "WITH ended AS (\
        UPDATE gateway.auth_session SET revoked_at = clock_timestamp(), revoke_reason = $3 \
        WHERE id = $1 AND user_key = $2 AND revoked_at IS NULL AND expires_at > now() RETURNING id\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent) SELECT $4, $2, id, $5, $6 FROM ended\
    ) \
    SELECT id, pg_notify('gateway_revoked', '')::text FROM ended";

/// The epoch also refuses the tokens of no session, and those of a login that was under way.
const END_ALL: &str = "WITH ended AS (\
        UPDATE gateway.auth_session SET revoked_at = clock_timestamp(), revoke_reason = $2 \
        WHERE user_key = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3 RETURNING id\
    ), kept AS (\
        UPDATE gateway.auth_session SET password_fp = coalesce($7, password_fp) WHERE id = $3 AND user_key = $1\
    ), begun AS (\
        INSERT INTO gateway.user_epoch AS e (user_key, not_before, reason, keeps) \
        VALUES ($1, clock_timestamp(), $2, $3) ON CONFLICT (user_key) DO UPDATE SET \
            not_before = GREATEST(e.not_before, excluded.not_before), reason = excluded.reason, \
            keeps = excluded.keeps, changed_at = clock_timestamp()\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent, detail) \
        SELECT $4, $1, $3, $5, $6, jsonb_build_object('sessions', count(*)) FROM ended\
    ) \
    SELECT (SELECT count(*) FROM ended) AS ended, pg_notify('gateway_revoked', '')::text";

const FORGET: &str = "WITH forgotten AS (\
        INSERT INTO gateway.revoked_token (digest, expires_at) VALUES ($1, coalesce($2, 'infinity')) \
        ON CONFLICT (digest) DO NOTHING RETURNING digest\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, user_key, ip, user_agent) SELECT 'logout', $3, $4, $5 FROM forgotten\
    ) \
    SELECT pg_notify('gateway_revoked', '')::text FROM forgotten";

impl Sessions {
    /// Whether there was such a session of this user, and it had not ended yet. As with the two below, who is told so is
    /// refused here already, and elsewhere a moment later.
    pub async fn end(
        &self,
        session: Uuid,
        ending: Ending<'_>,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<bool, DatabaseFailure> {
        let values: [(&(dyn ToSql + Sync), Type); 6] = [
            (&session, Type::UUID),
            (&ending.user_key, Type::TEXT),
            (&ending.reason.name(), Type::TEXT),
            (&ending.kind.name(), Type::TEXT),
            (&client.map(|client| client.ip), Type::INET),
            (&client.and_then(Client::user_agent), Type::TEXT),
        ];
        let is_ended = !self.inner.statements.run(END, &values, until).await?.is_empty();
        if is_ended {
            ending.tell(Some(session));
            self.inner.revoked.refresh().await;
        }
        Ok(is_ended)
    }

    /// All sessions of a user but the one that is kept, and every token that was issued until now. How many ended.
    pub async fn end_all(
        &self,
        ending: Ending<'_>,
        kept: Option<Kept>,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<i64, DatabaseFailure> {
        let (session, password) = (kept.map(|kept| kept.session), kept.and_then(|kept| kept.password));
        let values: [(&(dyn ToSql + Sync), Type); 7] = [
            (&ending.user_key, Type::TEXT),
            (&ending.reason.name(), Type::TEXT),
            (&session, Type::UUID),
            (&ending.kind.name(), Type::TEXT),
            (&client.map(|client| client.ip), Type::INET),
            (&client.and_then(Client::user_agent), Type::TEXT),
            (&password.as_ref().map(|hash| &hash[..]), Type::BYTEA),
        ];
        let rows = self.inner.statements.run(END_ALL, &values, until).await?;
        ending.tell(session);
        self.inner.revoked.refresh().await;
        column(rows.first().ok_or(DatabaseFailure::NoRow)?, "ended")
    }

    /// One token that belongs to no session, by the digest of what its signature is over.
    pub async fn forget(
        &self,
        digest: &[u8; 32],
        expires_at: Option<SystemTime>,
        user_key: &str,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<(), DatabaseFailure> {
        let values: [(&(dyn ToSql + Sync), Type); 5] = [
            (&&digest[..], Type::BYTEA),
            (&expires_at, Type::TIMESTAMPTZ),
            (&user_key, Type::TEXT),
            (&client.map(|client| client.ip), Type::INET),
            (&client.and_then(Client::user_agent), Type::TEXT),
        ];
        self.inner.statements.run(FORGET, &values, until).await?;
        let ending = Ending { user_key, reason: RevokeReason::Logout, kind: AuditKind::Logout };
        ending.tell(None);
        self.inner.revoked.refresh().await;
        Ok(())
    }
}

impl Ending<'_> {
    fn tell(&self, session: Option<Uuid>) {
        AuditEvent { kind: self.kind, user_key: Some(self.user_key), session, detail: "{}" }.tell();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The database refuses every other word (`auth_session`).
    #[test]
    fn a_reason_has_the_name_that_the_database_knows() {
        for (reason, name) in [
            (RevokeReason::Logout, "logout"),
            (RevokeReason::LogoutAll, "logout_all"),
            (RevokeReason::PasswordChange, "password_change"),
            (RevokeReason::UserDisabled, "user_disabled"),
            (RevokeReason::Admin, "admin"),
        ] {
            assert_eq!(reason.name(), name);
        }
    }
}
