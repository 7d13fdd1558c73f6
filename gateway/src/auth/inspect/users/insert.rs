//! `insert`: what a new row needs in columns that must not be null and have no default.

use toml_edit::{InlineTable, Value};

use super::listed;
use crate::auth::inspect::{
    catalog::{Catalog, Column, Table},
    names,
    proposal::Proposal,
};

/// `filled` are the columns that a registration fills by itself.
pub(super) fn map(
    catalog: &Catalog,
    table: &Table,
    id: &Column,
    filled: &[&str],
    active: Option<&(&str, Value)>,
    proposal: &mut Proposal,
) {
    let (mut value, mut left) = (InlineTable::new(), Vec::new());
    let needs =
        |column: &&Column| !column.nullable && !column.has_default && !filled.contains(&column.name.as_str());
    for column in table.columns.iter().filter(needs) {
        let of_active = active.filter(|(name, _)| *name == column.name);
        let filling = match of_active {
            Some((_, value)) => Some(value.clone()),
            None => filling(catalog, table, column, column.name == id.name),
        };
        match filling {
            Some(filling) => drop(value.insert(&column.name, filling)),
            None => left.push(column.name.as_str()),
        }
    }
    if !value.is_empty() {
        let proof = "must not be null, and the database has no default: see what the legacy writes there";
        proposal.user("insert", value, proof);
    }
    if !left.is_empty() {
        proposal.notes.push(format!(
            "a new row needs a value in {}, which nothing here can know: name each as the `column` of a field of \
             [[auth.register]], or write it in `insert`",
            listed(left)
        ));
    }
}

/// What harms least; nothing where any value would be a guess about somebody.
fn filling(catalog: &Catalog, table: &Table, column: &Column, is_id: bool) -> Option<Value> {
    let refers = catalog
        .references
        .iter()
        .any(|reference| reference.from == table.oid && reference.column == column.name);
    if refers {
        return None;
    }
    if column.base == "uuid" {
        return Some("new_uuid".into());
    }
    let is_ones_own = is_id || table.is_unique(column) || table.is_unique_in_lower_case(column);
    let says_who = names::login(&column.name).is_some() || names::is_role(&column.name);
    if is_ones_own || says_who || !column.labels.is_empty() {
        return None;
    }
    match column.base.as_str() {
        "bool" => Some(false.into()),
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => Some(0.into()),
        "text" | "varchar" | "citext" => Some("".into()),
        "json" | "jsonb" | "array" => Some("{}".into()),
        _ if column.is_moment() => Some("now".into()),
        _ => None,
    }
}
