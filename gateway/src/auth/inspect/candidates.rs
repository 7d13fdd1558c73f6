//! Which table holds the users: what speaks for each, and whether one of them convinces.

use serde::Serialize;

use super::{
    Asked,
    catalog::{Catalog, Column, Table},
    explorer::{Explorer, InspectError},
    names::{self, Login},
    sample,
};
use crate::contract::profile::users::TableName;

/// A table that could hold users.
#[derive(Debug, Serialize)]
pub struct Candidate {
    pub table: String,
    /// With its table, where that is another.
    pub password: String,
    pub score: u32,
    /// What speaks for it.
    pub because: Vec<String>,
    #[serde(skip)]
    found: Found,
}

/// Where it all is.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) table: u32,
    pub(super) passwords: u32,
    pub(super) column: String,
    /// Of another table: the column that holds the user's id.
    pub(super) key: Option<String>,
}

pub(super) struct Ranking {
    pub(super) candidates: Vec<Candidate>,
    /// A person said which table it is.
    is_named: bool,
    /// Why there may be none.
    remark: Option<String>,
}

/// Below this it may be any table.
const CONVINCING: u32 = 8;
/// Closer than this two tables are equally good.
const APART: u32 = 2;
/// Columns that sound like a password, of which values are looked at.
const MOST_GLANCES: usize = 60;
/// What is shown.
const MOST_SHOWN: usize = 10;

pub(super) async fn rank(
    explorer: &Explorer<'_>,
    catalog: &Catalog,
    asked: &Asked<'_>,
) -> Result<Ranking, InspectError> {
    if let Some(name) = asked.table
        && let Err(remark) = is_there(catalog, name)
    {
        return Ok(Ranking { candidates: Vec::new(), is_named: true, remark: Some(remark) });
    }
    let mut candidates = judged(explorer, catalog, asked, password_columns(catalog)).await?;
    let mut remark = None;
    if let Some(name) = asked.table.filter(|_| candidates.is_empty()) {
        // Of a table that a person names, the hashes themselves say which column it is.
        candidates = judged(explorer, catalog, asked, other_columns(catalog, name)).await?;
        remark = candidates.is_empty().then(|| lacking(catalog, name));
    }
    candidates.sort_by(|one, other| other.score.cmp(&one.score).then_with(|| one.table.cmp(&other.table)));
    candidates.truncate(MOST_SHOWN);
    Ok(Ranking { candidates, is_named: asked.table.is_some(), remark })
}

async fn judged(
    explorer: &Explorer<'_>,
    catalog: &Catalog,
    asked: &Asked<'_>,
    columns: Vec<(&Table, &Column)>,
) -> Result<Vec<Candidate>, InspectError> {
    let mut candidates = Vec::new();
    for (table, column) in columns {
        for (users, key) in owners(catalog, table) {
            if asked.table.is_some_and(|name| !users.is_called(name)) {
                continue;
            }
            candidates.extend(judge(explorer, catalog, asked, users, (table, column, key)).await?);
        }
    }
    Ok(candidates)
}

fn is_there(catalog: &Catalog, name: &TableName) -> Result<(), String> {
    let Some(table) = catalog.tables.iter().find(|table| table.is_called(name)) else {
        return Err(format!("there is no table `{name}`: name it with its schema, as in `app.users`"));
    };
    if !table.readable {
        return Err(format!("this role may not read the table `{name}`: grant SELECT on it"));
    }
    if table.id().is_none() {
        return Err(format!(
            "`{name}` has no primary key of one column that is an int, a bigint, a uuid or a text"
        ));
    }
    Ok(())
}

/// What a table that a person names does not have.
fn lacking(catalog: &Catalog, name: &TableName) -> String {
    let table = catalog.tables.iter().find(|table| table.is_called(name));
    if table.is_some_and(|table| logins(table).is_empty()) {
        return format!(
            "`{name}` has no column that sounds like a login, such as `email`, `username` or `login`: write \
             [legacy.users] by hand"
        );
    }
    format!(
        "neither `{name}` nor a table that refers to it has a column with hashes of passwords: write [legacy.users] by \
         hand"
    )
}

/// Those of which the name says nothing.
fn other_columns<'c>(catalog: &'c Catalog, name: &TableName) -> Vec<(&'c Table, &'c Column)> {
    let table = catalog.tables.iter().find(|table| table.is_called(name));
    let columns = table.into_iter().flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let may_be = |column: &Column| column.is_text() && !names::is_about_a_password(&column.name);
    columns.filter(|(_, column)| may_be(column)).take(MOST_GLANCES).collect()
}

/// The best names first, so that the bound on what is looked at leaves out the worst.
fn password_columns(catalog: &Catalog) -> Vec<(&Table, &Column)> {
    let readable = catalog.tables.iter().filter(|table| table.readable);
    let columns = readable.flat_map(|table| table.columns.iter().map(move |column| (table, column)));
    let mut columns: Vec<_> = columns
        .filter(|(_, column)| column.is_text() && names::password(&column.name) > 0)
        .filter(|(table, _)| !owners(catalog, table).is_empty())
        .collect();
    columns.sort_by_key(|(_, column)| std::cmp::Reverse(names::password(&column.name)));
    columns.truncate(MOST_GLANCES);
    columns
}

/// The tables whose users a password in this one may be of: itself, or one that it refers to.
fn owners<'c>(catalog: &'c Catalog, table: &'c Table) -> Vec<(&'c Table, Option<String>)> {
    let can_be = |users: &&Table| users.readable && users.id().is_some() && !logins(users).is_empty();
    if can_be(&table) {
        return vec![(table, None)];
    }
    let referred = catalog.references.iter().filter(|reference| reference.from == table.oid);
    let referred = referred
        .filter_map(|reference| Some((catalog.by_oid(reference.to)?, Some(reference.column.clone()))));
    let mut owners: Vec<_> = referred.filter(|(users, _)| can_be(users)).collect();
    if owners.is_empty() {
        let keys = table.columns.iter().filter(|column| names::is_key_of_user(&column.name));
        let of_users =
            catalog.tables.iter().filter(can_be).filter(|users| {
                names::is_of_users(&users.name.name) && users.name.schema == table.name.schema
            });
        let of_users: Vec<_> = of_users.collect();
        for key in keys {
            let same_type = |users: &&&Table| users.id().is_some_and(|(id, _)| id.base == key.base);
            owners.extend(of_users.iter().filter(same_type).map(|users| (*users, Some(key.name.clone()))));
        }
    }
    owners
}

/// The columns by which somebody may log in: unique ones first, addresses before names.
pub(super) fn logins(table: &Table) -> Vec<(&Column, Login, bool)> {
    let mut logins: Vec<_> = table
        .columns
        .iter()
        .filter(|column| column.is_text())
        .filter_map(|column| {
            let is_unique = table.is_unique(column) || table.is_unique_in_lower_case(column);
            Some((column, names::login(&column.name)?, is_unique))
        })
        .collect();
    logins.sort_by_key(|(_, login, is_unique)| (!is_unique, *login));
    logins
}

async fn judge(
    explorer: &Explorer<'_>,
    catalog: &Catalog,
    asked: &Asked<'_>,
    users: &Table,
    (table, column, key): (&Table, &Column, Option<String>),
) -> Result<Option<Candidate>, InspectError> {
    let forms = sample::glance(explorer, table, column).await?;
    let sounds = names::password(&column.name);
    let must_be_hashes = sounds == 0 || (forms.filled() > 0 && asked.table.is_none());
    if must_be_hashes && !forms.are_hashes() {
        return Ok(None);
    }
    let mut because: Vec<(u32, String)> = Vec::new();
    if let Some((login, kind, is_unique)) = logins(users).first() {
        let (score, how) = match (kind, is_unique) {
            (Login::Email, true) => (4, "is unique"),
            (Login::Other, true) => (3, "is unique"),
            (Login::Email | Login::Other, false) => (1, "sounds like a login, and is not unique"),
        };
        because.push((score, format!("`{}` {how}", login.name)));
    }
    let password = match key {
        None => column.name.clone(),
        Some(_) => format!("{}.{}", table.name, column.name),
    };
    if sounds > 0 {
        because.push((sounds, format!("`{password}` sounds like a password")));
    }
    if forms.known() > 0 {
        because.push((5, format!("`{password}` holds hashes")));
    } else if forms.bare() + forms.foreign() > 0 {
        because.push((2, format!("`{password}` holds digests")));
    }
    if names::is_of_users(&users.name.name) {
        because.push((2, "its name".to_owned()));
    }
    match catalog.referrers(users.oid) {
        0 => {}
        1 => because.push((1, "another table refers to it".to_owned())),
        count => because.push((2, format!("{count} tables refer to it"))),
    }
    if asked.present.is_some_and(|present| users.is_called(present)) {
        because.push((2, "legacy.toml names it".to_owned()));
    }
    let found = Found { table: users.oid, passwords: table.oid, column: column.name.clone(), key };
    Ok(Some(Candidate {
        table: users.name.to_string(),
        password,
        score: because.iter().map(|(score, _)| score).sum(),
        because: because.into_iter().map(|(_, why)| why).collect(),
        found,
    }))
}

impl Ranking {
    /// The one that convinces, or why none does.
    pub(super) fn chosen(&self) -> Result<&Found, String> {
        if let Some(remark) = &self.remark {
            return Err(remark.clone());
        }
        let Some(best) = self.candidates.first() else {
            return Err(
                "no table has a column to log in with and another that holds hashes of passwords: name \
                        the table with --table, or write [legacy.users] by hand"
                    .to_owned(),
            );
        };
        let second = self.candidates.get(1).filter(|second| best.score - second.score < APART);
        if let Some(second) = second {
            let named = |candidate: &Candidate| format!("`{}` (`{}`)", candidate.table, candidate.password);
            return Err(format!(
                "{} and {} look equally like where users and their passwords are: say which table with --table, or \
                 write [legacy.users] by hand",
                named(best),
                named(second)
            ));
        }
        if best.score < CONVINCING && !self.is_named {
            return Err(format!(
                "`{}` looks most like a table of users, but not enough: name it with --table if it is one",
                best.table
            ));
        }
        Ok(&best.found)
    }
}
