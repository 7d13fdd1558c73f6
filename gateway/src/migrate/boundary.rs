//! What a step has really done outside of the gateway's schemas while Alembic owns the rest: seen before it is kept.
//!
//! The text of a statement tells most of it beforehand (`foreign`); what is written through a view it does not tell.

use std::collections::BTreeMap;

use anyhow::Context;
use tokio_postgres::Client;

use super::{
    baseline::{self, Ownership},
    catalog::{self, Catalog, Kind},
    difference::{self, Difference},
    failure::MigrateError,
    foreign::OWN_SCHEMAS,
    run::Running,
};
use crate::config::mistakes::Mistake;

/// How it was when the transaction began; nothing where every table is ours.
pub(super) struct Boundary(Option<Outside>);

struct Outside {
    catalog: Catalog,
    /// Rows written in this transaction, by table.
    writes: BTreeMap<String, i64>,
}

impl Boundary {
    /// Within the transaction, before anything of the step has run.
    pub(super) async fn mark(client: &Client) -> Result<Self, MigrateError> {
        match baseline::ownership(client).await.map_err(MigrateError::Catalog)? {
            Ownership::Alembic => Ok(Self(Some(Outside::read(client).await.map_err(MigrateError::Catalog)?))),
            Ownership::Ours { .. } => Ok(Self(None)),
        }
    }

    /// After all of it has run, before the transaction ends.
    pub(super) async fn keep(&self, client: &Client, running: &Running<'_>) -> Result<(), MigrateError> {
        let Some(before) = &self.0 else { return Ok(()) };
        let after = Outside::read(client).await.map_err(MigrateError::Catalog)?;
        let mut touched: Vec<_> = difference::between(&before.catalog, &after.catalog)
            .into_iter()
            .filter(|difference| difference.with.is_none() && is_outside(difference))
            .map(|difference| format!("{} {}", difference.kind, difference.name))
            .collect();
        let is_written = |(table, rows): &(&String, &i64)| before.writes.get(*table) != Some(*rows);
        touched
            .extend(after.writes.iter().filter(is_written).map(|(table, _)| format!("the rows of {table}")));
        if touched.is_empty() {
            return Ok(());
        }
        let path = &running.migration.script(running.direction).path;
        let what = format!("changed what Alembic owns, and was rolled back: {}", touched.join(", "));
        let remedy = "leave it to Alembic, or take the tables over with `gateway migrate adopt --freeze`; if Alembic ran \
                      at the same time, run this again";
        Err(MigrateError::Failed(Box::new(Mistake::in_file(path, what, remedy))))
    }
}

impl Outside {
    async fn read(client: &Client) -> anyhow::Result<Self> {
        let catalog = catalog::read(client).await.context("read the schema")?;
        // What went before in the session may still be counted here: only a difference tells.
        let query = r"SELECT format('%I.%I', schemaname, relname), n_tup_ins + n_tup_upd + n_tup_del
            FROM pg_stat_xact_all_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
            AND schemaname NOT LIKE 'pg\_%' AND schemaname <> 'information_schema' AND schemaname <> ALL ($1)";
        let rows = client.query(query, &[&OWN_SCHEMAS.as_slice()]).await.context("count the rows written")?;
        let mut writes = BTreeMap::new();
        for row in rows {
            writes.insert(row.try_get(0)?, row.try_get(1)?);
        }
        Ok(Self { catalog, writes })
    }
}

/// A name begins with its schema, which no quote changes for ours.
fn is_outside(difference: &Difference) -> bool {
    let home = match difference.kind {
        Kind::Schema => Some(difference.name.as_str()),
        Kind::Extension => None,
        _ => difference.name.split_once('.').map(|(schema, _)| schema),
    };
    !home.is_some_and(|home| OWN_SCHEMAS.contains(&home))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migrate::difference::What;

    #[test]
    fn what_is_ours_is_known_by_its_schema() {
        for (kind, name, expected) in [
            (Kind::Schema, "gateway", false),
            (Kind::Schema, "gateways", true),
            (Kind::Extension, "gateway", true),
            (Kind::Table, "gateway.a", false),
            (Kind::Constraint, "gateway.a a_pkey", false),
            (Kind::Function, "gateway.f(public.tasks)", false),
            (Kind::Index, "gateway_archive.i", false),
            (Kind::Table, "public.gateway", true),
            (Kind::Trigger, "gateway", true),
            (Kind::Table, "\"gateway.x\".a", true),
        ] {
            let what = What::Added { after: String::new() };
            let difference = Difference { kind, name: name.to_owned(), what, with: None };
            assert_eq!(is_outside(&difference), expected, "{kind} {name}");
        }
    }
}
