//! Writes rows into what a migration has made or changed, as an application would in the time before it is taken back.
//!
//! What cannot be written is told in a note: a proof with a hole says where the hole is.

mod attempt;
mod seed;
mod slot;
mod table;
mod value;

use std::collections::BTreeSet;

use anyhow::Context;
use tokio_postgres::Client;

use super::{
    catalog::{Catalog, Kind},
    difference,
};
use attempt::{Filled, Outcome};
pub use seed::seed;
use table::Table;

#[derive(Debug, Default)]
pub struct Probe {
    pub rows: usize,
    pub notes: Vec<String>,
}

/// Into every table that differs between the two schemas: a row with all its columns, a row with as few as it lets,
/// and the new columns of a row that was there.
pub async fn write(client: &Client, before: &Catalog, after: &Catalog) -> anyhow::Result<Probe> {
    let mut probe = Probe::default();
    for name in changed(before, after) {
        let table =
            Table::read(client, &name).await.with_context(|| format!("read what `{name}` is made of"))?;
        let fresh = |column: &str| {
            before.has(Kind::Table, &name) && !before.has(Kind::Column, &format!("{name}.{column}"))
        };
        probe.update(client, &table, &fresh).await?;
        probe.insert(client, &table, Filled::Wholly).await?;
        probe.insert(client, &table, Filled::Sparsely).await?;
    }
    Ok(probe)
}

fn changed(before: &Catalog, after: &Catalog) -> BTreeSet<String> {
    let is_plain = |table: &String| after.plain_tables().any(|plain| plain == table);
    let tables = difference::between(before, after).into_iter().filter_map(|difference| {
        let name = super::catalog::Name { kind: difference.kind, name: difference.name };
        let object = after.objects.get(&name).or_else(|| before.objects.get(&name))?;
        if name.kind == Kind::Table { Some(name.name) } else { object.table.clone() }
    });
    tables.filter(is_plain).collect()
}

impl Probe {
    async fn insert(&mut self, client: &Client, table: &Table, filled: Filled) -> anyhow::Result<()> {
        match attempt::insert(client, table, filled, self.rows, 0).await? {
            Outcome::Written { rows } => {
                self.rows += rows;
            }
            // As few columns as it lets may be the same row again.
            Outcome::Refused(_) if filled == Filled::Sparsely => {}
            Outcome::Refused(why) => {
                self.notes.push(format!("{}: no probe row could be written: {why}", table.name))
            }
        }
        if filled == Filled::Wholly {
            self.notes.extend(table.unknown());
        }
        Ok(())
    }

    async fn update(
        &mut self,
        client: &Client,
        table: &Table,
        fresh: &impl Fn(&str) -> bool,
    ) -> anyhow::Result<()> {
        match attempt::update(client, table, fresh, self.rows).await? {
            Outcome::Written { rows } => self.rows += rows,
            Outcome::Refused(why) => {
                self.notes.push(format!(
                    "{}: the new columns of a row that was there could not be set: {why}",
                    table.name
                ));
            }
        }
        Ok(())
    }
}
