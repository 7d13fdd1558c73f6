//! Constraints that were added NOT VALID and that no later migration validates.

use super::{Finding, Read, rules::Own::NotValidated};
use crate::migrate::statement::{ConstraintChange, Statement, Step};

pub(super) fn check(read: &[Read<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, migration) in read.iter().enumerate() {
        for statement in &migration.up.statements {
            let open = statement.constraints().iter().filter(|change| change.step == Step::AddedNotValid);
            for change in open.filter(|change| !is_settled(change, &read[index + 1..])) {
                let name = change.name.as_deref().unwrap_or("without a name");
                let what = format!(
                    "the constraint {name} of {} is not checked for the rows that are there, and no later migration \
                     validates it",
                    change.table
                );
                found.extend(migration.up.finding(NotValidated, &statement.span, &what));
            }
        }
    }
    found
}

fn is_settled(added: &ConstraintChange, later: &[Read<'_>]) -> bool {
    let statements = later.iter().flat_map(|read| &read.up.statements);
    let mut changes = statements.flat_map(Statement::constraints);
    changes.any(|change| {
        let settles = matches!(change.step, Step::Validated | Step::Gone);
        settles && change.table.is(&added.table) && (added.name.is_none() || change.name == added.name)
    })
}
