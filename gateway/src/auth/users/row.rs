//! A user as a login finds them.

use serde_json::{Map, Value};
use tokio_postgres::Row;

use super::{Inner, ShownRow, identity::subject_of, learned::read};
use crate::{
    auth::{
        Subject,
        password::{SideHash, StoredPassword},
    },
    contract::profile::users::RolesRule,
    db::DatabaseFailure,
};

pub struct FoundUser {
    pub subject: Subject,
    pub is_active: bool,
    pub password: StoredPassword,
    pub roles: Vec<String>,
    /// `extra_claims`, in the types of their columns.
    pub claims: Map<String, Value>,
    pub shown: ShownRow,
}

impl FoundUser {
    pub(super) fn of(row: &Row, inner: &Inner) -> Result<Self, DatabaseFailure> {
        let key: String = read(row, "user_key")?;
        let claims: Option<String> = read(row, "claims")?;
        let roles: Option<String> = read(row, "roles")?;
        let claims = claims.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        let roles = inner.profile.roles.as_ref().zip(roles).map(|(rule, json)| roles_of(rule, &json));
        let (side_phc, side_fp) = (read(row, "side_phc")?, read(row, "side_legacy_fp")?);
        let (side_phc, side_fp): (Option<String>, Option<Vec<u8>>) = (side_phc, side_fp);
        Ok(Self {
            subject: subject_of(inner.profile.id.kind, &key).ok_or(DatabaseFailure::NoRow)?,
            is_active: read(row, "is_active")?,
            password: StoredPassword {
                hash: read(row, "password")?,
                companion: read(row, "companion")?,
                side: side_phc.zip(side_fp).map(|(phc, legacy_fp)| SideHash { phc, legacy_fp }),
            },
            roles: roles.unwrap_or_default(),
            claims,
            shown: ShownRow::of(row, &inner.shown)?,
        })
    }
}

/// Of one value, or of each of a list.
fn roles_of(rule: &RolesRule, json: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    let items = match value {
        Value::Array(items) => items,
        one => vec![one],
    };
    let texts = items.into_iter().filter_map(|item| match item {
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(item.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    if rule.map.is_empty() {
        return texts.collect();
    }
    let mut roles: Vec<String> = Vec::new();
    for text in texts {
        for role in rule.map.iter().filter(|(key, _)| *key == text).flat_map(|(_, roles)| roles) {
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(map: &[(&str, &[&str])], json: &str, expected: &[&str]) {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let map = map.iter().map(|(key, roles)| ((*key).to_owned(), texts(roles))).collect();
        let rule = RolesRule { column: "role".to_owned(), map };
        assert_eq!(roles_of(&rule, json), texts(expected), "{json}");
    }

    #[test]
    fn roles_are_what_the_column_says_or_what_that_stands_for() {
        check(&[("true", &["admin", "staff"])], "true", &["admin", "staff"]);
        check(&[("true", &["admin"])], "false", &[]);
        check(&[("true", &["admin"])], "null", &[]);
        check(&[("2", &["editor"]), ("3", &["admin", "editor"])], "[2,3,2]", &["editor", "admin"]);
        check(&[], "\"owner\"", &["owner"]);
        check(&[], "[\"a\",\"b\"]", &["a", "b"]);
    }
}
