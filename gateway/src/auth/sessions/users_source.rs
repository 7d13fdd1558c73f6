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
    /// Whether somebody else holds the row, so that nothing can be said yet; nothing where no row is held.
    pub(super) taken: Option<String>,
}

/// Whether a row is read as it was when the statement began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    AsItWas,
    /// Whoever will change it waits. Where somebody is changing it, it is left out: waiting for them would hold a
    /// connection for as long as they like. It takes the right to change it.
    AsItBecomes,
}

impl Reading {
    fn clause(self) -> &'static str {
        match self {
            Self::AsItWas => "",
            Self::AsItBecomes => " FOR SHARE SKIP LOCKED",
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
        let (user, text) = (format!("LEFT JOIN {table} u ON {is_theirs}"), format!("{column}::text"));
        let clause = reading.clause();
        let (join, password, taken) = match (reading, beside) {
            (Reading::AsItWas, None) => (user, format!("u.{text}"), None),
            (Reading::AsItWas, Some(row)) => (user, format!("(SELECT p.{text} FROM ({row}) p)"), None),
            (Reading::AsItBecomes, None) => {
                let held = format!("SELECT u.* FROM {table} u WHERE {is_theirs}{clause}");
                let seen = format!("SELECT FROM {table} u WHERE {is_theirs}");
                let taken = format!("({id} IS NULL AND EXISTS ({seen}))");
                (format!("LEFT JOIN LATERAL ({held}) u ON true"), format!("u.{text}"), Some(taken))
            }
            (Reading::AsItBecomes, Some(row)) => {
                // Where a user has several, another one may have been held in its place.
                let taken = format!("p.{text} IS DISTINCT FROM (SELECT p.{text} FROM ({row}) p)");
                let join = format!("{user} LEFT JOIN LATERAL ({row}{clause}) p ON true");
                (join, format!("p.{text}"), Some(format!("({taken})")))
            }
        };
        let active = format!("({active}) AND ({present})");
        Some(Self { join, id, active, password: Some(password), taken })
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
        let row = "SELECT u.* FROM \"users\" u WHERE u.\"id\" = s.user_key::uuid FOR SHARE SKIP LOCKED";
        let taken =
            "(u.\"id\" IS NULL AND EXISTS (SELECT FROM \"users\" u WHERE u.\"id\" = s.user_key::uuid))";
        let (join, taken) = (format!("LEFT JOIN LATERAL ({row}) u ON true"), Some(taken.to_owned()));
        assert_eq!(held, UsersSource { join, taken, ..plain });

        let beside = "{ column = \"hash\", table = \"secrets\", key = \"owner\" }";
        let held = UsersSource::held(&profile(beside, CHANGE)).expect("users");
        let row = "SELECT p.* FROM \"secrets\" p WHERE p.\"owner\" = u.\"id\" \
                   ORDER BY p.\"hash\"::text COLLATE \"C\" LIMIT 1";
        assert_eq!(held.join, format!("{JOIN} LEFT JOIN LATERAL ({row} FOR SHARE SKIP LOCKED) p ON true"));
        let taken = format!("(p.\"hash\"::text IS DISTINCT FROM (SELECT p.\"hash\"::text FROM ({row}) p))");
        assert_eq!((held.password.as_deref(), held.taken), (Some("p.\"hash\"::text"), Some(taken)));
    }
}
