//! What ends sessions and tokens before their time, in all replicas.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, sleep_until};
use tokio_postgres::types::{ToSql, Type};
use tracing::warn;
use uuid::Uuid;

use super::{Sessions, column, seconds};
use crate::{
    auth::{
        Client,
        audit::{AuditEvent, AuditKind},
        users::NewPassword,
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

/// What has come of it.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub sessions: i64,
    changed_at: SystemTime,
    settled_at: Instant,
}

/// The session from which all others are ended.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub session: Uuid,
    /// `password_fingerprint` of the new hash, when a password was changed from it.
    pub password: Option<[u8; 32]>,
}

/// Of a session whose refresh token was used twice.
pub(super) const REUSE: &str = "refresh_reuse";

/// Everything that a gateway ends a session for.
pub const ENDS: [&str; 5] = [
    RevokeReason::Logout.name(),
    RevokeReason::LogoutAll.name(),
    RevokeReason::PasswordChange.name(),
    RevokeReason::UserDisabled.name(),
    REUSE,
];

/// Beyond the year 9000 no moment need be told from another; the database cannot write all of them.
const FARTHEST: Duration = Duration::from_hours(24 * 365 * 7_000);

const SECOND: Duration = Duration::from_secs(1);

impl Ended {
    /// Returns when the second is over in which tokens were taken back. One of the legacy's own says no fraction: it
    /// cannot be told whether it was issued before or after, so it is refused, and whoever logs in at the legacy once
    /// they were answered must not be given such a one.
    pub async fn settle(&self, until: Instant) {
        sleep_until(self.settled_at.min(until)).await;
    }
}

impl RevokeReason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::LogoutAll => "logout_all",
            Self::PasswordChange => "password_change",
            Self::UserDisabled => "user_disabled",
            Self::Admin => "admin",
        }
    }
}

/// Of one that had ended before it tells when that was: the gateway that is asked may not have heard of it.
const END: &str = "WITH ended AS (\
        UPDATE gateway.auth_session SET revoked_at = clock_timestamp(), revoke_reason = $3 \
        WHERE id = $1 AND user_key = $2 AND revoked_at IS NULL AND expires_at > now() RETURNING id, revoked_at\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent) SELECT $4, $2, id, $5, $6 FROM ended\
    ) \
    SELECT revoked_at, true AS is_news, pg_notify('gateway_revoked', '')::text FROM ended \
    UNION ALL SELECT revoked_at, false, NULL FROM gateway.auth_session \
        WHERE id = $1 AND user_key = $2 AND revoked_at IS NOT NULL";

/// What a user's sessions are ended by. The epoch also refuses the tokens of no session, and those of a login that was
/// under way. `when` is a condition: nothing is done, and no row told, unless it holds.
fn end_all(when: &str) -> String {
    format!(
        "ended AS (\
            UPDATE gateway.auth_session SET revoked_at = clock_timestamp(), revoke_reason = $2 \
            WHERE user_key = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3 AND {when} RETURNING id\
        ), kept AS (\
            UPDATE gateway.auth_session SET password_fp = coalesce($7, password_fp) \
            WHERE id = $3 AND user_key = $1 AND {when}\
        ), begun AS (\
            INSERT INTO gateway.user_epoch AS e (user_key, not_before, reason, keeps) \
            SELECT $1, clock_timestamp(), $2, $3 WHERE {when} ON CONFLICT (user_key) DO UPDATE SET \
                not_before = GREATEST(e.not_before, excluded.not_before), reason = excluded.reason, \
                keeps = excluded.keeps, changed_at = clock_timestamp() RETURNING not_before, changed_at\
        ), noted AS (\
            INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent, detail) \
            SELECT $4, $1, $3, $5, $6, jsonb_build_object('sessions', (SELECT count(*) FROM ended)) WHERE {when}\
        ) \
        SELECT ARRAY(SELECT id FROM ended) AS ended, not_before, changed_at, \
            extract(epoch FROM date_trunc('second', not_before) + interval '1 second' - clock_timestamp())::float8 \
                AS settles_in, \
            pg_notify('gateway_revoked', '')::text \
        FROM begun"
    )
}

/// What was opened by the old password while the new one waited for it: a statement does not see what was stored after it
/// had begun. Whoever comes later finds the new password.
const END_LATE: &str = "WITH ended AS (\
        UPDATE gateway.auth_session SET revoked_at = clock_timestamp(), revoke_reason = $4 \
        WHERE user_key = $1 AND revoked_at IS NULL AND created_at <= $2 AND id IS DISTINCT FROM $3 \
        RETURNING id, revoked_at\
    ), noted AS (\
        INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent) \
        SELECT 'session_revoked', $1, id, $5, $6 FROM ended\
    ) \
    SELECT id, revoked_at, pg_notify('gateway_revoked', '')::text FROM ended";

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
        let rows = self.inner.statements.run(END, &values, until).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        self.inner.revoked.session_ended(session, column(row, "revoked_at")?);
        let is_news = column(row, "is_news")?;
        if is_news {
            ending.tell(Some(session));
            self.inner.metrics.ended(ending.reason.name(), 1);
        }
        Ok(is_news)
    }

    /// All sessions of a user but the one that is kept, and every token that was issued until now.
    pub async fn end_all(
        &self,
        ending: Ending<'_>,
        kept: Option<Kept>,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<Ended, DatabaseFailure> {
        let sql = format!("WITH {}", end_all("true"));
        let ended = self.end_with(&sql, &[], ending, kept, client, until).await?;
        ended.ok_or(DatabaseFailure::NoRow)
    }

    /// The same in one statement with the new password: neither is there without the other. Nothing where somebody else
    /// has changed it since. A session that was being opened by the old password at this very moment ends right after it.
    pub async fn change_password(
        &self,
        new: &NewPassword<'_>,
        ending: Ending<'_>,
        kept: Option<Kept>,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<Option<Ended>, DatabaseFailure> {
        let sql = format!("WITH {}, {}", new.written(), end_all("EXISTS (SELECT FROM changed)"));
        let ended = self.end_with(&sql, new.values(), ending, kept, client, until).await?;
        if let Some(ended) = &ended
            && let Err(failure) = self.end_late(ending, ended.changed_at, kept, client, until).await
        {
            // The new password is stored, which is what was asked for; such a session ends with its next refresh.
            warn!(
                error = failure.told(),
                "sessions that were opened while a password was changed could not be ended"
            );
        }
        Ok(ended)
    }

    async fn end_late(
        &self,
        ending: Ending<'_>,
        changed_at: SystemTime,
        kept: Option<Kept>,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<(), DatabaseFailure> {
        let values: [(&(dyn ToSql + Sync), Type); 6] = [
            (&ending.user_key, Type::TEXT),
            (&changed_at, Type::TIMESTAMPTZ),
            (&kept.map(|kept| kept.session), Type::UUID),
            (&ending.reason.name(), Type::TEXT),
            (&client.map(|client| client.ip), Type::INET),
            (&client.and_then(Client::user_agent), Type::TEXT),
        ];
        for row in &self.inner.statements.run(END_LATE, &values, until).await? {
            let session = column(row, "id")?;
            self.inner.revoked.session_ended(session, column(row, "revoked_at")?);
            Ending { kind: AuditKind::SessionRevoked, ..ending }.tell(Some(session));
            self.inner.metrics.ended(ending.reason.name(), 1);
        }
        Ok(())
    }

    async fn end_with(
        &self,
        sql: &str,
        more: &[Option<&str>],
        ending: Ending<'_>,
        kept: Option<Kept>,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<Option<Ended>, DatabaseFailure> {
        let (session, password) = (kept.map(|kept| kept.session), kept.and_then(|kept| kept.password));
        let (ip, agent) = (client.map(|client| client.ip), client.and_then(Client::user_agent));
        let (reason, kind, password) = (ending.reason.name(), ending.kind.name(), password.as_ref());
        let password = password.map(|hash| &hash[..]);
        let mut values: Vec<(&(dyn ToSql + Sync), Type)> = vec![
            (&ending.user_key, Type::TEXT),
            (&reason, Type::TEXT),
            (&session, Type::UUID),
            (&kind, Type::TEXT),
            (&ip, Type::INET),
            (&agent, Type::TEXT),
            (&password, Type::BYTEA),
        ];
        values.extend(more.iter().map(|value| (value as &(dyn ToSql + Sync), Type::TEXT)));
        let rows = self.inner.statements.run(sql, &values, until).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (sessions, changed_at): (Vec<Uuid>, SystemTime) =
            (column(row, "ended")?, column(row, "changed_at")?);
        let revoked = &self.inner.revoked;
        revoked.user_begins_anew(ending.user_key, column(row, "not_before")?, session, changed_at);
        sessions.iter().for_each(|ended| revoked.session_ended(*ended, changed_at));
        let ended = Ended {
            sessions: i64::try_from(sessions.len()).unwrap_or(i64::MAX),
            changed_at,
            settled_at: Instant::now() + seconds(row, "settles_in")?.min(SECOND),
        };
        ending.tell(session);
        self.inner.metrics.ended(reason, ended.sessions);
        Ok(Some(ended))
    }

    /// One token that belongs to no session, by the digest of what its signature is over. One that outlives every
    /// calendar is remembered for good.
    pub async fn forget(
        &self,
        digest: &[u8; 32],
        expires_at: Option<SystemTime>,
        user_key: &str,
        client: Option<&Client>,
        until: Instant,
    ) -> Result<(), DatabaseFailure> {
        let expires_at =
            expires_at.filter(|moment| moment.duration_since(UNIX_EPOCH).is_ok_and(|it| it < FARTHEST));
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
        self.inner.revoked.token_forgotten(digest, expires_at);
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

    #[tokio::test(start_paused = true)]
    async fn the_second_in_which_tokens_were_taken_back_is_waited_out_unless_the_request_ends_before() {
        for (settled_in, until_in, waited) in [(700, 5_000, 700), (700, 200, 200), (0, 5_000, 0)] {
            let [settled_in, until_in] = [settled_in, until_in].map(Duration::from_millis);
            let began = Instant::now();
            let ended =
                Ended { sessions: 0, changed_at: SystemTime::UNIX_EPOCH, settled_at: began + settled_in };
            ended.settle(began + until_in).await;
            assert_eq!(began.elapsed(), Duration::from_millis(waited));
        }
    }

    #[test]
    fn nothing_of_it_is_done_unless_the_condition_holds() {
        let sql = end_all("CONDITION");
        for change in [
            "AND CONDITION RETURNING id",
            "AND CONDITION), begun",
            "WHERE CONDITION ON CONFLICT",
            "WHERE CONDITION) SELECT",
        ] {
            assert!(sql.contains(change), "{change}: {sql}");
        }
    }
}
