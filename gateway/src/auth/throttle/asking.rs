//! Asks all buckets of an attempt at once, and raises them where none is full: one statement.
//!
//! Whoever is refused changes nothing and waits for nobody. Whoever is not has each bucket raised under its row's lock, one
//! after the other and always in the same order (that of the device, of the known network or of strangers; account,
//! network, site, overall), so that of many who ask at once no more come through than may, and no two wait for each other.

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;
use tokio_postgres::{Row, types::Type};

use super::{
    Limit,
    question::Question,
    store::{Store, Value, column, whole_seconds},
};
use crate::db::DatabaseFailure;

/// What was raised by a wrong password that nobody has seen yet.
pub(super) struct Reserved {
    /// The bucket of whoever asks.
    pub(super) first: Vec<u8>,
    /// Neither the device nor the network is one that the account has been used from.
    pub(super) is_stranger: bool,
    pub(super) at: SystemTime,
    /// By how many seconds its site was raised.
    pub(super) cost: f64,
    pub(super) is_overall: bool,
    /// The account has no more left within the hour.
    pub(super) is_last: bool,
    /// Nor have all together, of which nobody was told within the hour.
    pub(super) is_siege_begun: bool,
}

pub(super) enum Reply {
    Go(Reserved),
    /// Which bucket is full, and for how long.
    Wait(Limit, Duration),
}

/// Each bucket is read once, because what a statement costs is how many tables it names. A token proves a device unless it was
/// taken back, or its user's password has been changed since: a session knows with which one it began; of a token without one it is enough that no other password has been right here, or that it was
/// issued after this one was right first. `last_at` and `blocked_until` of the first bucket make it forget after an hour.
const READ: &str = "WITH seen AS MATERIALIZED (\
        SELECT * FROM gateway.login_throttle WHERE bucket IN ($1, $2, $7, $8, $9, $10, $17, $18, $19)\
    ), asked AS MATERIALIZED (\
        SELECT w.*, CASE WHEN is_device THEN $2 WHEN is_known THEN $17 ELSE $1 END AS first, \
            NOT (is_device OR is_known) AS is_stranger, CASE WHEN is_siege THEN $16 ELSE $14 END AS cost \
        FROM (SELECT $2 IS NOT NULL \
            AND NOT EXISTS (SELECT FROM gateway.auth_session \
                WHERE id = $3 AND (revoked_at IS NOT NULL OR password_fp <> $20)) \
            AND NOT EXISTS (SELECT FROM gateway.revoked_token WHERE digest = $4) \
            AND NOT EXISTS (SELECT FROM gateway.user_epoch WHERE user_key IN ($6, '') \
                AND not_before > coalesce($5, '-infinity') AND (keeps = $3) IS NOT TRUE) \
            AND ($3 IS NOT NULL OR NOT EXISTS (SELECT FROM seen WHERE bucket = $19) \
                OR EXISTS (SELECT FROM seen \
                    WHERE bucket = $18 AND last_at <= coalesce($5, '-infinity'))) AS is_device, \
            EXISTS (SELECT FROM seen WHERE bucket = $17 AND known_until > now()) AS is_known, \
            EXISTS (SELECT FROM seen WHERE bucket = $10 \
                AND forgotten_at + $15 * interval '1 second' > now() + interval '1 hour') AS is_siege) w\
    ), waits AS MATERIALIZED (\
        SELECT asked.*, \
            (SELECT extract(epoch FROM t.blocked_until - now())::float8 FROM seen t \
                WHERE t.bucket = asked.first AND t.blocked_until > now()) AS of_first, \
            (SELECT extract(epoch FROM t.recent[cardinality(t.recent) - $12 + 1] + interval '1 hour' - now())::float8 \
                FROM seen t WHERE asked.is_stranger AND t.bucket = $7 \
                AND t.recent[cardinality(t.recent) - $12 + 1] > now() - interval '1 hour') AS of_account, \
            (SELECT extract(epoch FROM t.forgotten_at + $13 * interval '1 second' - now() - interval '1 hour')::float8 \
                FROM seen t WHERE asked.is_stranger AND t.bucket = $8 \
                AND t.forgotten_at + $13 * interval '1 second' > now() + interval '1 hour') AS of_network, \
            (SELECT extract(epoch FROM t.forgotten_at + asked.cost * interval '1 second' - now() - interval '1 hour')::float8 \
                FROM seen t WHERE asked.is_stranger AND t.bucket = $9 \
                AND t.forgotten_at + asked.cost * interval '1 second' > now() + interval '1 hour') AS of_site \
        FROM asked";

const FIRST: &str = "INSERT INTO gateway.login_throttle AS t (bucket, fails, last_at, blocked_until, forgotten_at) \
    SELECT first, 1, now(), CASE WHEN $11[1] > 0 THEN now() + $11[1] * interval '1 second' END, \
        now() + interval '2 hours' \
    FROM waits WHERE coalesce(of_first, of_account, of_network, of_site) IS NULL \
    ON CONFLICT (bucket) DO UPDATE SET (fails, last_at, blocked_until, forgotten_at) = (\
        SELECT now_at.fails, now(), \
            CASE WHEN now_at.delay > 0 THEN now() + now_at.delay * interval '1 second' END, \
            greatest(t.known_until, now() + interval '2 hours') \
        FROM (SELECT n.fails, $11[least(n.fails, cardinality($11))] AS delay FROM (SELECT 1 + CASE \
            WHEN greatest(t.last_at, t.blocked_until) > now() - interval '1 hour' THEN t.fails ELSE 0 \
            END AS fails) n) now_at) \
    WHERE (t.blocked_until > now()) IS NOT TRUE \
    RETURNING true AS is_in";

const ACCOUNT: &str = "INSERT INTO gateway.login_throttle AS t (bucket, last_at, recent, forgotten_at) \
    SELECT $7, now(), ARRAY[now()], now() + interval '2 hours' FROM waits, first WHERE is_stranger \
    ON CONFLICT (bucket) DO UPDATE SET last_at = now(), forgotten_at = now() + interval '2 hours', \
        recent = (t.recent || now())[greatest(cardinality(t.recent) + 2 - $12, 1):], \
        blocked_until = CASE WHEN t.recent[cardinality(t.recent) - $12 + 2] > now() - interval '1 hour' \
            AND (t.blocked_until > now()) IS NOT TRUE THEN now() + interval '1 hour' ELSE t.blocked_until END \
    WHERE (t.recent[cardinality(t.recent) - $12 + 1] > now() - interval '1 hour') IS NOT TRUE \
    RETURNING blocked_until = now() + interval '1 hour' AS is_last";

const NETWORK: &str = "INSERT INTO gateway.login_throttle AS t (bucket, last_at, forgotten_at) \
    SELECT $8, now(), now() + $13 * interval '1 second' FROM account WHERE $8 IS NOT NULL \
    ON CONFLICT (bucket) DO UPDATE SET last_at = now(), \
        forgotten_at = greatest(t.forgotten_at, now()) + $13 * interval '1 second' \
    WHERE t.forgotten_at + $13 * interval '1 second' <= now() + interval '1 hour' \
    RETURNING true AS is_in";

const SITE: &str = "INSERT INTO gateway.login_throttle AS t (bucket, last_at, forgotten_at) \
    SELECT $9, now(), now() + waits.cost * interval '1 second' FROM waits, account \
    WHERE $9 IS NOT NULL AND ($8 IS NULL OR EXISTS (SELECT FROM network)) \
    ON CONFLICT (bucket) DO UPDATE SET last_at = now(), \
        forgotten_at = greatest(t.forgotten_at, now()) + (excluded.forgotten_at - excluded.last_at) \
    WHERE t.forgotten_at + (excluded.forgotten_at - excluded.last_at) <= now() + interval '1 hour' \
    RETURNING true AS is_in";

const OVERALL: &str = "INSERT INTO gateway.login_throttle AS t (bucket, last_at, forgotten_at) \
    SELECT $10, now(), now() + $15 * interval '1 second' FROM waits, site WHERE NOT is_siege \
    ON CONFLICT (bucket) DO UPDATE SET last_at = now(), \
        forgotten_at = greatest(t.forgotten_at, now()) + $15 * interval '1 second', \
        blocked_until = CASE \
            WHEN greatest(t.forgotten_at, now()) + 2 * $15 * interval '1 second' > now() + interval '1 hour' \
                AND (t.blocked_until > now()) IS NOT TRUE THEN now() + interval '1 hour' ELSE t.blocked_until END \
    WHERE t.forgotten_at + $15 * interval '1 second' <= now() + interval '1 hour' \
    RETURNING blocked_until = now() + interval '1 hour' AS is_siege_begun";

const TOLD: &str = "SELECT waits.*, now() AS at, EXISTS (SELECT FROM first) AS first_is_in, \
    EXISTS (SELECT FROM account) AS account_is_in, (SELECT is_last FROM account) IS TRUE AS is_last, \
    EXISTS (SELECT FROM network) AS network_is_in, EXISTS (SELECT FROM site) AS site_is_in, \
    EXISTS (SELECT FROM overall) AS is_overall, \
    (SELECT is_siege_begun FROM overall) IS TRUE AS is_siege_begun \
    FROM waits WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL";

/// By where somebody asks from: nowhere in particular, a site that is its network, one that has several.
static ASK: LazyLock<[String; 3]> = LazyLock::new(|| {
    [[NONE, NONE, NONE], [NONE, SITE, OVERALL], [NETWORK, SITE, OVERALL]].map(|[network, site, overall]| {
        format!(
            "{READ}), first AS ({FIRST}), account AS ({ACCOUNT}), network AS ({network}), site AS ({site}), \
             overall AS ({overall}) {TOLD}"
        )
    })
});

/// Of a bucket that there is not.
const NONE: &str = "SELECT false AS is_siege_begun WHERE false";

impl Store {
    pub(super) async fn ask(&self, asked: &Question, until: Instant) -> Result<Reply, DatabaseFailure> {
        let (device, evidence, around) =
            (asked.device.as_ref(), asked.evidence.as_ref(), asked.around.as_ref());
        let token = device.map(|device| &device.token);
        let digest = token.and_then(|token| token.digest.as_ref()).map(|digest| &digest[..]);
        let network = around.and_then(|around| around.network.as_ref());
        let values: [Value<'_>; 20] = [
            (&asked.pair, Type::BYTEA),
            (&device.map(|device| &device.bucket), Type::BYTEA),
            (&token.and_then(|token| token.session), Type::UUID),
            (&digest, Type::BYTEA),
            (&token.and_then(|token| token.issued_at), Type::TIMESTAMPTZ),
            (&device.map(|device| &device.user_key), Type::TEXT),
            (&asked.account.bytes(), Type::BYTEA),
            (&network, Type::BYTEA),
            (&around.map(|around| &around.site), Type::BYTEA),
            (&around.map(|around| &around.overall), Type::BYTEA),
            (&self.delays.seconds(), Type::FLOAT8_ARRAY),
            (&self.per_hour, Type::INT4),
            (&self.paces.network, Type::FLOAT8),
            (&self.cost(asked), Type::FLOAT8),
            (&self.paces.overall, Type::FLOAT8),
            (&self.paces.siege, Type::FLOAT8),
            (&evidence.and_then(|evidence| evidence.network.as_ref()), Type::BYTEA),
            (&evidence.map(|evidence| &evidence.password), Type::BYTEA),
            (&evidence.map(|evidence| &evidence.any_password), Type::BYTEA),
            (&evidence.map(|evidence| &evidence.fingerprint[..]), Type::BYTEA),
        ];
        let rows = self.run(&ASK[asked.reach()], &values, until).await?;
        Self::read(rows.first().ok_or(DatabaseFailure::NoRow)?, asked)
    }

    /// Of a wrong password to its site, in seconds, while there is no siege.
    fn cost(&self, asked: &Question) -> f64 {
        let has_neighbours = asked.around.as_ref().is_some_and(|around| around.network.is_some());
        if has_neighbours { self.paces.site } else { self.paces.network }
    }

    fn read(row: &Row, asked: &Question) -> Result<Reply, DatabaseFailure> {
        let (is_device, is_stranger) = (column(row, "is_device")?, column(row, "is_stranger")?);
        let around = asked.around.as_ref().filter(|_| is_stranger);
        let first = if is_device { Limit::Device } else { Limit::AccountNetwork };
        let has_neighbours = around.is_some_and(|around| around.network.is_some());
        let steps = [
            (first, "of_first", "first_is_in", true),
            (Limit::Account, "of_account", "account_is_in", is_stranger),
            (Limit::Network, "of_network", "network_is_in", has_neighbours),
            (limit_of_site(row, asked)?, "of_site", "site_is_in", around.is_some()),
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
        let (is_siege, is_overall): (bool, bool) = (column(row, "is_siege")?, column(row, "is_overall")?);
        late = late.or_else(|| (around.is_some() && !is_siege && !is_overall).then_some(Limit::Overall));
        // Others came first between the look and the lock: how long that lasts the next look will tell.
        let full = longest.or_else(|| late.map(|limit| (limit, 0.0)));
        Ok(match full {
            Some((limit, wait)) => Reply::Wait(limit, whole_seconds(wait)),
            None => Reply::Go(Reserved {
                first: column(row, "first")?,
                is_stranger,
                at: column(row, "at")?,
                cost: column(row, "cost")?,
                is_overall,
                is_last: column(row, "is_last")?,
                is_siege_begun: column(row, "is_siege_begun")?,
            }),
        })
    }
}

/// What it is that a site has too many of.
fn limit_of_site(row: &Row, asked: &Question) -> Result<Limit, DatabaseFailure> {
    let has_neighbours = asked.around.as_ref().is_some_and(|around| around.network.is_some());
    let limit = if has_neighbours { Limit::Site } else { Limit::Network };
    Ok(if column(row, "is_siege")? { Limit::Overall } else { limit })
}
