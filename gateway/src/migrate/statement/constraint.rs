//! Constraints that hold for new rows at once and for old ones only when somebody validates them.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast::normalize_name_node};

use super::{
    name::{Kind, ObjectName},
    touch,
    tree::{child, holds},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstraintChange {
    AddedNotValid {
        table: ObjectName,
        name: String,
    },
    /// Validated, renamed away or dropped: nobody has to look at its old rows any more.
    Settled {
        table: ObjectName,
        name: String,
    },
}

pub(super) fn changes(statement: &SyntaxNode) -> Vec<ConstraintChange> {
    if statement.kind() != SyntaxKind::ALTER_TABLE {
        return Vec::new();
    }
    let mut touched = touch::touches(statement).into_iter();
    let Some(table) = touched.find(|name| name.kind == Kind::Relation) else { return Vec::new() };
    let change = |action: SyntaxNode| match action.kind() {
        SyntaxKind::ADD_CONSTRAINT if holds(&action, SyntaxKind::NOT_VALID) => {
            let clause = action.descendants().find(|node| node.kind() == SyntaxKind::CONSTRAINT_NAME);
            let name = clause.map_or_else(|| "(unnamed)".to_owned(), |clause| normalize_name_node(&clause));
            Some(ConstraintChange::AddedNotValid { table: table.clone(), name })
        }
        SyntaxKind::VALIDATE_CONSTRAINT | SyntaxKind::DROP_CONSTRAINT | SyntaxKind::RENAME_CONSTRAINT => {
            let path = child(&action, SyntaxKind::CONSTRAINT_NAME_REF)?;
            let name = ObjectName::of(Kind::Relation, &path)?.name;
            Some(ConstraintChange::Settled { table: table.clone(), name })
        }
        _ => None,
    };
    statement.children().filter_map(change).collect()
}
