//! The tables and columns that vanish with a statement, and their rows with them.

use std::fmt;

use squawk_syntax::{SyntaxKind, SyntaxNode, ast::normalize_name_node};

use super::{
    name::{Kind, ObjectName, quoted},
    tree::child,
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
        SyntaxKind::ALTER_TABLE => {
            let Some(table) = relations().next() else { return Vec::new() };
            let actions = statement.children().filter(|action| action.kind() == SyntaxKind::DROP_COLUMN);
            let columns = actions.filter_map(|action| child(&action, SyntaxKind::COLUMN_NAME_REF));
            let dropped =
                |column| Dropped::Column { table: table.clone(), column: normalize_name_node(&column) };
            columns.map(dropped).collect()
        }
        _ => Vec::new(),
    }
}
