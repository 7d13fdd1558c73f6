//! `password = { ... }` of `[legacy.users]`: where a user's hash is, how it was made, and how new ones are.

use std::{fmt, str::FromStr};

use super::{TableName, name, written};
use crate::config::document::section::Section;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordColumn {
    pub column: String,
    /// Absent: it is a column of the users' own table.
    pub table: Option<PasswordTable>,
    /// The column of a salt that is kept beside the hash.
    pub salt: Option<String>,
    pub transform: Transform,
    /// How a hash that does not say so itself was made.
    pub template: Option<String>,
    pub new: NewHash,
    pub long: Longer,
}

/// A table of passwords beside the users' own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordTable {
    pub table: TableName,
    /// Its column that holds the user's id.
    pub key: String,
}

/// What the legacy does with a password before it hashes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transform {
    None,
    /// The text of this column comes before it.
    Prefix(String),
    /// The text of this column comes after it.
    Suffix(String),
    Sha256Hex,
}

/// How the hash of a new password is made: as the legacy can read it, as long as logins may go back there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewHash {
    Argon2id,
    Bcrypt { rounds: u32 },
    Pbkdf2Sha256 { rounds: u32 },
}

/// What the legacy's library does with a password of more than 72 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Longer {
    /// It is nobody's password.
    Refuse,
    /// The rest does not count.
    Truncate,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not something that is done with a password")]
pub struct BadTransform(String);

#[derive(Debug, thiserror::Error)]
pub enum BadNewHash {
    #[error("`{0}` is not a way to hash new passwords")]
    Unknown(String),
    #[error("`{0}` is out of range for the rounds of `{1}`")]
    Rounds(String, &'static str),
}

const PASSWORD_TABLE: &str = "table = \"passwords\"";

impl PasswordColumn {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let column = section.required("column", "column = \"hashed_password\"").and_then(|item| name(&item));
        let table = section.optional("table").map(|item| TableName::read(&item));
        let key = match table {
            Some(_) => section.required("key", "key = \"user_id\"").map(|item| name(&item)),
            None => section.optional("key").map(|item| {
                item.reject(
                    "there is no other table whose `key` it could be",
                    format!("add `{PASSWORD_TABLE}`"),
                );
                None
            }),
        };
        let salt = section.optional("salt").map(|item| name(&item));
        let transform = section.optional("transform").map_or(Some(Transform::None), |item| {
            item.parsed(|_: &BadTransform| {
                "write `\"none\"`, `\"prefix:COLUMN\"`, `\"suffix:COLUMN\"` or `\"sha256_hex\"`".to_owned()
            })
        });
        let template = section.optional("template").map(|item| item.text().map(str::to_owned));
        let new = section
            .optional("new")
            .map_or(Some(NewHash::Bcrypt { rounds: 12 }), |item| item.parsed(BadNewHash::remedy));
        let long = section.optional("long").map_or(Some(Longer::Refuse), |item| {
            item.choice("a rule for long passwords", &[Longer::Refuse, Longer::Truncate])
        });
        section.close();
        let table = match (written(table)?, written(key)?) {
            (Some(table), Some(key)) => Some(PasswordTable { table, key }),
            (Some(_), None) => return None,
            (None, _) => None,
        };
        Some(Self {
            column: column?,
            table,
            salt: written(salt)?,
            transform: transform?,
            template: written(template)?,
            new: new?,
            long: long?,
        })
    }
}

impl PasswordColumn {
    /// The column that has to be read with the hash.
    pub fn companion(&self) -> Option<&str> {
        match &self.transform {
            Transform::Prefix(column) | Transform::Suffix(column) => Some(column),
            Transform::None | Transform::Sha256Hex => self.salt.as_deref(),
        }
    }

    /// Whether that column is there for the password alone, so that a new one brings a new value for it.
    pub fn has_own_companion(&self) -> bool {
        self.companion().is_some()
    }

    /// How many characters a new hash has at most.
    pub fn new_length(&self) -> i32 {
        match self.new {
            NewHash::Argon2id => 97,
            NewHash::Bcrypt { .. } => 60,
            NewHash::Pbkdf2Sha256 { .. } => 90,
        }
    }
}

impl FromStr for Transform {
    type Err = BadTransform;

    fn from_str(text: &str) -> Result<Self, BadTransform> {
        match text.split_once(':') {
            Some(("prefix", column)) if !column.is_empty() => Ok(Self::Prefix(column.to_owned())),
            Some(("suffix", column)) if !column.is_empty() => Ok(Self::Suffix(column.to_owned())),
            None if text == "none" => Ok(Self::None),
            None if text == "sha256_hex" => Ok(Self::Sha256Hex),
            _ => Err(BadTransform(text.to_owned())),
        }
    }
}

impl FromStr for NewHash {
    type Err = BadNewHash;

    fn from_str(text: &str) -> Result<Self, BadNewHash> {
        let (scheme, rounds) =
            text.split_once(':').map_or((text, None), |(scheme, rounds)| (scheme, Some(rounds)));
        let number = |usual: u32, least: u32, most: u32, name: &'static str| match rounds {
            None => Ok(usual),
            Some(rounds) => rounds
                .parse()
                .ok()
                .filter(|rounds| (least..=most).contains(rounds))
                .ok_or_else(|| BadNewHash::Rounds(rounds.to_owned(), name)),
        };
        match scheme {
            "argon2id" if rounds.is_none() => Ok(Self::Argon2id),
            "bcrypt" => Ok(Self::Bcrypt { rounds: number(12, 4, 15, "bcrypt")? }),
            "pbkdf2-sha256" => {
                Ok(Self::Pbkdf2Sha256 { rounds: number(29_000, 1_000, 2_000_000, "pbkdf2-sha256")? })
            }
            _ => Err(BadNewHash::Unknown(text.to_owned())),
        }
    }
}

impl BadNewHash {
    fn remedy(&self) -> String {
        match self {
            Self::Unknown(_) => {
                "write what the legacy can read, as in `\"bcrypt:12\"` or `\"pbkdf2-sha256:29000\"`; or `\"argon2id\"`"
                    .to_owned()
            }
            Self::Rounds(_, "bcrypt") => "write 4 to 15, as in `\"bcrypt:12\"`".to_owned(),
            Self::Rounds(..) => "write 1000 to 2000000, as in `\"pbkdf2-sha256:29000\"`".to_owned(),
        }
    }
}

impl fmt::Display for Longer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Refuse => "refuse",
            Self::Truncate => "truncate",
        })
    }
}
