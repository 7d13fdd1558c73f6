//! Whether the keys by which a user and their password are found are those of one row each.
//!
//! Where several rows have one key, a login and what opens its session could look at two of them.

use tokio::time::Instant;

use super::{Misfit, shared};
use crate::{
    auth::users::{
        Inner,
        learned::{Column, Found},
        source::table,
    },
    contract::profile::users::TableName,
    db::{DatabaseFailure, Statements},
};

/// A column that is to say which row it is.
struct Key<'a> {
    table: &'a TableName,
    column: &'a Column,
    /// As a sentence names it.
    name: String,
}

pub(super) async fn judge(
    inner: &Inner,
    found: &Found,
    statements: &Statements,
    until: Instant,
) -> Result<Vec<Misfit>, DatabaseFailure> {
    let mut misfits = Vec::new();
    for key in unheld(inner, found) {
        let shared = shared((key.table, key.column, &key.column.quoted()), statements, until).await?;
        misfits.push(key.misfit(shared));
    }
    Ok(misfits)
}

/// The keys that no unique index holds to one row; one that is not there is told as such.
fn unheld<'a>(inner: &'a Inner, found: &'a Found) -> Vec<Key<'a>> {
    let profile = &inner.profile;
    let unheld = |table: &'a TableName, found: &'a Found, named: &str, name: String| {
        let column = found.columns.iter().find(|column| column.name == named)?;
        (!is_unique(column, &found.unique)).then_some(Key { table, column, name })
    };
    let id = &profile.id.column;
    let of_users = unheld(&profile.table, found, id, format!("the id `{id}`"));
    let beside = profile.password.table.as_ref().zip(found.passwords.as_deref());
    let of_passwords = beside.and_then(|(other, found)| {
        let name = format!("`{}`, the `key` of the passwords in `{}`,", other.key, other.table);
        unheld(&other.table, found, &other.key, name)
    });
    of_users.into_iter().chain(of_passwords).collect()
}

fn is_unique(column: &Column, unique: &[Vec<String>]) -> bool {
    unique.iter().any(|expressions| matches!(expressions.as_slice(), [one] if column.is_called(one)))
}

impl Key<'_> {
    /// `shared` values are those of several rows.
    fn misfit(&self, shared: i64) -> Misfit {
        let Self { name, column, .. } = self;
        let (table, column) = (table(self.table), column.quoted());
        let index = format!("`CREATE UNIQUE INDEX CONCURRENTLY ON {table} ({column})`");
        if shared == 0 {
            return Misfit::new(
                format!("no unique index holds {name} to one row"),
                format!("make one: {index}"),
            );
        }
        let values = if shared == 1 { "1 value is" } else { &format!("{shared} values are") };
        Misfit::new(
            format!("no unique index holds {name} to one row, and {values} in several"),
            format!(
                "find them with `SELECT {column} FROM {table} GROUP BY 1 HAVING count(*) > 1`, leave one row of each, \
                 then {index}"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_index_of_the_column_alone_holds_it_to_one_row() {
        let column = |name: &str| Column {
            name: name.to_owned(),
            kind: "integer".to_owned(),
            base: "int4".to_owned(),
            longest: None,
            nullable: false,
            has_default: false,
        };
        for (name, expressions, expected) in [
            ("owner", &["owner"][..], true),
            ("Owner", &["\"Owner\""], true),
            ("owner", &["tenant", "owner"], false),
            ("owner", &["owner", "kind"], false),
            ("owner", &["abs(owner)"], false),
        ] {
            let unique = [expressions.iter().map(|text| (*text).to_owned()).collect()];
            assert_eq!(is_unique(&column(name), &unique), expected, "{name} {expressions:?}");
        }
        assert!(!is_unique(&column("owner"), &[]));
    }
}
