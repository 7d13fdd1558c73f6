//! The legacy's users, as the statements on sessions look at them.

use crate::{
    auth::users::{self, Predicates, password_row, quoted},
    contract::profile::Profile,
};

/// SQL made of the mapping in `legacy.toml`, names quoted; `u` is the row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UsersSource {
    /// The user of the session `s` as `u`, all NULL where there is none.
    pub(super) join: String,
    /// `u."id"`
    pub(super) id: String,
    /// `u."is_active" = true`; `true` where nobody is ever switched off.
    pub(super) active: String,
    /// `u."hashed_password"`, or a subquery; of type text.
    pub(super) password: Option<String>,
}

/// Whether a row is read as it was when the statement began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    AsItWas,
    /// Whoever is changing it is waited for, and whoever will waits. It takes the right to change it.
    AsItBecomes,
}

impl Reading {
    fn clause(self) -> &'static str {
        match self {
            Self::AsItWas => "",
            Self::AsItBecomes => " FOR SHARE",
        }
    }
}

impl UsersSource {
    pub(super) fn of(profile: &Profile) -> Option<Self> {
        Self::read(profile, Reading::AsItWas)
    }

    /// Where the gateway changes passwords itself, none changes unseen between what is read and what is stored by it.
    pub(super) fn held(profile: &Profile) -> Option<Self> {
        let is_changed_here = !profile.auth.password_changes.is_empty();
        Self::read(profile, if is_changed_here { Reading::AsItBecomes } else { Reading::AsItWas })
    }

    fn read(profile: &Profile, reading: Reading) -> Option<Self> {
        let users = profile.users.as_ref()?;
        let Predicates { active, present } = Predicates::of(users);
        let (table, id) = (users::table(&users.table), format!("u.{}", quoted(&users.id.column)));
        let is_theirs = format!("{id} = s.user_key::{}", users::id_type(users.id.kind));
        let (column, beside) = (quoted(&users.password.column), password_row(users));
        let join = match (reading, &beside) {
            (Reading::AsItBecomes, None) => {
                let rows = format!("SELECT u.* FROM {table} u WHERE {is_theirs}{}", reading.clause());
                format!("LEFT JOIN LATERAL ({rows}) u ON true")
            }
            (Reading::AsItBecomes, Some(_)) | (Reading::AsItWas, _) => {
                format!("LEFT JOIN {table} u ON {is_theirs}")
            }
        };
        let password = match beside {
            None => format!("u.{column}::text"),
            Some(row) => format!("(SELECT p.{column}::text FROM ({row}{}) p)", reading.clause()),
        };
        Some(Self { join, id, active: format!("({active}) AND ({present})"), password: Some(password) })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(password: &str, more: &str) -> Profile {
        let text = format!(
            "schema = 1\n[[legacy.tokens]]\nname = \"a\"\nalgorithm = \"HS256\"\nsubject = \"sub:uuid\"\n\
             require = [\"exp\"]\n[legacy.users]\ntable = \"users\"\nid = {{ column = \"id\", type = \"uuid\" }}\n\
             login = [\"email\"]\npassword = {password}\n{more}[errors]\nshape = \"detail\"\n\
             bad_token = {{ status = 401, body = '{{}}' }}\n"
        );
        Profile::parse("legacy.toml".as_ref(), &text).expect("a profile")
    }

    const CHANGE: &str = "[[auth.password]]\nroute = \"POST /password\"\nbody = \"json\"\n\
        wrong = { status = 400, body = '{}' }\n\
        fields = { old = { is = \"password\" }, new = { is = \"new_password\" } }\n";
    const JOIN: &str = "LEFT JOIN \"users\" u ON u.\"id\" = s.user_key::uuid";

    #[test]
    fn only_what_opens_a_session_holds_the_row_with_the_password_and_only_where_it_is_changed_here() {
        let own = "{ column = \"hash\" }";
        let plain = UsersSource::of(&profile(own, CHANGE)).expect("users");
        assert_eq!((plain.join.as_str(), plain.password.as_deref()), (JOIN, Some("u.\"hash\"::text")));
        assert_eq!(UsersSource::held(&profile(own, "")), Some(plain.clone()));
        let held = UsersSource::held(&profile(own, CHANGE)).expect("users");
        let row = "SELECT u.* FROM \"users\" u WHERE u.\"id\" = s.user_key::uuid FOR SHARE";
        assert_eq!(held, UsersSource { join: format!("LEFT JOIN LATERAL ({row}) u ON true"), ..plain });

        let beside = "{ column = \"hash\", table = \"secrets\", key = \"owner\" }";
        let held = UsersSource::held(&profile(beside, CHANGE)).expect("users");
        let row = "SELECT p.* FROM \"secrets\" p WHERE p.\"owner\" = u.\"id\" \
                   ORDER BY p.\"hash\"::text COLLATE \"C\" LIMIT 1 FOR SHARE";
        assert_eq!(held.join, JOIN);
        assert_eq!(held.password, Some(format!("(SELECT p.\"hash\"::text FROM ({row}) p)")));
    }
}
