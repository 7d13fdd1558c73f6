//! What the runner cannot do with a statement, or cannot take back when it stops halfway.

use super::{
    Finding, Text,
    rules::Own::{self, Bookkeeping, CopyData, NeedlessNoTransaction, NeedsNoTransaction, NotAtomic},
};
use crate::migrate::{
    file::Direction,
    statement::{Kind, ObjectName, Statement},
};

/// What the gateway writes down about migrations; the archive is a whole schema of it.
const BOOKKEEPING: [&str; 6] =
    ["schema_history", "migration_step", "migration_down", "baseline", "baseline_object", "baseline_before"];

pub(super) fn check(text: &Text<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for statement in &text.statements {
        found.extend(whatever_the_transaction(text, statement));
        if text.script.is_transactional {
            found.extend(inside(text, statement));
        } else {
            found.extend(outside(text, statement));
        }
    }
    if text.statements.is_empty() && text.direction == Direction::Up {
        found.extend(text.header(Own::EmptyUp, "holds no statement"));
    } else if !text.script.is_transactional && !text.statements.iter().any(Statement::needs_no_transaction) {
        let what = "`transaction=off`, and no statement needs it";
        found.extend(text.header(NeedlessNoTransaction, what));
    }
    found
}

fn whatever_the_transaction(text: &Text<'_>, statement: &Statement) -> Vec<Finding> {
    let finding = |rule, what: &str| text.finding(rule, &statement.span, what);
    let mut found = Vec::new();
    if statement.is_transaction_control() {
        found.extend(finding(Own::TransactionControl, "begins or ends a transaction"));
    }
    if statement.copies() {
        found.extend(finding(CopyData, "COPY has no data here"));
    }
    if statement.changes_the_session() {
        found.extend(finding(
            Own::SessionSetting,
            "sets the session, which the runner resets before each step",
        ));
    }
    if let Some(name) = statement.touches().iter().find(|name| is_bookkeeping(name, statement)) {
        found.extend(finding(Bookkeeping, &format!("touches {name}, where the gateway keeps its books")));
    }
    found
}

fn inside(text: &Text<'_>, statement: &Statement) -> Option<Finding> {
    let what = format!("{} cannot run inside a transaction", statement.kind());
    statement.needs_no_transaction().then(|| text.finding(NeedsNoTransaction, &statement.span, &what))?
}

fn outside(text: &Text<'_>, statement: &Statement) -> Option<Finding> {
    if statement.kind() == "CREATE INDEX" && statement.creates().is_empty() {
        return text.finding(Own::UnnamedIndex, &statement.span, "builds an index without a name");
    }
    if statement.needs_no_transaction() || statement.is_upkeep() || statement.is_transaction_control() {
        return None;
    }
    let what = format!("{} beside statements that commit one by one", statement.kind());
    text.finding(NotAtomic, &statement.span, &what)
}

fn is_bookkeeping(name: &ObjectName, statement: &Statement) -> bool {
    match name.kind {
        Kind::Schema => {
            let is_kept = matches!(statement.kind().as_str(), "CREATE SCHEMA" | "GRANT");
            matches!(name.name.as_str(), "gateway" | "gateway_archive") && !is_kept
        }
        Kind::Relation => {
            name.home() == "gateway_archive"
                || (name.home() == "gateway" && BOOKKEEPING.contains(&name.name.as_str()))
        }
        Kind::Type | Kind::Routine => false,
    }
}
