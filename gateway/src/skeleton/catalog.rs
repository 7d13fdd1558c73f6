//! The columns of the legacy's tables, as the database tells them.

pub mod model;

/// One column of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub table: String,
    pub name: String,
    /// `int4`, `timestamptz`: PostgreSQL's own name of the type.
    pub kind: String,
}
