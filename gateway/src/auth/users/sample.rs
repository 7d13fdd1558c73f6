//! The stored passwords of some users, the same ones each time, to see which forms there are and how often.
//!
//! Of a large table only some pages are read, spread over the whole of it: older users stand in other pages than newer
//! ones, and often have older forms.

use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};

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
const PAGES: f64 = 256.0;
/// What is longer is no hash.
const LONGEST_HASH: u32 = 1024;

/// A view has no pages of its own.
const EXTENT: &str = "SELECT c.relkind IN ('r', 'p', 'm') AS has_pages, \
    (coalesce((SELECT sum(pg_relation_size(t.relid)) FROM pg_partition_tree(c.oid) t), pg_relation_size(c.oid), 0) \
    / current_setting('block_size')::numeric)::float8 AS pages \
    FROM pg_catalog.pg_class c WHERE c.oid = to_regclass($1)";

impl Users {
    pub(in crate::auth) async fn sample(
        &self,
        until: Instant,
    ) -> Result<Vec<StoredPassword>, DatabaseFailure> {
        let (statements, name) = (&self.inner.statements, table(&self.inner.profile.table));
        let rows = statements.run(EXTENT, &[(&name, Type::TEXT)], until).await?;
        let Some(row) = rows.first() else { return Ok(Vec::new()) };
        let (has_pages, pages): (bool, f64) = (read(row, "has_pages")?, read(row, "pages")?);
        let percent = (100.0 * PAGES / pages.max(PAGES)) as f32;
        let params: [(&(dyn ToSql + Sync), Type); 1] = [(&percent, Type::FLOAT4)];
        let params = if has_pages { &params[..] } else { &[] };
        let rows = statements.run(&self.sampling(has_pages), params, until).await?;
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

    /// Few users are chosen before anything is looked up beside them.
    fn sampling(&self, has_pages: bool) -> String {
        let profile = &self.inner.profile;
        let (id, Predicates { present, .. }) = (quoted(&profile.id.column), Predicates::of(profile));
        let Secrets { beside, hash, companion } = Secrets::of(profile);
        let (pages, order) = match has_pages {
            true => (" TABLESAMPLE SYSTEM ($1) REPEATABLE (1)", format!(" ORDER BY md5(u.{id}::text)")),
            false => ("", String::new()),
        };
        format!(
            "SELECT {hash} AS password, {companion} AS companion, side.phc AS side_phc, \
             side.legacy_fp AS side_legacy_fp \
             FROM (SELECT u.* FROM {} u{pages} WHERE {present}{order} LIMIT {MOST_USERS}) u{beside} \
             LEFT JOIN gateway.user_password side ON side.user_key = u.{id}::text \
             WHERE octet_length({hash}) <= {LONGEST_HASH} \
             AND (octet_length({companion}) <= {LONGEST_HASH}) IS NOT FALSE",
            table(&profile.table),
        )
    }
}
