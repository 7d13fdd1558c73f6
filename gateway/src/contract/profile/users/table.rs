//! The name of a table, with its schema or without.

use std::{fmt, str::FromStr};

use crate::config::document::item::Item;

/// Without a schema it is looked for as PostgreSQL looks for it, along `search_path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    pub schema: Option<String>,
    pub name: String,
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not the name of a table")]
pub struct BadTableName(String);

impl TableName {
    pub(super) fn read(item: &Item<'_>) -> Option<Self> {
        item.parsed(|_: &BadTableName| {
            "write it as the database has it, as in `\"users\"` or `\"public.users\"`".to_owned()
        })
    }
}

impl FromStr for TableName {
    type Err = BadTableName;

    fn from_str(text: &str) -> Result<Self, BadTableName> {
        let parts: Vec<&str> = text.split('.').collect();
        if parts.iter().any(|part| part.is_empty() || part.contains('\0')) {
            return Err(BadTableName(text.to_owned()));
        }
        match parts.as_slice() {
            [name] => Ok(Self { schema: None, name: (*name).to_owned() }),
            [schema, name] => Ok(Self { schema: Some((*schema).to_owned()), name: (*name).to_owned() }),
            _ => Err(BadTableName(text.to_owned())),
        }
    }
}

/// As it is written.
impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(formatter, "{schema}.{}", self.name),
            None => formatter.write_str(&self.name),
        }
    }
}
