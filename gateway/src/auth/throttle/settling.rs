//! Takes back what an attempt had raised, and writes down what a right password proves: one statement.

use std::sync::LazyLock;

use tokio::time::Instant;
use tokio_postgres::types::Type;

use super::{
    asking::Reserved,
    question::Question,
    store::{Store, Value},
};
use crate::db::DatabaseFailure;

/// What was raised is lowered again, in the order in which it was raised, and each step names all that come before: one of
/// which the bucket is NULL is left out of the plan, with what it names. Whoever knew the password has nothing against
/// them, and the network is known. Of the first password that is seen to be right nobody knows since when it has been;
/// another one has not been before now. Both are remembered for longer than any token proves anything.
const FREED: &str = "WITH freed AS (\
        UPDATE gateway.login_throttle SET fails = CASE WHEN $3 THEN 0 ELSE greatest(fails - 1, 0) END, \
            blocked_until = NULL \
        WHERE bucket = $1 AND $1 IS DISTINCT FROM $2 RETURNING 1\
    ), known AS (\
        INSERT INTO gateway.login_throttle AS t (bucket, last_at, known_until, forgotten_at) \
        SELECT v.* FROM (SELECT count(*) FROM freed) f, (VALUES \
            ($2, now(), now() + interval '90 days', now() + interval '90 days'), \
            ($12, CASE WHEN EXISTS (SELECT FROM gateway.login_throttle WHERE bucket = $13) THEN now() \
                ELSE '-infinity' END, NULL, now() + interval '400 days'), \
            ($13, now(), NULL, now() + interval '400 days')\
        ) v (bucket, last_at, known_until, forgotten_at) WHERE v.bucket IS NOT NULL \
        ON CONFLICT (bucket) DO UPDATE SET fails = 0, blocked_until = NULL, known_until = excluded.known_until, \
            forgotten_at = excluded.forgotten_at \
        WHERE t.known_until IS NOT NULL OR t.forgotten_at < now() + interval '399 days' \
        RETURNING 1\
    ), account AS (\
        UPDATE gateway.login_throttle SET recent = array_remove(recent, $5) \
        FROM (SELECT count(*) FROM freed) f, (SELECT count(*) FROM known) k WHERE bucket = $4 RETURNING 1";

const NETWORK: &str = "UPDATE gateway.login_throttle SET forgotten_at = forgotten_at - $9 * interval '1 second' \
    FROM (SELECT count(*) FROM account) a WHERE bucket = $6 RETURNING 1";

const SITE: &str = "UPDATE gateway.login_throttle SET forgotten_at = forgotten_at - $10 * interval '1 second' \
    FROM (SELECT count(*) FROM account) a, (SELECT count(*) FROM network) n WHERE bucket = $7 RETURNING 1";

const OVERALL: &str = "UPDATE gateway.login_throttle SET forgotten_at = forgotten_at - $11 * interval '1 second' \
    FROM (SELECT count(*) FROM account) a, (SELECT count(*) FROM site) s WHERE bucket = $8 RETURNING 1";

/// By how many buckets there are around whoever asked.
static SETTLE: LazyLock<[String; 3]> = LazyLock::new(|| {
    [[NONE, NONE, NONE], [NONE, SITE, OVERALL], [NETWORK, SITE, OVERALL]].map(|[network, site, overall]| {
        format!(
            "{FREED}), network AS ({network}), site AS ({site}), overall AS ({overall}) \
             SELECT count(*), set_config('synchronous_commit', 'off', true) FROM overall"
        )
    })
});

/// Of a bucket that there is not.
const NONE: &str = "SELECT 1 WHERE false";

impl Store {
    pub(super) async fn settle(
        &self,
        asked: &Question,
        reserved: &Reserved,
        is_right: bool,
        until: Instant,
    ) -> Result<(), DatabaseFailure> {
        let evidence = asked.evidence.as_ref().filter(|_| is_right);
        let around = asked.around.as_ref().filter(|_| reserved.is_stranger);
        let overall = around.filter(|_| reserved.is_overall);
        let values: [Value<'_>; 13] = [
            (&reserved.first, Type::BYTEA),
            (&evidence.and_then(|evidence| evidence.network.as_ref()), Type::BYTEA),
            (&is_right, Type::BOOL),
            (&Some(asked.account.bytes()).filter(|_| reserved.is_stranger), Type::BYTEA),
            (&reserved.at, Type::TIMESTAMPTZ),
            (&around.and_then(|around| around.network.as_ref()), Type::BYTEA),
            (&around.map(|around| &around.site), Type::BYTEA),
            (&overall.map(|around| &around.overall), Type::BYTEA),
            (&self.paces.network, Type::FLOAT8),
            (&reserved.cost, Type::FLOAT8),
            (&self.paces.overall, Type::FLOAT8),
            (&evidence.map(|evidence| &evidence.password), Type::BYTEA),
            (&evidence.map(|evidence| &evidence.any_password), Type::BYTEA),
        ];
        self.run(&SETTLE[asked.reach()], &values, until).await.map(drop)
    }
}
