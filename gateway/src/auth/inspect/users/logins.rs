//! `login` and `login_case`: by which column users log in, and which spellings of it are one.

use toml_edit::Array;

use crate::auth::{
    inspect::{
        candidates,
        catalog::{Column, Table},
        explorer::{Explorer, InspectError},
        proposal::Proposal,
        sample,
    },
    users::quoted,
};

use super::listed;

/// The column that is proposed.
pub(super) async fn map<'c>(
    explorer: &Explorer<'_>,
    table: &'c Table,
    proposal: &mut Proposal,
) -> Result<Option<&'c str>, InspectError> {
    let logins = candidates::logins(table);
    let Some((column, _, is_unique)) = logins.first() else { return Ok(None) };
    let list: Array = [column.name.as_str()].into_iter().collect();
    let how = if *is_unique {
        "a unique index holds it to one user"
    } else {
        "no unique index holds it to one user"
    };
    proposal.user("login", list, how);
    case(explorer, table, column, proposal).await?;
    let others = logins.iter().skip(1).filter(|(_, _, is_unique)| *is_unique);
    let others = listed(others.map(|(column, ..)| column.name.as_str()));
    if !others.is_empty() {
        proposal
            .notes
            .push(format!("unique as well, so add it to `login` if users log in with it: {others}"));
    }
    Ok(Some(&column.name))
}

async fn case(
    explorer: &Explorer<'_>,
    table: &Table,
    column: &Column,
    proposal: &mut Proposal,
) -> Result<(), InspectError> {
    if column.base == "citext" {
        proposal.user("login_case", "citext", "the column's type");
        return Ok(());
    }
    let name = format!("u.{}", quoted(&column.name));
    let counted = sample::count(explorer, table, &[format!("{name} <> lower({name})")]).await?;
    let mixed = counted.counts.first().copied().unwrap_or_default();
    let spelled = format!("{mixed} of {} rows are not in lower case", counted.rows);
    if table.is_unique_in_lower_case(column) {
        proposal.user("login_case", "lower", format!("a unique index on lower({}); {spelled}", column.name));
        return Ok(());
    }
    let index = if table.is_unique(column) { "the unique index compares exactly; " } else { "" };
    proposal.user("login_case", "exact", format!("{index}{spelled}"));
    match sample::duplicates(explorer, table, column).await? {
        Some(0) => {}
        Some(count) => proposal.notes.push(format!(
            "{count} of the logins in `{}` are those of several users if case does not count: where the legacy \
             compares in lower case, settle these before `login_case = \"lower\"`",
            column.name
        )),
        None => proposal.notes.push(format!(
            "the table is too large to look for logins in `{}` that differ only in case",
            column.name
        )),
    }
    Ok(())
}
