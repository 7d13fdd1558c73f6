//! What a schema is made of, read from `pg_catalog`: every object with its definition as text.
//!
//! A definition depends neither on the `search_path` nor on object numbers nor on the order of columns. Left out is
//! what is not the schema's own: system schemas, what an extension brings, the archive, the gateway's bookkeeping.

mod code;
mod read;
mod relation;
mod space;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::telemetry::fingerprint::Fingerprint;

pub use read::read;

/// Declared in the order in which a person looks for a difference.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::Display, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "lowercase")]
pub enum Kind {
    /// What Alembic says of itself; never part of a catalog, only of drift.
    Revision,
    Schema,
    Extension,
    Type,
    Sequence,
    Table,
    Column,
    Constraint,
    Index,
    Statistics,
    View,
    Function,
    Trigger,
    Rule,
    Policy,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    pub kind: Kind,
    /// With its schema, and quoted where SQL wants it so.
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The table that takes it along when it goes.
    pub table: Option<String>,
    /// One property a line, so that a difference is a line.
    pub definition: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalog {
    pub objects: BTreeMap<Name, Object>,
    /// The columns of each table as they stand: no difference, but worth a note.
    pub order: BTreeMap<String, Vec<String>>,
}

impl Object {
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.definition)
    }
}

impl Catalog {
    /// Of the whole schema: equal exactly when all objects are.
    pub fn fingerprint(&self) -> Fingerprint {
        let lines = self
            .objects
            .iter()
            .map(|(name, object)| format!("{}\t{}\t{}\n", name.kind, name.name, &*object.fingerprint()));
        Fingerprint::of(&lines.collect::<String>())
    }

    /// Those that hold rows of their own.
    pub fn plain_tables(&self) -> impl Iterator<Item = &str> {
        let is_plain = |(name, object): &(&Name, &Object)| {
            name.kind == Kind::Table && object.definition.starts_with("table")
        };
        self.objects.iter().filter(is_plain).map(|(name, _)| name.name.as_str())
    }

    pub fn has(&self, kind: Kind, name: &str) -> bool {
        self.objects.contains_key(&Name { kind, name: name.to_owned() })
    }
}
