//! `claim:kind`: which claim of a token names the user, and how to read it.

use std::{fmt, str::FromStr};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectRule {
    pub claim: String,
    pub kind: SubjectKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    Int,
    Uuid,
    Text,
    /// No id, but something that a column of the users' table has: a name that its owner may change.
    Lookup(LookupRule),
}

/// Names of PostgreSQL's, as they are: quoted wherever they are used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LookupRule {
    pub schema: Option<String>,
    pub table: String,
    pub column: String,
}

#[derive(Debug, thiserror::Error)]
pub enum BadSubjectRule {
    #[error("`{0}` does not say which claim names the user, and of which kind it is")]
    Shape(String),
    #[error("`{0}` is not a kind of subject")]
    Kind(String),
    #[error("`{0}` does not name a table and its column")]
    Lookup(String),
}

pub(super) const REMEDY: &str = "write `claim:kind`, where kind is `int`, `uuid`, `text` or \
                                 `lookup(table.column)`, as in `\"sub:int\"`";

impl SubjectKind {
    /// Whether some value could be read as either, and would then be one user or another.
    pub(super) fn may_be_mistaken_for(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int, Self::Uuid) | (Self::Uuid, Self::Int) => false,
            (Self::Int | Self::Uuid | Self::Text | Self::Lookup(_), _) => true,
        }
    }
}

impl FromStr for SubjectRule {
    type Err = BadSubjectRule;

    fn from_str(text: &str) -> Result<Self, BadSubjectRule> {
        let (claim, kind) = match text.split_once(':') {
            Some((claim, kind)) if !claim.is_empty() => (claim, kind),
            _ => return Err(BadSubjectRule::Shape(text.to_owned())),
        };
        let kind = match kind {
            "int" => SubjectKind::Int,
            "uuid" => SubjectKind::Uuid,
            "text" => SubjectKind::Text,
            _ => match kind.strip_prefix("lookup(") {
                Some(rest) => {
                    SubjectKind::Lookup(lookup(rest).ok_or_else(|| BadSubjectRule::Lookup(kind.to_owned()))?)
                }
                None => return Err(BadSubjectRule::Kind(kind.to_owned())),
            },
        };
        Ok(Self { claim: claim.to_owned(), kind })
    }
}

fn lookup(text: &str) -> Option<LookupRule> {
    let is_name = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && name.starts_with(|first: char| !first.is_ascii_digit())
            && name.len() <= 63
    };
    let (before, column) = text.strip_suffix(')')?.rsplit_once('.')?;
    let (schema, table) = match before.split_once('.') {
        Some((schema, table)) => (Some(schema), table),
        None => (None, before),
    };
    let names = schema.into_iter().chain([table, column]);
    names.into_iter().all(is_name).then(|| LookupRule {
        schema: schema.map(str::to_owned),
        table: table.to_owned(),
        column: column.to_owned(),
    })
}

impl fmt::Display for SubjectKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int => formatter.write_str("int"),
            Self::Uuid => formatter.write_str("uuid"),
            Self::Text => formatter.write_str("text"),
            Self::Lookup(rule) => write!(formatter, "lookup({rule})"),
        }
    }
}

impl fmt::Display for LookupRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(formatter, "{schema}.")?;
        }
        write!(formatter, "{}.{}", self.table, self.column)
    }
}
