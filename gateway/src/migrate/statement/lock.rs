//! The strongest lock that a statement takes on a table that others use.
//!
//! By the pages "Explicit Locking" and "ALTER TABLE" of PostgreSQL's documentation. What is not on them is taken for
//! the strongest.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::tree::{has, holds};

/// From weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Lock {
    AccessShare,
    RowShare,
    RowExclusive,
    ShareUpdateExclusive,
    Share,
    ShareRowExclusive,
    Exclusive,
    AccessExclusive,
}

impl Lock {
    /// As PostgreSQL spells it, as in `ACCESS EXCLUSIVE`.
    pub fn name(self) -> String {
        <&str>::from(self).replace('_', " ")
    }

    /// What of other sessions waits for it.
    pub fn blocks(self) -> &'static str {
        match self {
            Lock::AccessShare | Lock::RowShare | Lock::RowExclusive => "no reads, no writes",
            Lock::ShareUpdateExclusive => "other changes of the schema",
            Lock::Share | Lock::ShareRowExclusive | Lock::Exclusive => "writes",
            Lock::AccessExclusive => "reads and writes",
        }
    }
}

pub(super) fn strongest(statement: &SyntaxNode) -> Option<Lock> {
    use SyntaxKind as K;
    let concurrently = || holds(statement, K::CONCURRENTLY_KW);
    match statement.kind() {
        K::SELECT | K::COMPOUND_SELECT | K::PAREN_SELECT | K::SELECT_INTO | K::INSERT | K::UPDATE => {
            rows(statement)
        }
        K::DELETE | K::MERGE | K::VALUES | K::TABLE | K::CREATE_TABLE_AS => rows(statement),
        K::CREATE_INDEX if concurrently() => Some(Lock::ShareUpdateExclusive),
        K::CREATE_INDEX => Some(Lock::Share),
        K::DROP_INDEX | K::REINDEX if concurrently() => Some(Lock::ShareUpdateExclusive),
        K::REFRESH if concurrently() => Some(Lock::Exclusive),
        K::VACUUM if !is_full(statement) => Some(Lock::ShareUpdateExclusive),
        K::ANALYZE | K::CREATE_STATISTICS | K::COMMENT_ON => Some(Lock::ShareUpdateExclusive),
        K::CREATE_TRIGGER => Some(Lock::ShareRowExclusive),
        K::ALTER_SEQUENCE => Some(Lock::ShareRowExclusive),
        K::CREATE_TABLE => created_table(statement),
        K::CREATE_VIEW | K::CREATE_MATERIALIZED_VIEW => Some(Lock::AccessShare),
        K::ALTER_INDEX if has(statement, K::INDEX_RENAME_TO) => Some(Lock::ShareUpdateExclusive),
        K::ALTER_TABLE => statement.children().filter_map(|action| altered(&action)).max(),
        K::LOCK => Some(locked(statement)),
        K::TRUNCATE | K::CLUSTER | K::VACUUM | K::REINDEX | K::REFRESH | K::ALTER_INDEX => {
            Some(Lock::AccessExclusive)
        }
        K::DROP_TABLE | K::DROP_INDEX | K::DROP_VIEW | K::DROP_MATERIALIZED_VIEW | K::DROP_SEQUENCE => {
            Some(Lock::AccessExclusive)
        }
        K::DROP_TRIGGER | K::ALTER_TRIGGER | K::CREATE_POLICY | K::ALTER_POLICY | K::DROP_POLICY => {
            Some(Lock::AccessExclusive)
        }
        K::CREATE_RULE | K::DROP_RULE | K::ALTER_VIEW | K::ALTER_MATERIALIZED_VIEW => {
            Some(Lock::AccessExclusive)
        }
        _ => None,
    }
}

/// A data-modifying WITH may stand in any of them.
fn rows(statement: &SyntaxNode) -> Option<Lock> {
    use SyntaxKind as K;
    let writes = [K::INSERT, K::UPDATE, K::DELETE, K::MERGE];
    if writes.into_iter().any(|kind| statement.kind() == kind || holds(statement, kind)) {
        Some(Lock::RowExclusive)
    } else if holds(statement, K::LOCKING_CLAUSE) {
        Some(Lock::RowShare)
    } else {
        holds(statement, K::RELATION_FROM_ITEM).then_some(Lock::AccessShare)
    }
}

/// The new table is nobody's yet; the ones that it refers to are.
fn created_table(statement: &SyntaxNode) -> Option<Lock> {
    use SyntaxKind as K;
    if holds(statement, K::PARTITION_OF) {
        Some(Lock::AccessExclusive)
    } else if holds(statement, K::REFERENCES_CONSTRAINT) || holds(statement, K::FOREIGN_KEY_CONSTRAINT) {
        Some(Lock::ShareRowExclusive)
    } else {
        holds(statement, K::INHERITS).then_some(Lock::ShareUpdateExclusive)
    }
}

/// `None` for what is no action: the name of the table.
fn altered(action: &SyntaxNode) -> Option<Lock> {
    use SyntaxKind as K;
    Some(match action.kind() {
        K::TABLE_RELATION_NAME | K::IF_EXISTS => return None,
        K::VALIDATE_CONSTRAINT | K::CLUSTER_ON | K::SET_WITHOUT_CLUSTER => Lock::ShareUpdateExclusive,
        K::ALTER_COLUMN if holds(action, K::SET_STATISTICS) || holds(action, K::SET_OPTIONS) => {
            Lock::ShareUpdateExclusive
        }
        K::ALTER_COLUMN if holds(action, K::RESET_OPTIONS) => Lock::ShareUpdateExclusive,
        K::SET_OPTIONS | K::RESET_OPTIONS if is_storage(action) => Lock::ShareUpdateExclusive,
        K::ADD_CONSTRAINT if holds(action, K::FOREIGN_KEY_CONSTRAINT) => Lock::ShareRowExclusive,
        K::ENABLE_TRIGGER | K::DISABLE_TRIGGER | K::ENABLE_REPLICA_TRIGGER | K::ENABLE_ALWAYS_TRIGGER => {
            Lock::ShareRowExclusive
        }
        _ => Lock::AccessExclusive,
    })
}

/// "fillfactor, TOAST and autovacuum storage parameters, as well as the planner parameter parallel_workers".
fn is_storage(action: &SyntaxNode) -> bool {
    let names = action.descendants().filter(|node| node.kind() == SyntaxKind::ATTRIBUTE_NAME);
    names.map(|name| name.text().to_string().to_ascii_lowercase()).all(|name| {
        name == "fillfactor"
            || name == "parallel_workers"
            || name.starts_with("toast.")
            || name.starts_with("toast_")
            || name.starts_with("autovacuum_")
    })
}

fn is_full(vacuum: &SyntaxNode) -> bool {
    let options = vacuum.descendants().filter(|node| node.kind() == SyntaxKind::VACUUM_OPTION);
    let words = options.map(|option| option.text().to_string().to_ascii_lowercase());
    has(vacuum, SyntaxKind::FULL_KW) || words.into_iter().any(|option| option.starts_with("full"))
}

fn locked(statement: &SyntaxNode) -> Lock {
    use SyntaxKind as K;
    let modes = [
        (K::ACCESS_SHARE, Lock::AccessShare),
        (K::ROW_SHARE, Lock::RowShare),
        (K::ROW_EXCLUSIVE, Lock::RowExclusive),
        (K::SHARE_UPDATE_EXCLUSIVE, Lock::ShareUpdateExclusive),
        (K::SHARE_ROW_EXCLUSIVE, Lock::ShareRowExclusive),
        (K::SHARE, Lock::Share),
        (K::EXCLUSIVE, Lock::Exclusive),
    ];
    let found = modes.into_iter().find(|(kind, _)| holds(statement, *kind));
    found.map_or(Lock::AccessExclusive, |(_, lock)| lock)
}
