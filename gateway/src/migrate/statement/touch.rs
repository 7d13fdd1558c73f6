//! What a statement names in order to create, change, drop, write or lock it.
//!
//! Every name counts, unless it stands where it can only be read: a forgotten place makes a statement look as if it
//! touched more than it does, never less.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{
    name::{Kind, ObjectName},
    tree::{has, holds},
};

/// In the order of the text, each once.
pub(super) fn touches(statement: &SyntaxNode) -> Vec<ObjectName> {
    let mut found: Vec<ObjectName> = Vec::new();
    for node in statement.descendants() {
        let Some(kind) = kind(node.kind()) else { continue };
        if is_only_read(&node) || is_new_name(&node) {
            continue;
        }
        let Some(mut name) = ObjectName::of(kind, &node) else { continue };
        if name.schema.is_none() && is_made(&node) && is_temporary(statement) {
            name.schema = Some("pg_temp".to_owned());
        }
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// What is there only after it, for sure. A trigger and a policy have no name of their own: they belong to a table.
pub(super) fn creates(statement: &SyntaxNode) -> Vec<ObjectName> {
    use SyntaxKind::{CREATE_INDEX, CREATE_POLICY, CREATE_RULE, CREATE_TRIGGER, SELECT_INTO};
    let kind = statement.kind();
    if kind == CREATE_INDEX {
        return index(statement).into_iter().collect();
    }
    let makes = format!("{kind:?}").starts_with("CREATE_") || kind == SELECT_INTO;
    let is_part = matches!(kind, CREATE_TRIGGER | CREATE_POLICY | CREATE_RULE);
    let may_be_there = has(statement, SyntaxKind::IF_NOT_EXISTS) || has(statement, SyntaxKind::OR_REPLACE);
    touches(statement).into_iter().take(usize::from(makes && !is_part && !may_be_there)).collect()
}

/// An index lies in the schema of its table.
fn index(statement: &SyntaxNode) -> Option<ObjectName> {
    let name = statement.children().find(|child| child.kind() == SyntaxKind::INDEX)?;
    let mut index = ObjectName::of(Kind::Relation, &name)?;
    let table = touches(statement).into_iter().next()?;
    index.schema = table.schema;
    Some(index)
}

fn kind(kind: SyntaxKind) -> Option<Kind> {
    use SyntaxKind as K;
    Some(match kind {
        K::TABLE_NAME
        | K::TABLE_NAME_REF
        | K::RELATION_NAME_REF
        | K::SEQUENCE
        | K::SEQUENCE_REF
        | K::VIEW
        | K::VIEW_REF
        | K::INDEX_REF
        | K::STATISTICS
        | K::STATISTICS_REF
        | K::QUALIFIED_COLUMN_NAME_REF => Kind::Relation,
        K::TYPE_NAME | K::TYPE_NAME_REF | K::DOMAIN | K::DOMAIN_REF => Kind::Type,
        K::FUNCTION_NAME
        | K::FUNCTION_NAME_REF
        | K::PROCEDURE_NAME
        | K::PROCEDURE_NAME_REF
        | K::ROUTINE_NAME
        | K::ROUTINE_NAME_REF
        | K::AGGREGATE_NAME => Kind::Routine,
        K::SCHEMA | K::SCHEMA_REF => Kind::Schema,
        _ => return None,
    })
}

/// In a FROM list, or an index that belongs to a table that is named beside it.
fn is_only_read(node: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    let above = node.parent().map(|parent| parent.kind());
    if above == Some(K::RELATION_FROM_ITEM) {
        return !node.ancestors().any(|select| has(&select, K::LOCKING_CLAUSE));
    }
    matches!(
        above,
        Some(
            K::LIKE_CLAUSE
                | K::TABLE
                | K::USING_INDEX_NAME
                | K::CLUSTER_ON
                | K::CLUSTER_USING_INDEX
                | K::REPLICA_IDENTITY
        )
    )
}

/// What follows RENAME TO has the schema of what is renamed.
fn is_new_name(node: &SyntaxNode) -> bool {
    node.parent().is_some_and(|parent| format!("{:?}", parent.kind()).ends_with("_RENAME_TO"))
}

/// Not what it refers to beside: that is the legacy's when no temporary table has its name.
fn is_made(node: &SyntaxNode) -> bool {
    matches!(node.kind(), SyntaxKind::TABLE_NAME | SyntaxKind::VIEW | SyntaxKind::SEQUENCE)
}

fn is_temporary(statement: &SyntaxNode) -> bool {
    use SyntaxKind::{CREATE_SEQUENCE, CREATE_TABLE, CREATE_TABLE_AS, CREATE_VIEW, SELECT_INTO, TEMP};
    let can_be = matches!(
        statement.kind(),
        CREATE_TABLE | CREATE_TABLE_AS | CREATE_VIEW | CREATE_SEQUENCE | SELECT_INTO
    );
    can_be && holds(statement, TEMP)
}
