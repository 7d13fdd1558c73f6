//! `active`, `deleted` and `roles`: what a user's row says of them beside who they are.

use toml_edit::{Array, Value};

use super::{inline, is_called, listed};
use crate::auth::{
    inspect::{
        catalog::{Column, Table},
        explorer::{Explorer, InspectError},
        names,
        proposal::Proposal,
        sample,
    },
    users::quoted,
};

/// The column that says who is active, and the value that a new user has there.
pub(super) async fn map<'c>(
    explorer: &Explorer<'_>,
    table: &'c Table,
    proposal: &mut Proposal,
) -> Result<Option<(&'c str, Value)>, InspectError> {
    let deleted = deleted(explorer, table, proposal).await?;
    let active = active(explorer, table, deleted, proposal).await?;
    roles(explorer, table, proposal).await?;
    Ok(active)
}

async fn deleted<'c>(
    explorer: &Explorer<'_>,
    table: &'c Table,
    proposal: &mut Proposal,
) -> Result<Option<&'c Column>, InspectError> {
    let is_one =
        |column: &&Column| column.is_moment() && column.nullable && names::is_deleted_at(&column.name);
    let Some(column) = table.columns.iter().find(is_one) else { return Ok(None) };
    let told = share(explorer, table, &format!("u.{} IS NOT NULL", quoted(&column.name)), "deleted").await?;
    let value = inline([("column", column.name.as_str().into()), ("is_null", true.into())]);
    proposal.user("deleted", value, format!("{}; {told}", is_called(&column.shown)));
    Ok(Some(column))
}

/// A column with the value that those have who may come in.
struct Rule<'c> {
    column: &'c Column,
    value: Value,
    /// As SQL, of our own words.
    literal: String,
}

async fn active<'c>(
    explorer: &Explorer<'_>,
    table: &'c Table,
    deleted: Option<&Column>,
    proposal: &mut Proposal,
) -> Result<Option<(&'c str, Value)>, InspectError> {
    let mut rules: Vec<Rule<'c>> = table.columns.iter().filter_map(switch).collect();
    // What says who may come in before what says who may not.
    rules.sort_by_key(|rule| names::activity(&rule.column.name) != Some(true));
    let statuses = table.columns.iter().filter(|column| names::is_status(&column.name));
    for column in statuses {
        match status(explorer, table, column).await? {
            Some(rule) => rules.push(rule),
            None => proposal.notes.push(format!(
                "`{}` may say who may come in, in words that are not known here: write `active` by hand if so",
                column.name
            )),
        }
    }
    // A boolean beside a moment says the same twice.
    let is_flag =
        |column: &&Column| column.base == "bool" && names::is_deleted_flag(&column.name) && deleted.is_none();
    rules.extend(table.columns.iter().filter(is_flag).map(|column| Rule {
        column,
        value: false.into(),
        literal: "'false'".to_owned(),
    }));
    let mut rules = rules.into_iter();
    let Some(Rule { column, value, literal }) = rules.next() else { return Ok(None) };
    let inactive = format!("(u.{}::text = {literal}) IS NOT TRUE", quoted(&column.name));
    let told = share(explorer, table, &inactive, "not active").await?;
    let described = inline([("column", column.name.as_str().into()), ("equals", value.clone())]);
    proposal.user("active", described, format!("{}; {told}", is_called(&column.shown)));
    let others = listed(rules.map(|rule| rule.column.name.as_str()));
    if !others.is_empty() {
        proposal.problems.push(format!(
            "`active` can name one column, and these may say as well who may come in: {others}; if they do, keep the \
             login with the legacy, or make one column of them"
        ));
    }
    Ok(Some((&column.name, value)))
}

fn switch(column: &Column) -> Option<Rule<'_>> {
    let means_active = names::activity(&column.name)?;
    if column.base == "bool" {
        return Some(Rule { column, value: means_active.into(), literal: format!("'{means_active}'") });
    }
    let number = i64::from(means_active);
    column.is_whole().then(|| Rule { column, value: number.into(), literal: format!("'{number}'") })
}

/// By the labels of an enumeration, or by what most rows say, if that is one of our own words.
async fn status<'c>(
    explorer: &Explorer<'_>,
    table: &Table,
    column: &'c Column,
) -> Result<Option<Rule<'c>>, InspectError> {
    let rule = |word: &str| Rule { column, value: word.into(), literal: format!("'{word}'") };
    if !column.labels.is_empty() {
        let word = names::ACTIVE.into_iter().find(|word| column.labels.iter().any(|label| label == word));
        return Ok(word.map(rule));
    }
    if !column.is_text() {
        return Ok(None);
    }
    let conditions = names::ACTIVE.map(|word| format!("u.{}::text = '{word}'", quoted(&column.name)));
    let counted = sample::count(explorer, table, &conditions).await?;
    let most = counted.counts.iter().zip(names::ACTIVE).max_by_key(|(count, _)| **count);
    Ok(most.filter(|(count, _)| **count > 0).map(|(_, word)| rule(word)))
}

async fn roles(explorer: &Explorer<'_>, table: &Table, proposal: &mut Proposal) -> Result<(), InspectError> {
    let is_role = |column: &&Column| {
        let holds_words = column.is_text() || !column.labels.is_empty();
        names::is_role(&column.name)
            && (holds_words || matches!(column.base.as_str(), "array" | "json" | "jsonb"))
    };
    let is_privilege = |column: &&Column| column.base == "bool" && names::is_privilege(&column.name);
    if let Some(column) = table.columns.iter().find(is_role) {
        proposal.user("roles", inline([("column", column.name.as_str().into())]), is_called(&column.shown));
    } else if let Some(column) = table.columns.iter().find(is_privilege) {
        let told = share(explorer, table, &format!("u.{}", quoted(&column.name)), "true").await?;
        let admin: Array = ["admin"].into_iter().collect();
        let map = inline([("true", admin.into())]);
        let value = inline([("column", column.name.as_str().into()), ("map", map)]);
        proposal.user("roles", value, format!("{}; {told}", is_called(&column.shown)));
    }
    Ok(())
}

/// How many rows of the sample meet a condition.
async fn share(
    explorer: &Explorer<'_>,
    table: &Table,
    condition: &str,
    what: &str,
) -> Result<String, InspectError> {
    let counted = sample::count(explorer, table, &[condition.to_owned()]).await?;
    let count = counted.counts.first().copied().unwrap_or_default();
    Ok(format!("{count} of {} rows are {what}", counted.rows))
}
