//! Whether every column that the mapping names is there, of a type that can be what it is for.

use uuid::Uuid;

use super::Misfit;
use crate::{
    auth::users::{
        Inner,
        learned::{Column, Found},
    },
    config::document::scalar::Scalar,
    contract::profile::users::{Filling, IdKind, UsersProfile},
};

pub(super) fn judge(inner: &Inner, found: &Found) -> Vec<Misfit> {
    let mut misfits = missing(inner, found);
    misfits.extend(id(&inner.profile, &found.columns));
    misfits.extend(password(inner, found));
    misfits.extend(constants(inner, &found.columns));
    if !inner.written.is_empty() {
        misfits.extend(unfilled(inner, found));
    }
    misfits
}

/// Each once, with all that names it.
fn missing(inner: &Inner, found: &Found) -> Vec<Misfit> {
    let profile = &inner.profile;
    let table = profile.table.to_string();
    let mut named: Vec<(&str, &str)> = vec![(&profile.id.column, "id")];
    named.extend(profile.login.iter().map(|column| (column.as_str(), "login")));
    named.extend(profile.active.iter().map(|rule| (rule.column.as_str(), "active")));
    named.extend(profile.deleted.iter().map(|rule| (rule.column.as_str(), "deleted")));
    named.extend(profile.roles.iter().map(|rule| (rule.column.as_str(), "roles")));
    named.extend(profile.insert.iter().map(|(column, _)| (column.as_str(), "insert")));
    named.extend(inner.claims.iter().map(|(_, column)| (column.as_str(), "extra_claims")));
    named.extend(inner.shown.iter().map(|column| (column.as_str(), "answer")));
    named.extend(inner.written.iter().map(|column| (column.as_str(), "fields")));
    let password = &profile.password;
    let of_password = [Some(password.column.as_str()), password.companion()];
    let of_password = of_password.into_iter().flatten().map(|column| (column, "password"));
    let mut misfits = Vec::new();
    match (&password.table, &found.passwords) {
        (Some(other), Some(beside)) if beside.columns.is_empty() => {
            misfits.push(Misfit::new(
                format!("there is no table `{}`", other.table),
                "correct `table` of `password` in [legacy.users]",
            ));
        }
        (Some(other), Some(beside)) => {
            let named: Vec<_> = of_password.chain([(other.key.as_str(), "key")]).collect();
            misfits.extend(absent(&named, &beside.columns, &other.table.to_string()));
        }
        (None, _) | (Some(_), None) => named.extend(of_password),
    }
    misfits.extend(absent(&named, &found.columns, &table));
    misfits
}

fn absent(named: &[(&str, &str)], columns: &[Column], table: &str) -> Vec<Misfit> {
    let mut absent: Vec<(&str, Vec<&str>)> = Vec::new();
    for (column, key) in named {
        if columns.iter().any(|known| known.name == *column) {
            continue;
        }
        match absent.iter_mut().find(|(known, _)| known == column) {
            Some((_, keys)) if keys.contains(key) => {}
            Some((_, keys)) => keys.push(key),
            None => absent.push((column, vec![key])),
        }
    }
    let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let known = known.join("`, `");
    let misfit = |(column, keys): (&str, Vec<&str>)| {
        let what =
            format!("the table `{table}` has no column `{column}`, which `{}` names", keys.join("` and `"));
        Misfit::new(what, format!("its columns are `{known}`"))
    };
    absent.into_iter().map(misfit).collect()
}

fn id(profile: &UsersProfile, columns: &[Column]) -> Option<Misfit> {
    let column = columns.iter().find(|column| column.name == profile.id.column)?;
    let kind = match column.base.as_str() {
        "int2" | "int4" => IdKind::Int,
        "int8" => IdKind::BigInt,
        "uuid" => IdKind::Uuid,
        "text" | "varchar" => IdKind::Text,
        _ => {
            let what = format!("the id `{}` is of type `{}`", column.name, column.kind);
            return Some(Misfit::new(what, "ids are int, bigint, uuid or text"));
        }
    };
    (kind != profile.id.kind).then(|| {
        let what = format!(
            "the id `{}` is of type `{}`, and the mapping says `{}`",
            column.name, column.kind, profile.id.kind
        );
        Misfit::new(what, format!("write `type = \"{kind}\"` in `id` of [legacy.users]"))
    })
}

/// Values that no column of that type can have: with one of them a statement would be refused each time it is asked.
fn constants(inner: &Inner, columns: &[Column]) -> Vec<Misfit> {
    let profile = &inner.profile;
    let active = profile.active.iter().map(|rule| ("active", &rule.column, &rule.equals));
    // Nothing is inserted where nobody registers.
    let fillings = profile.insert.iter().filter(|_| !inner.written.is_empty());
    let inserted = fillings.filter_map(|(column, filling)| match filling {
        Filling::Constant(constant) => Some(("insert", column, constant)),
        Filling::Now | Filling::NewUuid => None,
    });
    let misfit = |(key, name, constant): (&str, &String, &Scalar)| {
        let column = columns.iter().find(|column| column.name == *name && !may_be(column, constant))?;
        let what = format!(
            "the column `{name}`, which `{key}` names, is of type `{}`, and `{constant}` is no value of it",
            column.kind
        );
        Some(Misfit::new(what, format!("correct `{key}` in [legacy.users]")))
    };
    active.chain(inserted).filter_map(misfit).collect()
}

/// Of other types the database knows more.
fn may_be(column: &Column, constant: &Scalar) -> bool {
    let text = constant.to_string();
    match column.base.as_str() {
        "bool" => matches!(constant, Scalar::Bool(_)) || BOOLEANS.contains(&text.to_lowercase().as_str()),
        "int2" | "int4" | "int8" => text.parse::<i64>().is_ok(),
        "uuid" => text.parse::<Uuid>().is_ok(),
        "timestamp" | "timestamptz" | "date" | "time" | "timetz" => matches!(constant, Scalar::Text(_)),
        _ => true,
    }
}

/// As PostgreSQL reads them.
const BOOLEANS: [&str; 12] = ["true", "false", "t", "f", "yes", "no", "y", "n", "on", "off", "1", "0"];

/// Room for what is written there.
fn password(inner: &Inner, found: &Found) -> Option<Misfit> {
    let password = &inner.profile.password;
    let columns = found.passwords.as_ref().map_or(&found.columns, |beside| &beside.columns);
    let column = columns.iter().find(|column| column.name == password.column)?;
    if !column.is_text() {
        let what = format!("the password `{}` is of type `{}`", column.name, column.kind);
        return Some(Misfit::new(what, "name a column of texts in `password` of [legacy.users]"));
    }
    let needed = password.new_length();
    let longest = column.longest.filter(|longest| *longest < needed)?;
    let what = format!(
        "the password `{}` has room for {longest} characters, and a new hash has up to {needed}",
        column.name
    );
    Some(Misfit::new(what, "make the column wider in a migration, or write another `new` in `password`"))
}

/// What a new row must have, and nothing would fill.
fn unfilled(inner: &Inner, found: &Found) -> Vec<Misfit> {
    let (profile, password) = (&inner.profile, &inner.profile.password);
    let of_password = [Some(password.column.as_str()), password.companion()];
    let is_filled = |column: &Column| {
        inner.written.contains(&column.name)
            || profile.insert.iter().any(|(name, _)| *name == column.name)
            || (password.table.is_none() && of_password.contains(&Some(&column.name)))
    };
    let unfilled =
        found.columns.iter().filter(|column| !column.nullable && !column.has_default && !is_filled(column));
    let misfit = |column: &Column| {
        Misfit::new(
            format!("a new user would have nothing in the column `{}`, which must not be null", column.name),
            "give it a value in `insert` of [legacy.users], or name it as the `column` of a field of [[auth.register]]",
        )
    };
    unfilled.map(misfit).collect()
}
