//! The mapping as pieces of SQL: names in quotes, constants as literals.

use crate::contract::profile::{
    UsersProfile,
    users::{IdKind, LoginCase, TableName},
};

/// What says of a row `u` whether its user is there, and may come in.
pub struct Predicates {
    pub active: String,
    pub present: String,
}

impl Predicates {
    pub fn of(profile: &UsersProfile) -> Self {
        // A literal has the type of the column that it is compared with.
        let active = profile.active.as_ref().map_or_else(
            || "true".to_owned(),
            |rule| format!("(u.{} = {}) IS TRUE", quoted(&rule.column), literal(&rule.equals.to_string())),
        );
        let present = profile.deleted.as_ref().map_or_else(
            || "true".to_owned(),
            |rule| format!("u.{} IS {}NULL", quoted(&rule.column), if rule.is_null { "" } else { "NOT " }),
        );
        Self { active, present }
    }
}

pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(in crate::auth) fn table(name: &TableName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&name.name)),
        None => quoted(&name.name),
    }
}

/// Whatever the server makes of a backslash.
pub(super) fn literal(text: &str) -> String {
    let text = text.replace('\'', "''");
    if text.contains('\\') { format!("E'{}'", text.replace('\\', "\\\\")) } else { format!("'{text}'") }
}

/// The type by which an id is compared with its column, so that its index is used.
pub(in crate::auth) fn id_type(kind: IdKind) -> &'static str {
    // They are PostgreSQL's words.
    kind.name()
}

/// Whoever is called `$1`, of type text.
pub(super) struct Called {
    /// `$1` as it is compared: one text for all spellings of one name.
    pub(super) name: &'static str,
    /// Whether a row `u` is theirs.
    pub(super) any: String,
    /// By which of the columns of `login`. Of two users, one found by an earlier column than the other, the first counts.
    pub(super) column: String,
}

impl Called {
    pub(super) fn of(profile: &UsersProfile) -> Self {
        let any: Vec<String> =
            profile.login.iter().map(|column| is_login(profile.login_case, column)).collect();
        let columns = any.iter().enumerate().map(|(at, is)| format!("WHEN ({is}) IS TRUE THEN {at} "));
        let name = match profile.login_case {
            LoginCase::Exact => "$1",
            // `citext` compares what this makes of both sides, whatever the column's collation.
            LoginCase::Lower | LoginCase::Citext => "lower($1)",
        };
        Self { name, column: format!("CASE {}END", columns.collect::<String>()), any: any.join(" OR ") }
    }
}

/// The row that holds the password of the user `u`, where that stands in another table: every statement reads the same
/// one, also where nothing holds it to one.
pub(in crate::auth) fn password_row(profile: &UsersProfile) -> Option<String> {
    let (id, password) = (quoted(&profile.id.column), &profile.password);
    let other = password.table.as_ref()?;
    let columns = [Some(password.column.as_str()), password.companion()];
    let order =
        columns.into_iter().flatten().map(|column| format!("p.{}::text COLLATE \"C\"", quoted(column)));
    Some(format!(
        "SELECT p.* FROM {} p WHERE p.{} = u.{id} ORDER BY {} LIMIT 1",
        table(&other.table),
        quoted(&other.key),
        order.collect::<Vec<_>>().join(", "),
    ))
}

/// What a login is compared with: `$1`, of type text.
pub(super) fn is_login(case: LoginCase, column: &str) -> String {
    let column = quoted(column);
    match case {
        LoginCase::Exact => format!("u.{column} = $1"),
        LoginCase::Lower => format!("lower(u.{column}) = lower($1)"),
        LoginCase::Citext => format!("u.{column} = $1::citext"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::profile::Profile;

    #[test]
    fn of_several_rows_with_a_password_the_first_by_what_they_hold_is_read() {
        let profile = |password: &str| {
            let text = format!(
                "schema = 1\n[[legacy.tokens]]\nname = \"a\"\nalgorithm = \"HS256\"\nsubject = \"sub:int\"\n\
                 require = [\"exp\"]\n[legacy.users]\ntable = \"users\"\nid = {{ column = \"id\", type = \"int\" }}\n\
                 login = [\"email\"]\npassword = {password}\n[errors]\nshape = \"detail\"\n\
                 bad_token = {{ status = 401, body = '{{}}' }}\n"
            );
            Profile::parse("legacy.toml".as_ref(), &text).expect("a profile").users.expect("users")
        };
        assert_eq!(password_row(&profile("{ column = \"hash\" }")), None);
        let apart =
            "{ column = \"hash\", table = \"auth.secrets\", key = \"owner\", transform = \"prefix:salt\" }";
        let row = "SELECT p.* FROM \"auth\".\"secrets\" p WHERE p.\"owner\" = u.\"id\" \
                   ORDER BY p.\"hash\"::text COLLATE \"C\", p.\"salt\"::text COLLATE \"C\" LIMIT 1";
        assert_eq!(password_row(&profile(apart)).as_deref(), Some(row));
    }

    #[test]
    fn no_name_and_no_value_ends_what_it_stands_in() {
        assert_eq!(quoted("a\"; DROP"), "\"a\"\"; DROP\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\'"), "E'a\\\\'''");
        let name = "public.users".parse().expect("a table");
        assert_eq!(table(&name), "\"public\".\"users\"");
    }
}
