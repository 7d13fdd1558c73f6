//! The name of a database object as a statement writes it, read as PostgreSQL reads it.

use std::{borrow::Cow, fmt};

use squawk_syntax::{SyntaxKind, SyntaxNode, ast::normalize_name_node};

/// What a name means. Tables, views, sequences and indexes share one space of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Relation,
    Schema,
    Type,
    Routine,
}

/// Unquoted names are folded to small letters already.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectName {
    pub kind: Kind,
    pub schema: Option<String>,
    pub name: String,
}

/// Where a name without a schema is looked up, and made: the legacy's tables are there.
const DEFAULT_SCHEMA: &str = "public";

impl ObjectName {
    pub fn relation(schema: &str, name: &str) -> Self {
        Self { kind: Kind::Relation, schema: Some(schema.to_owned()), name: name.to_owned() }
    }

    /// The schema that holds it; a schema holds itself.
    pub fn home(&self) -> &str {
        match (self.kind, &self.schema) {
            (Kind::Schema, _) => &self.name,
            (_, Some(schema)) => schema,
            (_, None) => DEFAULT_SCHEMA,
        }
    }

    /// Whether both name the same object, one of them perhaps without its schema.
    pub fn is(&self, other: &Self) -> bool {
        self.kind == other.kind && self.name == other.name && self.home() == other.home()
    }

    /// From a node that holds a path; a column's own name is left out.
    pub(super) fn of(kind: Kind, node: &SyntaxNode) -> Option<Self> {
        let is_segment = |node: &SyntaxNode| {
            matches!(node.kind(), SyntaxKind::PATH_SEGMENT | SyntaxKind::PATH_SEGMENT_REF)
        };
        let mut words: Vec<String> =
            node.descendants().filter(is_segment).map(|segment| normalize_name_node(&segment)).collect();
        if node.kind() == SyntaxKind::QUALIFIED_COLUMN_NAME_REF {
            words.pop();
        }
        if kind == Kind::Schema {
            return Some(Self { kind, schema: None, name: normalize_name_node(node) });
        }
        let name = words.pop()?;
        // A database in front of the schema can only be the one that is connected.
        Some(Self { kind, schema: words.pop(), name })
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Schema => write!(formatter, "schema {}", quoted(&self.name)),
            Kind::Relation | Kind::Type | Kind::Routine => {
                write!(formatter, "{}.{}", quoted(self.home()), quoted(&self.name))
            }
        }
    }
}

/// As it must be written: in quotes where PostgreSQL would read another name.
pub(super) fn quoted(name: &str) -> Cow<'_, str> {
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    if starts && name.bytes().all(plain) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
    }
}
