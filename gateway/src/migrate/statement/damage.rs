//! What of a statement breaks code that knows only the schema before it, or loses rows.

use std::ops::Range;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{
    name::ObjectName,
    touch,
    tree::{self, has, holds},
};

/// One thing that breaks, and where the statement says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub what: &'static str,
    pub span: Range<usize>,
    /// What it happens to, the first name of the statement.
    pub object: Option<ObjectName>,
}

pub(super) fn damages(file: &str, statement: &SyntaxNode) -> Vec<Damage> {
    let object = touch::touches(statement).into_iter().next();
    let damage =
        |what, node: &SyntaxNode| Damage { what, span: tree::span(file, node), object: object.clone() };
    if let Some(what) = whole(statement) {
        return vec![damage(what, statement)];
    }
    let nodes = statement.descendants().filter(|node| node.kind() != statement.kind());
    nodes.filter_map(|node| Some(damage(part(&node)?, &node))).collect()
}

fn whole(statement: &SyntaxNode) -> Option<&'static str> {
    use SyntaxKind as K;
    match statement.kind() {
        K::DROP_TABLE | K::DROP_FOREIGN_TABLE => Some("drops a table"),
        K::DROP_SCHEMA => Some("drops a schema"),
        K::DROP_DATABASE => Some("drops a database"),
        K::DROP_VIEW | K::DROP_MATERIALIZED_VIEW => Some("drops a view"),
        K::DROP_SEQUENCE => Some("drops a sequence"),
        K::DROP_TYPE | K::DROP_DOMAIN => Some("drops a type"),
        K::DROP_FUNCTION | K::DROP_PROCEDURE | K::DROP_ROUTINE | K::DROP_AGGREGATE => {
            Some("drops a function")
        }
        K::DROP_TRIGGER | K::DROP_RULE | K::DROP_POLICY => Some("drops what acts on a table"),
        K::DROP_EXTENSION => Some("drops an extension"),
        K::DROP_OWNED => Some("drops everything of a role"),
        K::TRUNCATE => Some("removes every row"),
        K::DELETE if !has(statement, K::WHERE_CLAUSE) && !has(statement, K::WHERE_CURRENT_OF) => {
            Some("removes every row: DELETE has no WHERE")
        }
        K::REVOKE => Some("takes a right away"),
        _ => None,
    }
}

fn part(node: &SyntaxNode) -> Option<&'static str> {
    use SyntaxKind as K;
    match node.kind() {
        K::DROP_COLUMN => Some("drops a column"),
        K::DROP_CONSTRAINT => Some("drops a constraint"),
        K::DROP_ATTRIBUTE => Some("drops an attribute"),
        K::SET_TYPE => Some("changes the type of a column"),
        K::SET_NOT_NULL => Some("makes a column NOT NULL"),
        K::DROP_DEFAULT => Some("drops a default"),
        K::DROP_IDENTITY | K::DROP_EXPRESSION => Some("drops what fills a column"),
        K::SET_GENERATED => Some("changes what fills a column"),
        K::RENAME_COLUMN | K::RENAME_ATTRIBUTE | K::RENAME_VALUE => Some("renames"),
        K::SET_SCHEMA => Some("moves to another schema"),
        K::DETACH_PARTITION => Some("detaches a partition"),
        K::NO_INHERIT_TABLE => Some("detaches a child table"),
        K::ENABLE_RLS | K::FORCE_RLS => Some("hides rows"),
        K::DISABLE_TRIGGER | K::DISABLE_RULE => Some("switches off what acts on a table"),
        K::TABLE_RENAME_TO | K::VIEW_RENAME_TO | K::SEQUENCE_RENAME_TO | K::TYPE_RENAME_TO => Some("renames"),
        K::DOMAIN_RENAME_TO | K::SCHEMA_RENAME_TO | K::FUNCTION_RENAME_TO => Some("renames"),
        // In a WITH, where the statement itself is another one.
        K::DELETE if !holds(node, K::WHERE_CLAUSE) => Some("removes every row: DELETE has no WHERE"),
        _ => None,
    }
}
