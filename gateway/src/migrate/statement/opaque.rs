//! Why the text of a statement does not tell all that it touches.
//!
//! A list of what is understood, not of what is not: a statement that nobody thought of is opaque.

use std::sync::LazyLock;

use regex::Regex;
use squawk_syntax::{SyntaxKind, SyntaxNode, ast::normalize_name_node};

use super::{name::ObjectName, transaction, tree::has};

pub(super) fn reason(statement: &SyntaxNode, touches: &[ObjectName]) -> Option<String> {
    let kind = statement.kind();
    if transaction::is_control(kind) {
        return None;
    }
    if kind == SyntaxKind::CREATE_FUNCTION && only_raises(statement) {
        return None;
    }
    if let Some(body) = body(kind) {
        return Some(body.to_owned());
    }
    if !is_understood(kind) {
        return Some("what it changes lies in no schema, or is not known here".to_owned());
    }
    if cascades(statement) {
        return Some("CASCADE reaches objects that it does not name".to_owned());
    }
    if names_its_objects(kind) && touches.is_empty() {
        return Some("it names no object of a schema".to_owned());
    }
    unseen_call(statement)
}

fn body(kind: SyntaxKind) -> Option<&'static str> {
    use SyntaxKind as K;
    match kind {
        K::DO => Some("what the body of a DO does is not read"),
        K::CREATE_FUNCTION | K::CREATE_PROCEDURE => Some("what the body of a function does is not read"),
        K::CALL => Some("what a procedure does is not read"),
        K::EXECUTE | K::PREPARE => Some("what a prepared statement does is not read"),
        K::COPY => Some("what a COPY reads or runs is not known here"),
        _ => None,
    }
}

/// A trigger's function that does nothing but refuse. Without a bracket its body can call nothing.
fn only_raises(function: &SyntaxNode) -> bool {
    static BODY: LazyLock<Regex> = LazyLock::new(|| {
        let head =
            r"(?is)^create\s+function\s[^()]*\(\)\s+returns\s+trigger\s+language\s+plpgsql\s+as\s+\$\$";
        let body = r"\s*begin\s+raise\s+exception\s[^;()]*;\s*end\s*;?\s*\$\$\s*;?\s*$";
        Regex::new(&[head, body].concat()).expect("the expression is a literal")
    });
    BODY.is_match(&function.text().to_string())
}

fn is_understood(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    let rows = matches!(
        kind,
        K::SELECT
            | K::SELECT_INTO
            | K::COMPOUND_SELECT
            | K::PAREN_SELECT
            | K::VALUES
            | K::TABLE
            | K::INSERT
            | K::UPDATE
            | K::DELETE
            | K::MERGE
            | K::TRUNCATE
            | K::LOCK
    );
    let settings = matches!(kind, K::SET | K::RESET | K::SHOW | K::SET_CONSTRAINTS | K::SET_TRANSACTION);
    rows || settings || names_its_objects(kind)
}

/// Statements that are about objects with names.
fn names_its_objects(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    let upkeep = matches!(
        kind,
        K::COMMENT_ON | K::GRANT | K::REVOKE | K::ANALYZE | K::VACUUM | K::REINDEX | K::CLUSTER | K::REFRESH
    );
    let creates = matches!(
        kind,
        K::CREATE_TABLE
            | K::CREATE_TABLE_AS
            | K::CREATE_INDEX
            | K::CREATE_SEQUENCE
            | K::CREATE_TYPE
            | K::CREATE_DOMAIN
            | K::CREATE_VIEW
            | K::CREATE_MATERIALIZED_VIEW
            | K::CREATE_SCHEMA
            | K::CREATE_POLICY
            | K::CREATE_TRIGGER
            | K::CREATE_STATISTICS
    );
    let alters = matches!(
        kind,
        K::ALTER_TABLE
            | K::ALTER_INDEX
            | K::ALTER_SEQUENCE
            | K::ALTER_TYPE
            | K::ALTER_DOMAIN
            | K::ALTER_VIEW
            | K::ALTER_MATERIALIZED_VIEW
            | K::ALTER_SCHEMA
            | K::ALTER_POLICY
            | K::ALTER_TRIGGER
            | K::ALTER_STATISTICS
    );
    let drops = matches!(
        kind,
        K::DROP_TABLE
            | K::DROP_INDEX
            | K::DROP_SEQUENCE
            | K::DROP_TYPE
            | K::DROP_DOMAIN
            | K::DROP_VIEW
            | K::DROP_MATERIALIZED_VIEW
            | K::DROP_SCHEMA
            | K::DROP_POLICY
            | K::DROP_TRIGGER
            | K::DROP_STATISTICS
            | K::DROP_FUNCTION
            | K::DROP_PROCEDURE
            | K::DROP_ROUTINE
    );
    upkeep || creates || alters || drops
}

/// CASCADE of a drop or a truncation; the one of a foreign key is about rows of its own table.
pub(super) fn cascades(statement: &SyntaxNode) -> bool {
    use SyntaxKind::{CASCADE, DROP_ATTRIBUTE, DROP_COLUMN, DROP_CONSTRAINT};
    let action = |node: &SyntaxNode| matches!(node.kind(), DROP_COLUMN | DROP_CONSTRAINT | DROP_ATTRIBUTE);
    has(statement, CASCADE) || statement.descendants().any(|node| action(&node) && has(&node, CASCADE))
}

/// A trigger and a policy only name a function that runs later.
fn unseen_call(statement: &SyntaxNode) -> Option<String> {
    if matches!(statement.kind(), SyntaxKind::CREATE_TRIGGER | SyntaxKind::CREATE_POLICY) {
        return None;
    }
    let calls = statement.descendants().filter(|node| node.kind() == SyntaxKind::CALL_EXPR);
    let mut called = calls.filter_map(|call| {
        let callee = call.children().next()?;
        let path: Vec<String> = match callee.kind() {
            SyntaxKind::NAME_REF => vec![normalize_name_node(&callee)],
            SyntaxKind::FIELD_EXPR => callee
                .descendants()
                .filter(|node| node.kind() == SyntaxKind::NAME_REF)
                .map(|node| normalize_name_node(&node))
                .collect(),
            // EXTRACT, EXISTS and the like have a grammar of their own.
            _ => return None,
        };
        let name = match path.as_slice() {
            [name] => name,
            [schema, name] if schema == "pg_catalog" => name,
            _ => return Some(path.join(".")),
        };
        (!HARMLESS.contains(&name.as_str())).then(|| path.join("."))
    });
    called.next().map(|function| format!("what the function `{function}` does is not read"))
}

/// Functions of PostgreSQL that change nothing and reach nothing beyond their arguments.
const HARMLESS: &[&str] = &[
    "abs",
    "any",
    "array_agg",
    "array_length",
    "avg",
    "bool_and",
    "bool_or",
    "btrim",
    "cardinality",
    "ceil",
    "char_length",
    "clock_timestamp",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "date_part",
    "date_trunc",
    "decode",
    "dense_rank",
    "digest",
    "encode",
    "first_value",
    "floor",
    "format",
    "gen_random_uuid",
    "generate_series",
    "greatest",
    "hashtext",
    "json_build_object",
    "jsonb_agg",
    "jsonb_array_length",
    "jsonb_build_object",
    "jsonb_set",
    "jsonb_typeof",
    "lag",
    "last_value",
    "lead",
    "least",
    "left",
    "length",
    "lower",
    "lpad",
    "ltrim",
    "make_interval",
    "max",
    "md5",
    "min",
    "mod",
    "now",
    "nullif",
    "num_nonnulls",
    "num_nulls",
    "octet_length",
    "position",
    "random",
    "rank",
    "regexp_match",
    "regexp_replace",
    "replace",
    "right",
    "round",
    "row_number",
    "rpad",
    "rtrim",
    "sha256",
    "split_part",
    "string_agg",
    "string_to_array",
    "strpos",
    "substr",
    "substring",
    "sum",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "to_number",
    "to_timestamp",
    "to_tsquery",
    "to_tsvector",
    "translate",
    "trim",
    "trunc",
    "unnest",
    "upper",
];
