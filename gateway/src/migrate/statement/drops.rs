//! The tables and columns that vanish with a statement, and their rows with them.

use std::fmt;

use squawk_syntax::{SyntaxKind, SyntaxNode, ast::normalize_name_node};

use super::{
    name::{Kind, ObjectName, quoted},
    tree::{child, holds},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dropped {
    Table(ObjectName),
    Column { table: ObjectName, column: String },
}

impl Dropped {
    pub fn table(&self) -> &ObjectName {
        match self {
            Dropped::Table(table) | Dropped::Column { table, .. } => table,
        }
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dropped::Table(table) => write!(formatter, "{table}"),
            Dropped::Column { table, column } => write!(formatter, "{table}.{}", quoted(column)),
        }
    }
}

pub(super) fn drops(statement: &SyntaxNode, touches: &[ObjectName]) -> Vec<Dropped> {
    let relations = || touches.iter().filter(|name| name.kind == Kind::Relation);
    match statement.kind() {
        SyntaxKind::DROP_TABLE => relations().cloned().map(Dropped::Table).collect(),
        _ => columns(statement, touches, SyntaxKind::COLUMN_NAME_REF, |action| {
            action.kind() == SyntaxKind::DROP_COLUMN
        }),
    }
}

/// The columns that a statement adds and that PostgreSQL fills from others: dropping them loses nothing.
pub(super) fn derives(statement: &SyntaxNode, touches: &[ObjectName]) -> Vec<Dropped> {
    columns(statement, touches, SyntaxKind::COLUMN_NAME, |action| {
        action.kind() == SyntaxKind::ADD_COLUMN && holds(action, SyntaxKind::GENERATED_STORED)
    })
}

/// The columns that these actions of an ALTER TABLE are about.
fn columns(
    statement: &SyntaxNode,
    touches: &[ObjectName],
    name: SyntaxKind,
    is_meant: impl Fn(&SyntaxNode) -> bool,
) -> Vec<Dropped> {
    let table = touches.iter().find(|touched| touched.kind == Kind::Relation);
    let Some(table) = table.filter(|_| statement.kind() == SyntaxKind::ALTER_TABLE) else {
        return Vec::new();
    };
    let actions = statement.children().filter(is_meant);
    let columns = actions.filter_map(|action| child(&action, name));
    columns
        .map(|column| Dropped::Column { table: table.clone(), column: normalize_name_node(&column) })
        .collect()
}
