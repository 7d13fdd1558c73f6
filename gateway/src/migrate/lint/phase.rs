//! Whether an up keeps to its phase: until contract, the code of the version before goes on working.

use super::{
    Finding, Read, Text,
    rules::Own::{BackfillInExpand, Destructive, Unseen},
};
use crate::migrate::{header::Phase, statement::Statement};

pub(super) fn check(read: &Read<'_>) -> Vec<Finding> {
    let phase = read.migration.header.phase;
    if phase == Phase::Contract {
        return Vec::new();
    }
    let mut found = Vec::new();
    for statement in &read.up.statements {
        found.extend(destructive(&read.up, statement, phase));
        if statement.may_destroy_unseen() {
            let why = statement.opaque().unwrap_or_default();
            let what = format!("may break what a {} must not: {why}", phase.name());
            found.extend(read.up.finding(Unseen, &statement.span, &what));
        }
        if phase == Phase::Expand && statement.rewrites_rows() && !only_its_own(&read.up, statement) {
            let what = format!("{} moves rows, and an expand only adds", statement.kind());
            found.extend(read.up.finding(BackfillInExpand, &statement.span, &what));
        }
    }
    found
}

fn destructive(up: &Text<'_>, statement: &Statement, phase: Phase) -> Vec<Finding> {
    // What the same script made was never seen by anybody.
    let damages = statement
        .damages()
        .iter()
        .filter(|damage| damage.object.as_ref().is_none_or(|object| !up.makes(object)));
    let finding = |damage: &crate::migrate::statement::Damage| {
        let object = damage.object.as_ref().map_or(String::new(), |object| format!(" ({object})"));
        let what = format!("{}{object} in phase {}", damage.what, phase.name());
        up.finding(Destructive, &damage.span, &what)
    };
    damages.filter_map(finding).collect()
}

fn only_its_own(up: &Text<'_>, statement: &Statement) -> bool {
    statement.touches().iter().all(|name| up.makes(name))
}
