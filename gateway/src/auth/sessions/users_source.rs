//! The legacy's users, as the statements on sessions look at them.

use crate::{
    auth::users::{self, Predicates, quoted},
    contract::profile::{UsersProfile, users::PasswordTable},
};

/// SQL made of the mapping in `legacy.toml`, names quoted; `u` is the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersSource {
    /// `"public"."users"`
    pub table: String,
    /// `u."id"`
    pub id: String,
    /// The type that a user's key is read as to be compared with it: `int`, `bigint`, `uuid` or `text`.
    pub id_type: &'static str,
    /// `u."is_active" = true`; `true` where nobody is ever switched off.
    pub active: String,
    /// `u."hashed_password"`, or a subquery; of type text.
    pub password: Option<String>,
}

impl UsersSource {
    pub fn of(profile: &UsersProfile) -> Self {
        let Predicates { active, present } = Predicates::of(profile);
        let id = format!("u.{}", quoted(&profile.id.column));
        let column = quoted(&profile.password.column);
        let password = match &profile.password.table {
            None => format!("u.{column}::text"),
            Some(PasswordTable { table: other, key }) => {
                let (other, key) = (users::table(other), quoted(key));
                format!("(SELECT p.{column}::text FROM {other} p WHERE p.{key} = {id} LIMIT 1)")
            }
        };
        Self {
            table: users::table(&profile.table),
            id,
            id_type: users::id_type(profile.id.kind),
            active: format!("({active}) AND ({present})"),
            password: Some(password),
        }
    }

    /// The user of the session `s` as `u`, all NULL where there is none.
    pub(super) fn join(&self) -> String {
        let Self { table, id, id_type, .. } = self;
        format!("LEFT JOIN {table} u ON {id} = s.user_key::{id_type}")
    }

    /// Why the session `s` may not go on as far as its user goes, or NULL.
    pub(super) fn trouble(&self) -> String {
        let Self { id, active, .. } = self;
        let gone = format!("WHEN {id} IS NULL OR ({active}) IS NOT TRUE THEN 'user_disabled'");
        let changed = self.fingerprint().map(|fingerprint| {
            // A session that was opened without one is not held to any.
            format!("WHEN s.password_fp <> {fingerprint} THEN 'password_change'")
        });
        format!("CASE {gone} {} END", changed.unwrap_or_default())
    }

    /// As `password_fingerprint` makes it.
    pub(super) fn fingerprint(&self) -> Option<String> {
        let password = self.password.as_ref()?;
        Some(format!("sha256(convert_to(coalesce({password}, ''), 'UTF8'))"))
    }
}
