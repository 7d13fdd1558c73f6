//! `password = { ... }` of `[legacy.users]`: where a user's hash is, how it was made, and how new ones are.

use super::{TableName, name, written};
use crate::{
    auth::password::{BadNewScheme, BadTemplate, BadTransform, Long, NewScheme, PasswordRules, Transform},
    config::document::section::Section,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordColumn {
    pub column: String,
    /// Absent: it is a column of the users' own table.
    pub table: Option<PasswordTable>,
    pub rules: PasswordRules,
}

/// A table of passwords beside the users' own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordTable {
    pub table: TableName,
    /// Its column that holds the user's id.
    pub key: String,
}

const TABLE: &str = "table = \"passwords\"";
const TRANSFORM: &str = "write `\"none\"`, `\"prefix:COLUMN\"`, `\"suffix:COLUMN\"` or `\"sha256_hex\"`";
const TEMPLATE: &str = "write it as in `template = \"sha256(salt+password)\"`";
const SALT: &str = "write `\"column:COLUMN\"`, or `\"before:$\"` where it stands in the column of the hash";
const NEW: &str =
    "write what the legacy can read, as in `\"bcrypt:12\"` or `\"pbkdf2-sha256:29000\"`; or `\"argon2id\"`";

impl PasswordColumn {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let item = section.required("column", "column = \"hashed_password\"");
        let column = item.as_ref().and_then(name);
        let table = written(section.optional("table").map(|item| TableName::read(&item)));
        let key = match &table {
            Some(None) => {
                if let Some(item) = section.optional("key") {
                    item.reject("there is no other table whose `key` it could be", format!("add `{TABLE}`"));
                }
                Some(None)
            }
            _ => section.required("key", "key = \"user_id\"").and_then(|item| name(&item)).map(Some),
        };
        let rules = rules(&mut section);
        section.close();
        let table = match (table?, key?) {
            (Some(table), Some(key)) => Some(PasswordTable { table, key }),
            _ => None,
        };
        let (item, rules) = (item?, rules?);
        let contradictions = rules.contradictions();
        for told in &contradictions {
            item.reject(told, "read in docs/authentication.md what they mean, and correct `password`");
        }
        Some(Self { column: column?, table, rules }).filter(|_| contradictions.is_empty())
    }

    /// The column that has to be read with the hash; a new hash brings a new value for it.
    pub fn companion(&self) -> Option<&str> {
        self.rules.companion()
    }

    /// How many characters a new hash has at most.
    pub fn new_length(&self) -> i32 {
        match self.rules.new {
            NewScheme::Bcrypt(_) => 60,
            NewScheme::BcryptSha256(_) => 75,
            NewScheme::Argon2id(_) => 97,
            NewScheme::Pbkdf2(..) | NewScheme::Scrypt(_) | NewScheme::ShaCrypt(..) => 130,
            // Of what is written there today nobody knows more than that it fits.
            NewScheme::Template => 0,
        }
    }
}

fn rules(section: &mut Section<'_>) -> Option<PasswordRules> {
    let transform = section
        .optional("transform")
        .map_or(Some(Transform::None), |item| item.parsed(|_: &BadTransform| TRANSFORM.to_owned()));
    let template =
        section.optional("template").map(|item| item.parsed(|_: &BadTemplate| TEMPLATE.to_owned()));
    let salt = section.optional("salt").map(|item| item.parsed(|_: &BadTemplate| SALT.to_owned()));
    let long = section.optional("long").map_or(Some(Long::default()), |item| {
        item.choice("a rule for long passwords", &[Long::Refuse, Long::Truncate])
    });
    let new = section
        .optional("new")
        .map_or(Some(NewScheme::default()), |item| item.parsed(|_: &BadNewScheme| NEW.to_owned()));
    Some(PasswordRules {
        transform: transform?,
        template: written(template)?,
        salt: written(salt)?,
        long: long?,
        new: new?,
    })
}
