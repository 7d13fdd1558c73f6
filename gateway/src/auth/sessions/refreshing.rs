//! One refresh: the session turns to its next generation, stays at it, or ends.
//!
//! The presented token proves which generation has arrived at the client. The one before the last is good again as long
//! as its successor may have been lost: within the grace because tabs ask at once, later if nobody ever showed the
//! successor. An older one was copied, and ends the session for both.

use tokio::time::Instant;
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::{
    CHANNEL, Granted, RevokeReason, SessionFailure, Sessions, UsersSource, column, ending::REUSE, seconds,
};
use crate::auth::{
    Client,
    audit::{AuditEvent, AuditKind},
    refresh::RefreshToken,
};

/// How many generations a replica that took over may have lost: the MAC proves that they were ours.
const AHEAD: i32 = 3;

pub enum Turn {
    Granted(Granted),
    Refused(Refusal),
}

/// For metrics and the log: a client hears one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No text of ours: nobody was asked.
    Forged,
    /// Of no session, or of one that has ended.
    Over,
    /// Copied: whoever holds the successor is out as well.
    Reused,
    PasswordChanged,
    UserDisabled,
}

impl Refusal {
    pub const ALL: [Self; 5] =
        [Self::Forged, Self::Over, Self::Reused, Self::PasswordChanged, Self::UserDisabled];

    pub fn name(self) -> &'static str {
        match self {
            Self::Forged => "forged",
            Self::Over => "over",
            Self::Reused => "reused",
            Self::PasswordChanged => "password_changed",
            Self::UserDisabled => "user_disabled",
        }
    }

    /// With the reason as it stands in the row.
    fn of(reason: &str) -> (Self, &'static str, AuditKind) {
        match reason {
            REUSE => (Self::Reused, REUSE, AuditKind::RefreshReuse),
            "user_disabled" => {
                (Self::UserDisabled, RevokeReason::UserDisabled.name(), AuditKind::UserDisabled)
            }
            _ => (Self::PasswordChanged, RevokeReason::PasswordChange.name(), AuditKind::SessionRevoked),
        }
    }
}

/// One of the last ones could not be turned: what the database would write is beyond what it can.
fn has_successor(generation: i32) -> bool {
    generation < i32::MAX - AHEAD
}

/// Times are compared with `now()`, which is the same in the whole statement: two answers to one question at the edge
/// of the grace would revoke without a reason. What is written down is the time after the wait for the row. Who was switched off is out with the legacy's tokens too.
pub(super) fn statement(users: Option<&UsersSource>) -> String {
    let join = users.map(|users| users.join.as_str()).unwrap_or_default();
    let trouble = users.map_or_else(|| "NULL::text".to_owned(), UsersSource::trouble);
    let stale = users.and_then(UsersSource::fingerprint).map_or_else(
        || "false".to_owned(),
        |_| "t.revoke_reason = 'password_change' AND o.password_fp <> t.password_now".to_owned(),
    );
    let password_now = users.and_then(UsersSource::fingerprint).unwrap_or_else(|| "NULL::bytea".to_owned());
    let delivered = "(s.gen <= $2 OR (s.gen = $2 + 1 AND \
        (s.rotated_at > now() - $3 * interval '1 second' OR s.confirmed_gen < s.gen)))";
    let reason = format!("CASE WHEN NOT {delivered} THEN 'refresh_reuse' ELSE a.trouble END");
    format!(
        "WITH asked AS MATERIALIZED (\
            SELECT s.id, {trouble} AS trouble, {password_now} AS password_now, \
                (SELECT max(e.not_before) FROM gateway.user_epoch e WHERE e.user_key IN (s.user_key, '')) \
                    AS not_before \
            FROM gateway.auth_session s {join} \
            WHERE s.rt_handle = $1\
        ), turned AS (\
            UPDATE gateway.auth_session s SET \
                gen = CASE WHEN a.trouble IS NULL AND s.gen <= $2 THEN $2 + 1 ELSE s.gen END, \
                rotated_at = CASE WHEN a.trouble IS NULL AND s.gen <= $2 THEN clock_timestamp() \
                    ELSE s.rotated_at END, \
                confirmed_gen = GREATEST(s.confirmed_gen, LEAST($2, s.gen)), \
                refreshed_at = clock_timestamp(), \
                revoked_at = CASE WHEN {reason} IS NULL THEN NULL ELSE clock_timestamp() END, \
                revoke_reason = {reason} \
            FROM asked a \
            WHERE s.id = a.id AND s.rt_handle = $1 AND s.revoked_at IS NULL AND s.expires_at > now() \
                AND s.refreshed_at > now() - $4 * interval '1 second' AND $2 <= s.gen + {AHEAD} \
            RETURNING s.id, s.user_key, s.gen, s.amr, s.created_at, s.revoke_reason, \
                extract(epoch FROM s.expires_at - now())::float8 AS ends_in, a.not_before, a.password_now\
        ), fallen AS (\
            UPDATE gateway.auth_session o SET revoked_at = clock_timestamp(), revoke_reason = t.revoke_reason \
            FROM turned t \
            WHERE o.user_key = t.user_key AND o.id <> t.id AND o.revoked_at IS NULL \
                AND (t.revoke_reason = 'user_disabled' OR {stale}) \
            RETURNING o.id, o.user_key, o.revoke_reason\
        ), begun AS (\
            INSERT INTO gateway.user_epoch AS e (user_key, not_before, reason) \
            SELECT user_key, clock_timestamp(), revoke_reason FROM turned WHERE revoke_reason = 'user_disabled' \
            ON CONFLICT (user_key) DO UPDATE SET not_before = GREATEST(e.not_before, excluded.not_before), \
                reason = excluded.reason, keeps = NULL, changed_at = clock_timestamp()\
        ), noted AS (\
            INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent, detail) \
            SELECT CASE WHEN revoke_reason = 'password_change' THEN 'session_revoked' ELSE revoke_reason END, \
                user_key, id, $5, $6, jsonb_build_object('reason', revoke_reason, 'presented', $2, 'generation', gen) \
            FROM (SELECT id, user_key, revoke_reason, gen FROM turned WHERE revoke_reason IS NOT NULL \
                UNION ALL SELECT id, user_key, revoke_reason, NULL FROM fallen) ended\
        ) \
        SELECT id, user_key, gen, amr, created_at, revoke_reason, ends_in, not_before, \
            (SELECT count(*) FROM fallen) AS fallen, \
            CASE WHEN revoke_reason IS NOT NULL THEN pg_notify('{CHANNEL}', '')::text END AS told \
        FROM turned"
    )
}

impl Sessions {
    /// What a client sent as its refresh token. A text that is none of ours costs no statement.
    pub async fn refresh(&self, text: &str, client: &Client, until: Instant) -> Result<Turn, SessionFailure> {
        let turn = self.turn(text, client, until).await;
        self.inner.metrics.refreshed(turn.as_ref().ok().map(|turn| match turn {
            Turn::Granted(_) => None,
            Turn::Refused(refusal) => Some(*refusal),
        }));
        turn
    }

    async fn turn(&self, text: &str, client: &Client, until: Instant) -> Result<Turn, SessionFailure> {
        let set = self.inner.keys.current();
        let Some(token) = RefreshToken::decode(text, |id, said| set.refresh().mac(id, said)) else {
            return Ok(Turn::Refused(Refusal::Forged));
        };
        if !has_successor(token.generation()) {
            return Ok(Turn::Refused(Refusal::Over));
        }
        let rules = self.inner.rules;
        let values: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 6] = [
            (&&token.handle_digest()[..], Type::BYTEA),
            (&token.generation(), Type::INT4),
            (&rules.grace.as_secs_f64(), Type::FLOAT8),
            (&rules.idle.as_secs_f64(), Type::FLOAT8),
            (&client.ip, Type::INET),
            (&client.user_agent(), Type::TEXT),
        ];
        let rows = self.inner.statements.run(&self.inner.turn, &values, until).await?;
        match rows.first() {
            None => Ok(Turn::Refused(Refusal::Over)),
            Some(row) => {
                let turn = self.turned(&token, row)?;
                if matches!(turn, Turn::Refused(_)) {
                    // Its access tokens are refused here before anybody hears of it.
                    self.inner.revoked.refresh().await;
                }
                Ok(turn)
            }
        }
    }

    fn turned(&self, token: &RefreshToken, row: &Row) -> Result<Turn, SessionFailure> {
        let (session, user_key): (Uuid, String) = (column(row, "id")?, column(row, "user_key")?);
        if let Some(reason) = column::<Option<&str>>(row, "revoke_reason")? {
            let (refusal, reason, kind) = Refusal::of(reason);
            self.inner.metrics.ended(reason, 1 + column::<i64>(row, "fallen")?);
            AuditEvent { kind, user_key: Some(&user_key), session: Some(session), detail: "{}" }.tell();
            return Ok(Turn::Refused(refusal));
        }
        let generation = column(row, "gen")?;
        let ends_in = seconds(row, "ends_in")?;
        Ok(Turn::Granted(Granted {
            session,
            user_key,
            generation,
            refresh_token: self.written(&token.at(generation))?,
            refresh_expires_in: ends_in.min(self.inner.rules.idle),
            ends_in,
            authenticated_at: column(row, "created_at")?,
            methods: column(row, "amr")?,
            not_before: column(row, "not_before")?,
        }))
    }
}

#[cfg(test)]
mod tests;
