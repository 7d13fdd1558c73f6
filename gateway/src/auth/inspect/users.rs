//! `[legacy.users]` of the table that convinces: each line with what proves it.

mod insert;
mod logins;
mod password;
mod standing;

use toml_edit::{InlineTable, Value};

use super::{
    candidates::Found,
    catalog::{Catalog, Column, Table},
    explorer::{Explorer, InspectError},
    proposal::Proposal,
};
use crate::contract::profile::users::IdKind;

/// Where a token's user is looked for.
pub(super) struct Mapping<'c> {
    pub(super) table: &'c Table,
    pub(super) id: &'c Column,
    pub(super) kind: IdKind,
}

pub(super) async fn map<'c>(
    explorer: &Explorer<'_>,
    catalog: &'c Catalog,
    found: &Found,
    proposal: &mut Proposal,
) -> Result<Option<Mapping<'c>>, InspectError> {
    let (table, passwords) = (catalog.by_oid(found.table), catalog.by_oid(found.passwords));
    let (Some(table), Some(passwords)) = (table, passwords) else { return Ok(None) };
    let (Some((id, kind)), Some(hash)) = (table.id(), passwords.column(&found.column)) else {
        return Ok(None);
    };
    proposal.user("table", table.name.to_string(), size(table));
    let described = inline([("column", id.name.as_str().into()), ("type", kind.to_string().into())]);
    proposal.user("id", described, format!("the primary key, `{}`", id.shown));
    let login = logins::map(explorer, table, proposal).await?;
    let place = password::Place { users: table, table: passwords, hash, key: found.key.as_deref() };
    let companion = password::map(explorer, &place, proposal).await?;
    let active = standing::map(explorer, table, proposal).await?;
    let filled: Vec<&str> = [login, Some(found.column.as_str()).filter(|_| found.key.is_none()), companion]
        .into_iter()
        .flatten()
        .collect();
    insert::map(catalog, table, id, &filled, active.as_ref(), proposal);
    Ok(Some(Mapping { table, id, kind }))
}

fn size(table: &Table) -> String {
    if table.rows < 0.0 {
        return "the database has no statistics of it".to_owned();
    }
    format!("about {:.0} rows by the statistics", table.rows)
}

fn inline<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let mut table = InlineTable::new();
    for (key, value) in entries {
        table.insert(key, value);
    }
    table.into()
}

fn is_called(name: &str) -> String {
    format!("`{name}`")
}

/// A list as people write it.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(is_called).collect::<Vec<_>>().join(", ")
}
