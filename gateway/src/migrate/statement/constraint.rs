//! Constraints that hold for new rows at once and for old ones only when somebody validates them.

use squawk_syntax::{SyntaxKind, SyntaxNode, ast::normalize_name_node};

use super::{
    name::{Kind, ObjectName},
    touch,
    tree::{child, holds},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintChange {
    pub table: ObjectName,
    /// `None` where PostgreSQL makes the name up.
    pub name: Option<String>,
    pub step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Added,
    AddedNotValid,
    Validated,
    /// Dropped, or renamed away.
    Gone,
}

pub(super) fn changes(statement: &SyntaxNode) -> Vec<ConstraintChange> {
    if statement.kind() != SyntaxKind::ALTER_TABLE {
        return Vec::new();
    }
    let mut touched = touch::touches(statement).into_iter();
    let Some(table) = touched.find(|name| name.kind == Kind::Relation) else { return Vec::new() };
    let change = |action: SyntaxNode| {
        let step = match action.kind() {
            SyntaxKind::ADD_CONSTRAINT if holds(&action, SyntaxKind::NOT_VALID) => Step::AddedNotValid,
            SyntaxKind::ADD_CONSTRAINT => Step::Added,
            SyntaxKind::VALIDATE_CONSTRAINT => Step::Validated,
            SyntaxKind::DROP_CONSTRAINT | SyntaxKind::RENAME_CONSTRAINT => Step::Gone,
            _ => return None,
        };
        let added = action.descendants().find(|node| node.kind() == SyntaxKind::CONSTRAINT_NAME);
        let name = match child(&action, SyntaxKind::CONSTRAINT_NAME_REF) {
            Some(path) => ObjectName::of(Kind::Relation, &path).map(|name| name.name),
            None => added.map(|name| normalize_name_node(&name)),
        };
        Some(ConstraintChange { table: table.clone(), name, step })
    };
    statement.children().filter_map(change).collect()
}
