//! Reads from the database what was taken back since a moment of its own clock, in pages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tokio_postgres::{
    Row,
    types::{FromSql, ToSql, Type},
};
use uuid::Uuid;

use super::{
    Retention,
    remembered::{Epoch, Taken, short},
};
use crate::db::{DatabaseFailure, Statements};

/// Rows of each kind in one answer.
const PAGE: i64 = 5_000;

/// A statement writes the time down before it is stored: what took longer than that from the one to the other would
/// not be seen.
const OVERLAP: Duration = Duration::from_mins(1);

/// The clocks of gateway and database may differ by so much before the first look has told.
const SKEW: Duration = Duration::from_hours(24);

/// A token may be taken for a while after its expiry, whatever its profile says.
pub(super) const LEEWAY: Duration = Duration::from_mins(10);

/// For one page: a database that wakes up takes its time.
const LIMIT: Duration = Duration::from_secs(5);

/// The same once it is awake: what hangs longer holds a connection for nothing.
const AWAKE: Duration = Duration::from_secs(2);

/// What the last migration that matters here has made.
pub(super) const THERE: &str = "SELECT to_regclass('gateway.revoked_token') IS NOT NULL AS there";

/// The clock comes with every page, so that none of ours counts.
const READ: &str = "SELECT 0 AS kind, clock_timestamp() AS at, NULL::uuid AS session, NULL::text AS user_key, \
        NULL::bytea AS digest, NULL::timestamptz AS moment \
    UNION ALL (SELECT 1, revoked_at, id, NULL, NULL, NULL FROM gateway.auth_session \
        WHERE revoked_at IS NOT NULL AND revoked_at >= $1 AND (revoked_at, id) > ($1, $2) \
        ORDER BY revoked_at, id LIMIT $7) \
    UNION ALL (SELECT 2, changed_at, keeps, user_key, NULL, not_before FROM gateway.user_epoch \
        WHERE changed_at >= $3 AND (changed_at, user_key) > ($3, $4) ORDER BY changed_at, user_key LIMIT $7) \
    UNION ALL (SELECT 3, revoked_at, NULL, NULL, digest, expires_at FROM gateway.revoked_token \
        WHERE revoked_at >= $5 AND (revoked_at, digest) > ($5, $6) AND expires_at > now() - interval '10 minutes' \
        ORDER BY revoked_at, digest LIMIT $7)";

/// How far was read.
pub(super) struct Store {
    statements: Statements,
    retention: Retention,
    /// By the database's clock; nothing before the first look.
    read_until: Option<SystemTime>,
    has_tables: bool,
    is_awake: bool,
}

/// What a look found.
pub(super) struct Look {
    pub(super) taken: Vec<Taken>,
    pub(super) now: SystemTime,
    /// Another page would have more.
    pub(super) is_full: bool,
}

/// Up to where the pages of one look have come.
pub(super) struct Cursor {
    session: (SystemTime, Uuid),
    user: (SystemTime, String),
    token: (SystemTime, Vec<u8>),
    /// When the first page was read.
    began: Option<SystemTime>,
}

impl Store {
    pub(super) fn new(statements: Statements, retention: Retention) -> Self {
        Self { statements, retention, read_until: None, has_tables: false, is_awake: false }
    }

    /// As long as the migration is not applied nothing can be taken back, and to ask for it would be an error each time.
    pub(super) async fn is_there(&mut self) -> Result<bool, DatabaseFailure> {
        if !self.has_tables {
            let rows = self.statements.run(THERE, &[], Instant::now() + LIMIT).await?;
            self.has_tables = column(rows.first().ok_or(DatabaseFailure::NoRow)?, "there")?;
        }
        Ok(self.has_tables)
    }

    pub(super) fn begin(&self) -> Cursor {
        let since = |retention: Option<Duration>| match self.read_until {
            Some(moment) => moment.checked_sub(OVERLAP),
            None => retention.and_then(|retention| SystemTime::now().checked_sub(retention + SKEW)),
        };
        let (sessions, users) = (since(Some(self.retention.sessions)), since(self.retention.users));
        Cursor {
            session: (sessions.unwrap_or(UNIX_EPOCH), Uuid::nil()),
            user: (users.unwrap_or(UNIX_EPOCH), String::new()),
            token: (since(None).unwrap_or(UNIX_EPOCH), Vec::new()),
            began: None,
        }
    }

    /// One page, after which the cursor stands behind it.
    pub(super) async fn read(&self, cursor: &mut Cursor) -> Result<Look, DatabaseFailure> {
        let (session, user, token) = (&cursor.session, &cursor.user, &cursor.token);
        let values: [(&(dyn ToSql + Sync), Type); 7] = [
            (&session.0, Type::TIMESTAMPTZ),
            (&session.1, Type::UUID),
            (&user.0, Type::TIMESTAMPTZ),
            (&user.1, Type::TEXT),
            (&token.0, Type::TIMESTAMPTZ),
            (&token.1, Type::BYTEA),
            (&PAGE, Type::INT8),
        ];
        let limit = if self.is_awake { AWAKE } else { LIMIT };
        let rows = self.statements.run(READ, &values, Instant::now() + limit).await?;
        let mut look = Look { taken: Vec::with_capacity(rows.len()), now: UNIX_EPOCH, is_full: false };
        let mut counts = [0i64; 4];
        for row in &rows {
            let kind: i32 = column(row, "kind")?;
            let at: SystemTime = column(row, "at")?;
            if let Some(count) = usize::try_from(kind).ok().and_then(|kind| counts.get_mut(kind)) {
                *count += 1;
            }
            match cursor.pass(kind, at, row)? {
                Some(taken) => look.taken.push(taken),
                None => look.now = at,
            }
        }
        look.is_full = counts.contains(&PAGE);
        cursor.began.get_or_insert(look.now);
        Ok(look)
    }

    /// Whether everything up to the begin of this look is known. Not so if the clock was set back since the last one: what
    /// was written after that may stand before where this one began to read.
    pub(super) fn end(&mut self, cursor: &Cursor) -> bool {
        self.is_awake = true;
        let went_back = self.read_until > cursor.began;
        self.read_until = cursor.began.filter(|_| !went_back);
        !went_back
    }

    /// The next look reads everything that still matters: what was stored long after the moment that it says, or by a
    /// clock that was set back while nobody looked, is found then.
    pub(super) fn begin_anew(&mut self) {
        self.read_until = None;
    }

    pub(super) fn read_until(&self) -> Option<SystemTime> {
        self.read_until
    }

    /// Nothing is kept open for somebody who does not ask.
    pub(super) fn rest(&mut self) {
        self.begin_anew();
        self.is_awake = false;
        self.statements.close_idle();
    }
}

impl Cursor {
    /// What a row says; the first one says only what time it is.
    fn pass(&mut self, kind: i32, at: SystemTime, row: &Row) -> Result<Option<Taken>, DatabaseFailure> {
        Ok(Some(match kind {
            1 => {
                let id: Uuid = column(row, "session")?;
                self.session = (at, id);
                Taken::Session { id, at }
            }
            2 => {
                let key: String = column(row, "user_key")?;
                self.user = (at, key.clone());
                let (not_before, keeps) = (column(row, "moment")?, column(row, "session")?);
                Taken::User { key, epoch: Epoch { not_before, keeps, changed_at: at } }
            }
            3 => {
                let digest: Vec<u8> = column(row, "digest")?;
                let whole = <&[u8; 32]>::try_from(digest.as_slice()).map(short);
                let until: SystemTime = column(row, "moment")?;
                self.token = (at, digest);
                // Of another length it is no digest, and no token has it.
                Taken::Token { digest: whole.unwrap_or_default(), until: until + LEEWAY }
            }
            _ => return Ok(None),
        }))
    }
}

fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &'static str) -> Result<T, DatabaseFailure> {
    row.try_get(name).map_err(|source| DatabaseFailure::Column { column: name, source })
}
