//! Which statements begin or end a transaction, and which refuse to run inside one.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{name::ObjectName, tree::holds};

pub(super) fn is_control(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::BEGIN
            | K::COMMIT_TRANSACTION
            | K::COMMIT_PREPARED
            | K::ROLLBACK_TRANSACTION
            | K::ROLLBACK_TO_SAVEPOINT
            | K::ROLLBACK_PREPARED
            | K::PREPARE_TRANSACTION
            | K::SAVEPOINT_CREATE
            | K::RELEASE_SAVEPOINT
    )
}

/// By the pages of the commands in PostgreSQL's documentation: "cannot be executed inside a transaction block".
pub(super) fn must_be_outside(statement: &SyntaxNode, touches: &[ObjectName]) -> bool {
    use SyntaxKind as K;
    match statement.kind() {
        K::CREATE_INDEX | K::DROP_INDEX => holds(statement, K::CONCURRENTLY_KW),
        K::ALTER_TABLE => holds(statement, K::DETACH_CONCURRENTLY),
        K::REINDEX => {
            let many = [K::REINDEX_TARGET_DATABASE, K::REINDEX_TARGET_SYSTEM, K::REINDEX_TARGET_SCHEMA];
            holds(statement, K::CONCURRENTLY_KW) || many.into_iter().any(|kind| holds(statement, kind))
        }
        K::CLUSTER => touches.is_empty(),
        K::VACUUM
        | K::CREATE_DATABASE
        | K::DROP_DATABASE
        | K::CREATE_TABLESPACE
        | K::DROP_TABLESPACE
        | K::ALTER_SYSTEM
        | K::CREATE_SUBSCRIPTION
        | K::DROP_SUBSCRIPTION
        | K::DISCARD => true,
        K::ALTER_DATABASE => holds(statement, K::SET_TABLESPACE),
        _ => false,
    }
}
