//! The buckets in the database, which all replicas share: one statement before a password is looked at, one when it was
//! right.
//!
//! Whoever is refused changes nothing and waits for nobody. Whoever is not has each bucket raised under its row's lock, one
//! after the other and always in the same order (device, pair, account, network, overall), so that of many who ask at once
//! no more come through than may, and no two wait for each other.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tokio_postgres::{
    Row,
    types::{FromSql, ToSql, Type},
};
use uuid::Uuid;

use super::{Limit, delays::Delays};
use crate::{
    contract::profile::auth::ThrottleRules,
    db::{DatabaseFailure, Statements},
};

/// What is asked about at once.
pub(super) struct Question<'q> {
    pub(super) pair: &'q [u8],
    /// The token that a device has shown.
    pub(super) device: Option<Device<'q>>,
    pub(super) account: &'q [u8],
    /// Of the network and overall; nothing where the network is not known.
    pub(super) around: Option<[&'q [u8]; 2]>,
}

pub(super) struct Device<'q> {
    pub(super) bucket: &'q [u8],
    pub(super) user_key: &'q str,
    pub(super) session: Option<Uuid>,
    pub(super) digest: Option<[u8; 32]>,
    pub(super) issued_at: Option<SystemTime>,
}

/// What was raised by a wrong password that nobody has seen yet.
pub(super) struct Reserved {
    pub(super) is_device: bool,
    /// Neither the device nor the network is one that the account has been used from.
    pub(super) is_stranger: bool,
    at: SystemTime,
    /// The account has no more left within the hour.
    pub(super) is_last: bool,
}

pub(super) enum Reply {
    Go(Reserved),
    /// Which bucket is full, and for how long.
    Wait(Limit, Duration),
}

// Nobody waits for the disk here: what a server forgets that breaks down is the count of its last half second, and to
// wait would hold a connection of the pool, and the row of all logins together, for as long.

/// A token proves a device unless it was taken back. `last_at` and `blocked_until` of a pair make it forget after an hour;
/// those who know the password make the network known for as long as `SETTLE` says.
const ASK: &str = "WITH asked AS (\
        SELECT CASE WHEN d.is_device THEN $2 ELSE $1 END AS first, d.is_device, \
            NOT (d.is_device OR EXISTS (\
                SELECT FROM gateway.login_throttle WHERE bucket = $1 AND known_until > now())) AS is_stranger \
        FROM (SELECT $2 IS NOT NULL \
            AND NOT EXISTS (SELECT FROM gateway.auth_session WHERE id = $3 AND revoked_at IS NOT NULL) \
            AND NOT EXISTS (SELECT FROM gateway.revoked_token WHERE digest = $4) \
            AND NOT EXISTS (SELECT FROM gateway.user_epoch WHERE user_key IN ($6, '') \
                AND not_before > coalesce($5, '-infinity') AND (keeps = $3) IS NOT TRUE) AS is_device) d\
    ), waits AS (\
        SELECT asked.*, \
            (SELECT extract(epoch FROM t.blocked_until - now())::float8 FROM gateway.login_throttle t \
                WHERE t.bucket = asked.first AND t.blocked_until > now()) AS of_first, \
            (SELECT extract(epoch FROM t.recent[cardinality(t.recent) - $11 + 1] + interval '1 hour' - now())::float8 \
                FROM gateway.login_throttle t WHERE asked.is_stranger AND t.bucket = $7 \
                AND t.recent[cardinality(t.recent) - $11 + 1] > now() - interval '1 hour') AS of_account, \
            (SELECT extract(epoch FROM t.forgotten_at + $12 * interval '1 second' - now() - interval '1 hour')::float8 \
                FROM gateway.login_throttle t WHERE asked.is_stranger AND t.bucket = $8 \
                AND t.forgotten_at + $12 * interval '1 second' > now() + interval '1 hour') AS of_network, \
            (SELECT extract(epoch FROM t.forgotten_at + $13 * interval '1 second' - now() - interval '1 hour')::float8 \
                FROM gateway.login_throttle t WHERE asked.is_stranger AND t.bucket = $9 \
                AND t.forgotten_at + $13 * interval '1 second' > now() + interval '1 hour') AS of_overall \
        FROM asked\
    ), first AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, fails, last_at, blocked_until, forgotten_at) \
        SELECT first, 1, now(), CASE WHEN $10[1] > 0 THEN now() + $10[1] * interval '1 second' END, \
            now() + interval '2 hours' \
        FROM waits WHERE coalesce(of_first, of_account, of_network, of_overall) IS NULL \
        ON CONFLICT (bucket) DO UPDATE SET (fails, last_at, blocked_until, forgotten_at) = (\
            SELECT now_at.fails, now(), \
                CASE WHEN now_at.delay > 0 THEN now() + now_at.delay * interval '1 second' END, \
                greatest(t.known_until, now() + interval '2 hours') \
            FROM (SELECT n.fails, $10[least(n.fails, cardinality($10))] AS delay FROM (SELECT 1 + CASE \
                WHEN greatest(t.last_at, t.blocked_until) > now() - interval '1 hour' THEN t.fails ELSE 0 \
                END AS fails) n) now_at) \
        WHERE (t.blocked_until > now()) IS NOT TRUE \
        RETURNING true AS is_in\
    ), account AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, last_at, recent, forgotten_at) \
        SELECT $7, now(), ARRAY[now()], now() + interval '2 hours' FROM waits, first WHERE is_stranger \
        ON CONFLICT (bucket) DO UPDATE SET last_at = now(), forgotten_at = now() + interval '2 hours', \
            recent = (t.recent || now())[greatest(cardinality(t.recent) + 2 - $11, 1):], \
            blocked_until = CASE WHEN t.recent[cardinality(t.recent) - $11 + 2] > now() - interval '1 hour' \
                AND (t.blocked_until > now()) IS NOT TRUE THEN now() + interval '1 hour' ELSE t.blocked_until END \
        WHERE (t.recent[cardinality(t.recent) - $11 + 1] > now() - interval '1 hour') IS NOT TRUE \
        RETURNING blocked_until = now() + interval '1 hour' AS is_last\
    ), network AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, last_at, forgotten_at) \
        SELECT $8, now(), now() + $12 * interval '1 second' FROM account WHERE $8 IS NOT NULL \
        ON CONFLICT (bucket) DO UPDATE SET last_at = now(), \
            forgotten_at = greatest(t.forgotten_at, now()) + $12 * interval '1 second' \
        WHERE t.forgotten_at + $12 * interval '1 second' <= now() + interval '1 hour' \
        RETURNING true AS is_in\
    ), overall AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, last_at, forgotten_at) \
        SELECT $9, now(), now() + $13 * interval '1 second' FROM network \
        ON CONFLICT (bucket) DO UPDATE SET last_at = now(), \
            forgotten_at = greatest(t.forgotten_at, now()) + $13 * interval '1 second' \
        WHERE t.forgotten_at + $13 * interval '1 second' <= now() + interval '1 hour' \
        RETURNING true AS is_in\
    ) \
    SELECT waits.*, now() AS at, EXISTS (SELECT FROM first) AS first_is_in, \
        EXISTS (SELECT FROM account) AS account_is_in, (SELECT is_last FROM account) IS TRUE AS is_last, \
        EXISTS (SELECT FROM network) AS network_is_in, EXISTS (SELECT FROM overall) AS overall_is_in \
    FROM waits WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL";

/// What was raised is lowered again. Whoever knew the password has nothing against them, and the network is known.
const SETTLE: &str = "WITH freed AS (\
        UPDATE gateway.login_throttle SET fails = CASE WHEN $3 THEN 0 ELSE greatest(fails - 1, 0) END, \
            blocked_until = NULL \
        WHERE bucket = $1 AND $1 IS DISTINCT FROM $2 RETURNING 1\
    ), known AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, last_at, known_until, forgotten_at) \
        SELECT $2, now(), now() + interval '90 days', now() + interval '90 days' \
        FROM (SELECT count(*) FROM freed) f WHERE $2 IS NOT NULL \
        ON CONFLICT (bucket) DO UPDATE SET fails = 0, blocked_until = NULL, last_at = now(), \
            known_until = excluded.known_until, forgotten_at = excluded.forgotten_at \
        RETURNING 1\
    ), account AS (\
        UPDATE gateway.login_throttle SET recent = array_remove(recent, $5) \
        FROM (SELECT count(*) FROM freed) f, (SELECT count(*) FROM known) k WHERE bucket = $4 RETURNING 1\
    ), network AS (\
        UPDATE gateway.login_throttle SET forgotten_at = forgotten_at - $8 * interval '1 second' \
        FROM (SELECT count(*) FROM account) a WHERE bucket = $6 RETURNING 1\
    ), overall AS (\
        UPDATE gateway.login_throttle SET forgotten_at = forgotten_at - $9 * interval '1 second' \
        FROM (SELECT count(*) FROM network) n WHERE bucket = $7 RETURNING 1\
    ) \
    SELECT count(*) FROM overall WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL";

const REGISTER: &str = "WITH waits AS (\
        SELECT (SELECT extract(epoch FROM t.forgotten_at + $2 * interval '1 second' - now() - interval '1 hour')::float8 \
            FROM gateway.login_throttle t WHERE t.bucket = $1 \
            AND t.forgotten_at + $2 * interval '1 second' > now() + interval '1 hour') AS of_network\
    ), network AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, last_at, forgotten_at) \
        SELECT $1, now(), now() + $2 * interval '1 second' FROM waits WHERE of_network IS NULL \
        ON CONFLICT (bucket) DO UPDATE SET last_at = now(), \
            forgotten_at = greatest(t.forgotten_at, now()) + $2 * interval '1 second' \
        WHERE t.forgotten_at + $2 * interval '1 second' <= now() + interval '1 hour' \
        RETURNING true AS is_in\
    ) \
    SELECT of_network, EXISTS (SELECT FROM network) AS network_is_in FROM waits \
    WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL";

/// What says nothing any more, as much of it as does not take long.
const FORGET: &str = "DELETE FROM gateway.login_throttle WHERE bucket IN (\
        SELECT bucket FROM gateway.login_throttle WHERE forgotten_at < now() \
        ORDER BY forgotten_at LIMIT 1000 FOR UPDATE SKIP LOCKED)";

#[derive(Clone)]
pub(super) struct Store {
    statements: Statements,
    delays: Delays,
    per_hour: i32,
    /// In which one wrong password of so many an hour is forgotten, in seconds.
    network: f64,
    overall: f64,
    register: f64,
}

type Value<'v> = (&'v (dyn ToSql + Sync), Type);

impl Store {
    pub(super) fn new(statements: Statements, rules: &ThrottleRules) -> Self {
        let pace = |an_hour: u32| 3600.0 / f64::from(an_hour);
        Self {
            statements,
            delays: Delays::of(rules),
            per_hour: i32::try_from(rules.per_hour).unwrap_or(i32::MAX),
            network: pace(rules.network),
            overall: pace(rules.overall),
            register: pace(rules.register),
        }
    }

    pub(super) async fn ask(&self, asked: &Question<'_>, until: Instant) -> Result<Reply, DatabaseFailure> {
        let device = asked.device.as_ref();
        let digest = device.and_then(|device| device.digest.as_ref()).map(|digest| &digest[..]);
        let values: [Value<'_>; 13] = [
            (&asked.pair, Type::BYTEA),
            (&device.map(|device| device.bucket), Type::BYTEA),
            (&device.and_then(|device| device.session), Type::UUID),
            (&digest, Type::BYTEA),
            (&device.and_then(|device| device.issued_at), Type::TIMESTAMPTZ),
            (&device.map(|device| device.user_key), Type::TEXT),
            (&asked.account, Type::BYTEA),
            (&asked.around.map(|[network, _]| network), Type::BYTEA),
            (&asked.around.map(|[_, overall]| overall), Type::BYTEA),
            (&self.delays.seconds(), Type::FLOAT8_ARRAY),
            (&self.per_hour, Type::INT4),
            (&self.network, Type::FLOAT8),
            (&self.overall, Type::FLOAT8),
        ];
        let rows = self.statements.run(ASK, &values, until).await?;
        let row = rows.first().ok_or(DatabaseFailure::NoRow)?;
        Self::read(row, asked.around.is_some())
    }

    fn read(row: &Row, is_around: bool) -> Result<Reply, DatabaseFailure> {
        let (is_device, is_stranger) = (column(row, "is_device")?, column(row, "is_stranger")?);
        let first = if is_device { Limit::Device } else { Limit::AccountNetwork };
        let steps = [
            (first, "of_first", "first_is_in", true),
            (Limit::Account, "of_account", "account_is_in", is_stranger),
            (Limit::Network, "of_network", "network_is_in", is_stranger && is_around),
            (Limit::Overall, "of_overall", "overall_is_in", is_stranger && is_around),
        ];
        let mut longest: Option<(Limit, f64)> = None;
        let mut late = None;
        for (limit, wait, is_in, is_asked) in steps {
            let wait: Option<f64> = column(row, wait)?;
            let is_in: bool = column(row, is_in)?;
            if let Some(wait) = wait.filter(|wait| longest.is_none_or(|(_, longest)| *wait > longest)) {
                longest = Some((limit, wait));
            }
            late = late.or_else(|| (is_asked && !is_in).then_some(limit));
        }
        // Others came first between the look and the lock: how long that lasts the next look will tell.
        let full = longest.or_else(|| late.map(|limit| (limit, 0.0)));
        Ok(match full {
            Some((limit, wait)) => Reply::Wait(limit, whole_seconds(wait)),
            None => Reply::Go(Reserved {
                is_device,
                is_stranger,
                at: column(row, "at")?,
                is_last: column(row, "is_last")?,
            }),
        })
    }

    /// `known` is the pair, where the password was right and the network is one.
    pub(super) async fn settle(
        &self,
        asked: &Question<'_>,
        reserved: &Reserved,
        (is_right, known): (bool, Option<&[u8]>),
        until: Instant,
    ) -> Result<(), DatabaseFailure> {
        let device = asked.device.as_ref().filter(|_| reserved.is_device);
        let around = asked.around.filter(|_| reserved.is_stranger);
        let values: [Value<'_>; 9] = [
            (&device.map_or(asked.pair, |device| device.bucket), Type::BYTEA),
            (&known, Type::BYTEA),
            (&is_right, Type::BOOL),
            (&Some(asked.account).filter(|_| reserved.is_stranger), Type::BYTEA),
            (&reserved.at, Type::TIMESTAMPTZ),
            (&around.map(|[network, _]| network), Type::BYTEA),
            (&around.map(|[_, overall]| overall), Type::BYTEA),
            (&self.network, Type::FLOAT8),
            (&self.overall, Type::FLOAT8),
        ];
        self.statements.run(SETTLE, &values, until).await.map(drop)
    }

    /// For how long nobody may register from there.
    pub(super) async fn register(
        &self,
        bucket: &[u8],
        until: Instant,
    ) -> Result<Option<Duration>, DatabaseFailure> {
        let values: [Value<'_>; 2] = [(&bucket, Type::BYTEA), (&self.register, Type::FLOAT8)];
        let rows = self.statements.run(REGISTER, &values, until).await?;
        let row = rows.first().ok_or(DatabaseFailure::NoRow)?;
        let (wait, is_in): (Option<f64>, bool) = (column(row, "of_network")?, column(row, "network_is_in")?);
        Ok((!is_in).then(|| whole_seconds(wait.unwrap_or(0.0))))
    }

    pub(super) async fn forget(&self, until: Instant) -> Result<(), DatabaseFailure> {
        self.statements.run(FORGET, &[], until).await.map(drop)
    }
}

/// Whoever comes back then is not too early.
fn whole_seconds(wait: f64) -> Duration {
    Duration::try_from_secs_f64(wait.ceil()).unwrap_or_default().max(Duration::from_secs(1))
}

fn column<'a, T: FromSql<'a>>(row: &'a Row, name: &'static str) -> Result<T, DatabaseFailure> {
    row.try_get(name).map_err(|source| DatabaseFailure::Column { column: name, source })
}
