//! A login's session, with the first of its refresh tokens.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{Granted, SessionFailure, Sessions, UsersSource, column};
use crate::{
    auth::{
        Client,
        audit::{AuditEvent, AuditKind},
        refresh::RefreshToken,
    },
    db::DatabaseFailure,
};

/// How long nobody asks for a row that somebody else holds, at first and at the longest. A change takes milliseconds.
const PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(160);

/// Who has just shown who they are.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    pub user_key: &'a str,
    /// By what they showed it (RFC 8176): `["pwd"]`.
    pub amr: &'a [&'a str],
    /// `password_fingerprint` of the hash that their password was verified with.
    pub password: Option<[u8; 32]>,
    /// `Login` or `Register`.
    pub kind: AuditKind,
}

/// Nothing is opened for somebody whose password was changed, or who was switched off, since they showed who they are:
/// to compute a hash takes its time. Where the gateway changes passwords itself, the row is held meanwhile: while a change
/// is under way nothing is opened, `is_taken`, and one that begins waits for the session, and ends it.
///
/// Whoever has just been registered may begin switched off, or with a hash that a trigger of the legacy's has changed:
/// where the legacy answers a registration with a token, it does not ask either.
pub(super) fn statement(users: Option<&UsersSource>) -> String {
    let (join, trouble) = users.map_or_else(
        || (String::new(), "NULL::text".to_owned()),
        |users| (users.join.clone(), users.trouble()),
    );
    let taken = users.and_then(|users| users.taken.as_deref()).unwrap_or("false");
    format!(
        "WITH asked AS MATERIALIZED (\
            SELECT s.*, {trouble} AS trouble, {taken} AS is_taken \
            FROM (SELECT $2::text AS user_key, $4::bytea AS password_fp) s {join}\
        ), opened AS (\
            INSERT INTO gateway.auth_session (rt_handle, user_key, amr, password_fp, user_agent, ip, expires_at) \
            SELECT $1, user_key, $3, password_fp, $5, $6, clock_timestamp() + $7 * interval '1 second' \
            FROM asked WHERE trouble IS NULL AND NOT is_taken OR $8 = 'register' \
            RETURNING id, created_at\
        ), noted AS (\
            INSERT INTO gateway.auth_audit (kind, user_key, sid, ip, user_agent) \
            SELECT $8, $2, id, $6, $5 FROM opened\
        ) \
        SELECT id, created_at, is_taken, \
            (SELECT max(not_before) FROM gateway.user_epoch WHERE user_key IN ($2, '')) AS not_before \
        FROM asked LEFT JOIN opened ON true"
    )
}

impl Sessions {
    /// Nothing where what they showed does not count any more.
    pub async fn open(
        &self,
        new: &NewSession<'_>,
        client: &Client,
        until: Instant,
    ) -> Result<Option<Granted>, SessionFailure> {
        let rules = self.inner.rules;
        let token = RefreshToken::draw().map_err(|_| SessionFailure::Random)?;
        let refresh_token = self.written(&token)?;
        let values: [(&(dyn ToSql + Sync), Type); 8] = [
            (&&token.handle_digest()[..], Type::BYTEA),
            (&new.user_key, Type::TEXT),
            (&new.amr, Type::TEXT_ARRAY),
            (&new.password.as_ref().map(|hash| &hash[..]), Type::BYTEA),
            (&client.user_agent(), Type::TEXT),
            (&client.ip, Type::INET),
            (&rules.longest.as_secs_f64(), Type::FLOAT8),
            (&new.kind.name(), Type::TEXT),
        ];
        let row = self.opened(&values, until).await?;
        let Some(session) = column(&row, "id")? else { return Ok(None) };
        AuditEvent { kind: new.kind, user_key: Some(new.user_key), session: Some(session), detail: "{}" }
            .tell();
        self.inner.metrics.opened(new.kind.name());
        Ok(Some(Granted {
            session,
            user_key: new.user_key.to_owned(),
            generation: token.generation(),
            refresh_token,
            refresh_expires_in: rules.idle.min(rules.longest),
            ends_in: rules.longest,
            authenticated_at: column(&row, "created_at")?,
            methods: new.amr.iter().map(|method| (*method).to_owned()).collect(),
            not_before: column(&row, "not_before")?,
        }))
    }

    /// Whoever holds the user's row is waited for without a connection in hand.
    async fn opened(
        &self,
        values: &[(&(dyn ToSql + Sync), Type)],
        until: Instant,
    ) -> Result<Row, DatabaseFailure> {
        let mut pause = PAUSE;
        loop {
            let rows = self.inner.statements.run(&self.inner.open, values, until).await?;
            let row = rows.into_iter().next().ok_or(DatabaseFailure::NoRow)?;
            let read = |column| move |source| DatabaseFailure::Column { column, source };
            let is_opened = row.try_get::<_, Option<uuid::Uuid>>("id").map_err(read("id"))?.is_some();
            if is_opened || !row.try_get::<_, bool>("is_taken").map_err(read("is_taken"))? {
                return Ok(row);
            }
            if Instant::now() + pause >= until {
                return Err(DatabaseFailure::Late);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    pub(super) fn written(&self, token: &RefreshToken) -> Result<String, SessionFailure> {
        let set = self.inner.keys.current();
        let keys = set.refresh();
        token.encode(keys.current(), |id, said| keys.mac(id, said)).ok_or(SessionFailure::NoKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_opened_for_somebody_in_trouble_unless_they_have_just_been_registered() {
        let users = UsersSource {
            join: r#"LEFT JOIN "users" u ON u."id" = s.user_key::int"#.to_owned(),
            id: r#"u."id""#.to_owned(),
            active: "true".to_owned(),
            password: None,
            taken: Some("the row is not there".to_owned()),
        };
        for (users, trouble) in [(None, "NULL::text".to_owned()), (Some(&users), users.trouble())] {
            let sql = statement(users);
            let joined = users.map_or("", |users| &users.join);
            let taken = users.map_or("false", |_| "the row is not there");
            for part in [
                format!("{trouble} AS trouble, {taken} AS is_taken FROM"),
                format!("AS password_fp) s {joined})"),
                "FROM asked WHERE trouble IS NULL AND NOT is_taken OR $8 = 'register' RETURNING".to_owned(),
            ] {
                assert!(sql.contains(&part), "{part}: {sql}");
            }
        }
    }
}
