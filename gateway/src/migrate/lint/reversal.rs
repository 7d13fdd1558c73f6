//! Whether the two scripts keep what `reversible` promises.

use super::{
    Finding, Read,
    rules::Own::{
        ArchiveOfRows, ArchiveOutsideTransaction, LosslessDown, LosslessUp, NothingToArchive, NothingToLose,
    },
};
use crate::migrate::{
    header::Reversible,
    statement::{Dropped, ObjectName, Statement, Step},
};

pub(super) fn check(read: &Read<'_>) -> Vec<Finding> {
    match read.migration.header.reversible {
        Reversible::Lossless => lossless(read),
        Reversible::Archive => archive(read),
        Reversible::Lossy => lossy(read),
    }
}

fn lossless(read: &Read<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for statement in &read.up.statements {
        for lost in lost_by_up(read, statement) {
            let what = format!("drops {lost}, and `reversible=lossless` keeps no copy");
            found.extend(read.up.finding(LosslessUp, &statement.span, &what));
        }
        if statement.removes_rows() && !makes(read, statement) {
            let what = "removes rows, and `reversible=lossless` keeps no copy";
            found.extend(read.up.finding(LosslessUp, &statement.span, what));
        }
    }
    for statement in &read.down.statements {
        let finding = |what: String| read.down.finding(LosslessDown, &statement.span, &what);
        for lost in lost_by_down(read, statement) {
            found.extend(finding(format!("drops {lost}, and what was written there since the up is lost")));
        }
        if statement.removes_rows() {
            found.extend(finding("removes rows, and `reversible=lossless` keeps no copy".to_owned()));
        }
        for stranger in strangers(read, statement) {
            found.extend(finding(format!("takes {stranger} away, which the up did not make")));
        }
    }
    found
}

fn archive(read: &Read<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for text in [&read.up, &read.down] {
        if !text.script.is_transactional {
            let what = "`reversible=archive` with `transaction=off`";
            found.extend(text.header(ArchiveOutsideTransaction, what));
        }
        for statement in text.statements.iter().filter(|statement| statement.removes_rows()) {
            if !makes(read, statement) {
                let what = "removes rows, which an archive does not keep";
                found.extend(text.finding(ArchiveOfRows, &statement.span, what));
            }
        }
    }
    if !drops_anything(read) {
        found.extend(read.up.header(NothingToArchive, "`reversible=archive`, and nothing is dropped"));
    }
    found
}

fn lossy(read: &Read<'_>) -> Vec<Finding> {
    let texts = [&read.up, &read.down];
    let mut all = texts.into_iter().flat_map(|text| &text.statements);
    let may_lose = all.any(|statement| {
        statement.rewrites_rows() || statement.is_destructive() || statement.opaque().is_some()
    });
    let found = if may_lose {
        None
    } else {
        read.up.header(NothingToLose, "`reversible=lossy`, and nothing is lost")
    };
    found.into_iter().collect()
}

fn drops_anything(read: &Read<'_>) -> bool {
    let texts = [&read.up, &read.down];
    let mut all = texts.into_iter().flat_map(|text| &text.statements);
    all.any(|statement| {
        let is_sequence = statement.kind() == "DROP SEQUENCE";
        is_sequence || !statement.drops().is_empty() || statement.may_destroy_unseen()
    })
}

/// What it made itself and drops again was never anybody's.
fn lost_by_up<'a>(read: &'a Read<'_>, statement: &'a Statement) -> impl Iterator<Item = &'a Dropped> {
    statement.drops().iter().filter(|dropped| !read.up.makes(dropped.table()))
}

/// What PostgreSQL fills from other columns is filled again by the next up.
fn lost_by_down<'a>(read: &'a Read<'_>, statement: &'a Statement) -> impl Iterator<Item = &'a Dropped> {
    let derived = |dropped: &Dropped| read.up.statements.iter().any(|up| up.derives().contains(dropped));
    statement.drops().iter().filter(move |dropped| !derived(dropped) && !read.down.makes(dropped.table()))
}

/// Rows of a table that the same migration makes are its own.
fn makes(read: &Read<'_>, statement: &Statement) -> bool {
    statement.touches().iter().all(|name| read.up.makes(name))
}

/// What a DROP of the down names and the up did not make. Tables and columns are told as lost already.
fn strangers(read: &Read<'_>, statement: &Statement) -> Vec<String> {
    let mut strangers = Vec::new();
    if statement.kind().starts_with("DROP ") && statement.drops().is_empty() && names_what_it_drops(statement)
    {
        let unknown =
            statement.touches().iter().filter(|name| !read.up.makes(name) && !read.down.makes(name));
        strangers.extend(unknown.map(ObjectName::to_string));
    }
    let gone = statement.constraints().iter().filter(|change| change.step == Step::Gone);
    for change in gone {
        let ups = read.up.statements.iter().flat_map(Statement::constraints);
        let mut added = ups.filter(|up| matches!(up.step, Step::Added | Step::AddedNotValid));
        // PostgreSQL made up the name of an unnamed one.
        if !added.any(|up| up.table.is(&change.table) && (up.name.is_none() || up.name == change.name)) {
            let name = change.name.as_deref().unwrap_or_default();
            strangers.push(format!("the constraint {name} of {}", change.table));
        }
    }
    strangers
}

/// A trigger, a policy and a rule are named beside their table.
fn names_what_it_drops(statement: &Statement) -> bool {
    !matches!(statement.kind().as_str(), "DROP TRIGGER" | "DROP POLICY" | "DROP RULE")
}
