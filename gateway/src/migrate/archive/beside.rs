//! Which rows change beside those that are brought back: by a cascade, a trigger or a rule, as the server counts them.

use std::collections::BTreeMap;

use tokio_postgres::Client;

use crate::{
    config::mistakes::{Mistake, Mistakes},
    migrate::{failure::MigrateError, run::Running},
};

/// Rows changed and rows deleted, by table; its name is quoted and with its schema.
#[derive(Default)]
pub(super) struct Changes(BTreeMap<String, Change>);

#[derive(Clone, Copy, Default)]
struct Change {
    changed: i64,
    deleted: i64,
}

impl Changes {
    /// What the server has not yet reported of transactions before this one is among it.
    pub(super) async fn read(client: &Client) -> Result<Self, MigrateError> {
        let query = "SELECT format('%I.%I', schemaname, relname), n_tup_upd, n_tup_del
            FROM pg_stat_xact_user_tables WHERE schemaname <> 'gateway_archive'";
        let mut changes = Self::default();
        for row in client.query(query, &[]).await? {
            let change = Change { changed: row.try_get(1)?, deleted: row.try_get(2)? };
            changes.0.insert(row.try_get(0)?, change);
        }
        Ok(changes)
    }

    pub(super) fn changed(&mut self, table: &str, rows: u64) {
        self.of(table).changed += i64::try_from(rows).unwrap_or(i64::MAX);
    }

    pub(super) fn deleted(&mut self, table: &str, rows: u64) {
        self.of(table).deleted += i64::try_from(rows).unwrap_or(i64::MAX);
    }

    fn of(&mut self, table: &str) -> &mut Change {
        self.0.entry(table.to_owned()).or_default()
    }

    fn get(&self, table: &str) -> Change {
        self.0.get(table).copied().unwrap_or_default()
    }

    /// That nothing has changed since `self` but what was asked for.
    pub(super) async fn only(
        &self,
        asked: &Self,
        client: &Client,
        running: &Running<'_>,
    ) -> Result<(), MigrateError> {
        let mut mistakes = Mistakes::default();
        for (table, now) in Self::read(client).await?.0 {
            let (before, asked) = (self.get(&table), asked.get(&table));
            let besides = Change {
                changed: now.changed - before.changed - asked.changed,
                deleted: now.deleted - before.deleted - asked.deleted,
            };
            let Some(told) = besides.told() else { continue };
            let what = format!(
                "bringing back what is kept would {told} of {table} besides, through a foreign key, a trigger or a rule"
            );
            let remedy = "correct the rows that name what was deleted, or the default that names it, and run it \
                          again: all of it was rolled back";
            mistakes.push(Mistake::in_file(&running.migration.script(running.direction).path, what, remedy));
        }
        mistakes.into_result(()).map_err(MigrateError::Refused)
    }
}

impl Change {
    fn told(self) -> Option<String> {
        let rows = |verb: &str, count: i64| {
            let noun = if count == 1 { "row" } else { "rows" };
            (count > 0).then(|| format!("{verb} {count} {noun}"))
        };
        match (rows("delete", self.deleted), rows("change", self.changed)) {
            (Some(deleted), Some(changed)) => Some(format!("{deleted} and {changed}")),
            (deleted, changed) => deleted.or(changed),
        }
    }
}
