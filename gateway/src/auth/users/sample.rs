//! The stored passwords of some users, the same ones each time, to see which forms there are and how often.
//!
//! Of a large table only some pages are read, spread over the whole of it: older users stand in other pages than newer
//! ones, and often have older forms.

use tokio::time::Instant;
use tokio_postgres::types::Type;

use super::{
    Users,
    learned::read,
    select::Secrets,
    source::{Predicates, quoted, table},
};
use crate::{
    auth::password::{SideHash, StoredPassword},
    db::DatabaseFailure,
};

const MOST_USERS: u32 = 2000;
const MOST_PAGES: u32 = 256;
/// What is longer is no hash.
const LONGEST_HASH: u32 = 1024;

/// How large `$1` is, with its partitions where it has some.
const BYTES: &str = "coalesce((SELECT sum(pg_relation_size(t.relid)) \
    FROM pg_partition_tree(to_regclass($1)) t), pg_relation_size(to_regclass($1)), 0)";

impl Users {
    pub(in crate::auth) async fn sample(
        &self,
        until: Instant,
    ) -> Result<Vec<StoredPassword>, DatabaseFailure> {
        let name = table(&self.inner.profile.table);
        let rows = self.inner.statements.run(&self.sampling(), &[(&name, Type::TEXT)], until).await?;
        rows.iter()
            .map(|row| {
                let (phc, legacy_fp) = (read(row, "side_phc")?, read(row, "side_legacy_fp")?);
                let (phc, legacy_fp): (Option<String>, Option<Vec<u8>>) = (phc, legacy_fp);
                Ok(StoredPassword {
                    hash: read(row, "password")?,
                    companion: read(row, "companion")?,
                    side: phc.zip(legacy_fp).map(|(phc, legacy_fp)| SideHash { phc, legacy_fp }),
                })
            })
            .collect()
    }

    /// Few users are chosen before anything is looked up beside them. The mapping is of a table with a unique index, so
    /// there are pages to be chosen from.
    fn sampling(&self) -> String {
        let profile = &self.inner.profile;
        let (id, Predicates { present, .. }) = (quoted(&profile.id.column), Predicates::of(profile));
        let Secrets { beside, hash, companion } = Secrets::of(profile);
        format!(
            "SELECT {hash} AS password, {companion} AS companion, side.phc AS side_phc, \
             side.legacy_fp AS side_legacy_fp \
             FROM (SELECT u.* FROM {} u TABLESAMPLE SYSTEM ((SELECT 100.0 * {MOST_PAGES} / \
             greatest({MOST_PAGES}, {BYTES} / current_setting('block_size')::int))) REPEATABLE (1) \
             WHERE {present} ORDER BY md5(u.{id}::text) LIMIT {MOST_USERS}) u{beside} \
             LEFT JOIN gateway.user_password side ON side.user_key = u.{id}::text \
             WHERE octet_length({hash}) <= {LONGEST_HASH} \
             AND (octet_length({companion}) <= {LONGEST_HASH}) IS NOT FALSE",
            table(&profile.table),
        )
    }
}
