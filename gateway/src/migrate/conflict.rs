//! What must not be: a folder, a history and an owner that do not fit together. All of it is told at once.

use super::{
    alembic::Revision,
    baseline::Ownership,
    file::{Direction, Migration},
    folder::Folder,
    foreign::{self, Foreign},
    history::{Applied, HISTORY, History, State, Step},
    piece::{Piece, pieces},
    statements, up,
};
use crate::config::mistakes::{Mistake, Mistakes};

pub(super) fn of_history(folder: &Folder, history: &History) -> Mistakes {
    let mut mistakes = Mistakes::default();
    for applied in &history.applied {
        match folder.find(applied.version) {
            Some(migration) => of_applied(migration, applied, &mut mistakes),
            None => {
                let newest = folder.newest().map_or("there is no file".to_owned(), |newest| {
                    format!("the newest file is V{newest:04}")
                });
                let what = format!("V{:04}__{} is applied, and {newest}", applied.version, applied.name);
                let remedy = "use the files of the release that migrated this database, or newer ones";
                mistakes.push(Mistake::in_variable(HISTORY, what, remedy));
            }
        }
    }
    let newest = history.newest().unwrap_or_default();
    let late = folder.migrations.iter().filter(|late| late.version < newest && !history.has(late.version));
    for migration in late {
        let what = format!("is not applied, and V{newest:04} is: it came too late");
        let remedy = "give it the next free number";
        mistakes.push(Mistake::in_file(&migration.up.path, what, remedy));
    }
    for step in &history.steps {
        of_step(folder, step, &mut mistakes);
    }
    if let Some(step) = history.steps.iter().find(|step| folder.find(step.version).is_none()) {
        mistakes.push(of_lost_step(step));
    }
    mistakes
}

/// Whether all that is in the way is that a newer release has been here: every file of ours is applied as it is.
pub(super) fn is_only_ahead(folder: &Folder, history: &History) -> bool {
    let mut ours = history.clone();
    ours.applied.retain(|applied| folder.find(applied.version).is_some());
    ours.applied.len() < history.applied.len()
        && ours.applied.len() == folder.migrations.len()
        && of_history(folder, &ours).is_empty()
}

fn of_applied(migration: &Migration, applied: &Applied, mistakes: &mut Mistakes) {
    let stem = migration.stem();
    if !applied.is_readable() {
        let what = format!("the row of {stem} is not one that a gateway has written");
        let remedy = "put the row back as it was; `applied_on` is an RFC 3339 instant, `checksum` a number";
        mistakes.push(Mistake::in_variable(HISTORY, what, remedy));
        return;
    }
    if applied.name != migration.name {
        let what = format!("was applied as V{:04}__{}", applied.version, applied.name);
        mistakes.push(Mistake::in_file(&migration.up.path, what, "give the file its name back"));
        return;
    }
    let checksum = up::unapplied(migration).map(|unapplied| unapplied.checksum().to_string());
    if checksum.ok().as_ref() != Some(&applied.checksum) {
        let what = format!("has changed since it was applied on {}", applied.applied_on);
        let remedy = "put the file back as it was, every byte; what should change is a new migration";
        mistakes.push(Mistake::in_file(&migration.up.path, what, remedy));
    }
    if applied.down.as_ref().is_some_and(|down| **down != *migration.down.checksum) {
        let remedy = format!(
            "put the file back as it was; or, if the new one is right, `gateway migrate repair --accept-down {}`",
            migration.version
        );
        let what = "has changed since its migration was applied";
        mistakes.push(Mistake::in_file(&migration.down.path, what, remedy));
    }
}

/// Steps are counted from what somebody saw: who waited for another to take one back would take back the next.
pub(super) fn of_moved(seen: &History, now: &History) -> Mistakes {
    let mut mistakes = Mistakes::default();
    if seen.applied != now.applied {
        let at = |history: &History| match history.newest() {
            Some(newest) => format!("at V{newest:04}"),
            None => "at no version".to_owned(),
        };
        let what = format!("the database was {}, and is {} since another has ended", at(seen), at(now));
        let remedy =
            "look with `gateway migrate status`; `--to` names the version that stays, whoever comes first";
        mistakes.push(Mistake::in_variable(HISTORY, what, remedy));
    }
    mistakes
}

/// What is done must still be what the file says.
fn of_step(folder: &Folder, step: &Step, mistakes: &mut Mistakes) {
    let Some(migration) = folder.find(step.version) else { return };
    let script = migration.script(step.direction);
    let index = usize::try_from(step.statement).unwrap_or_default().saturating_sub(1);
    let is_same = pieces(script).get(index).is_some_and(|piece: &Piece| *piece.checksum() == *step.checksum);
    if step.state != State::Failed && !is_same {
        let what = format!("has changed: statement {} was begun on {}", step.statement, step.started());
        let remedy = "put the statements that were run back as they were; what failed may change";
        mistakes.push(Mistake::in_file(&script.path, what, remedy));
    }
}

/// What is not known to any file is still half done in the database.
fn of_lost_step(step: &Step) -> Mistake {
    let Step { version, direction, .. } = step;
    let what = format!(
        "the way {} of V{version:04} was begun on {} and has not ended, and there is no file of it",
        direction.name(),
        step.started()
    );
    let remedy = format!(
        "put both files back and run `gateway migrate repair`; or, where they are lost, undo by hand what it did, then \
         `DELETE FROM gateway.migration_step WHERE version = {version}`"
    );
    Mistake::in_variable("gateway.migration_step", what, remedy)
}

/// The same way is gone on with by itself; the other way would begin in the middle.
pub(super) fn of_unfinished(history: &History, direction: Direction, mistakes: &mut Mistakes) {
    let Some(step) = history.steps.iter().find(|step| step.direction != direction) else { return };
    let way = step.direction.name();
    let what =
        format!("the way {way} of V{:04} was begun on {} and has not ended", step.version, step.started());
    mistakes.push(Mistake::in_variable(
        "gateway.migration_step",
        what,
        "finish it with `gateway migrate repair`",
    ));
}

pub(super) fn of_alembic(ownership: &Ownership, revision: &Revision, mistakes: &mut Mistakes) {
    let Ownership::Ours { revision: frozen } = ownership else { return };
    let now = match revision {
        Revision::One { revision } if revision == frozen => return,
        // The legacy is gone, and its table with it.
        Revision::NoTable => return,
        Revision::One { revision } => revision.clone(),
        Revision::Several { revisions } => revisions.join(" and "),
        Revision::Empty { .. } => "empty".to_owned(),
        Revision::Tables(tables) => format!("one of {}", tables.join(", ")),
    };
    let what = format!("is {now}, and was frozen at {frozen}: Alembic has run since");
    let remedy = "take back what Alembic did; or record it with `gateway migrate adopt --accept`";
    mistakes.push(Mistake::in_variable("alembic_version", what, remedy));
}

pub(super) fn of_ownership(migration: &Migration, ownership: &Ownership, mistakes: &mut Mistakes) {
    if *ownership == Ownership::Alembic
        && let Some(found) = mistakes.absorb(foreign::foreign(migration))
    {
        found.into_iter().map(Foreign::into_mistake).for_each(|mistake| mistakes.push(mistake));
    }
}

/// Of several that are due the newest that names one tells; those before it were written for revisions that Alembic has
/// passed. It passes none any more once it is frozen: all of them are behind.
pub(super) fn of_revision(
    due: &[&Migration],
    ownership: &Ownership,
    revision: &Revision,
    mistakes: &mut Mistakes,
) {
    let named = due.iter().rev().find_map(|migration| {
        migration.header.requires_alembic.as_ref().map(|required| (*migration, required))
    });
    let (Some((migration, required)), Ownership::Alembic) = (named, ownership) else { return };
    let now = match revision {
        Revision::One { revision } if revision == required => return,
        Revision::One { revision } => format!("is at {revision}"),
        Revision::Several { revisions } => format!("has several heads, {}", revisions.join(" and ")),
        Revision::NoTable => "has no `alembic_version`".to_owned(),
        Revision::Empty { .. } => "has nothing in `alembic_version`".to_owned(),
        Revision::Tables(tables) => format!("has more than one such table: {}", tables.join(", ")),
    };
    let what = format!("requires Alembic's revision {required}, and the database {now}");
    let remedy = format!("run `alembic upgrade {required}` first, or correct `requires_alembic`");
    let sql = &migration.up.sql;
    let start = sql.find("requires_alembic").unwrap_or_default();
    let end = start + "requires_alembic=".len() + required.len();
    mistakes.push(Mistake::in_text(&migration.up.path, sql, start..end, what, remedy));
}

/// It would end our transaction in the middle, with nothing in the history.
pub(super) fn of_control(migration: &Migration, mistakes: &mut Mistakes) {
    for script in [&migration.up, &migration.down] {
        // What our parser cannot read PostgreSQL judges, all of it in one piece.
        for statement in statements::read(script).unwrap_or_default() {
            if statement.is_transaction_control() {
                let what = "a script does not begin or end transactions: each is one of its own";
                let remedy = "remove the statement; `transaction=off` runs a script without a transaction";
                mistakes.push(Mistake::in_text(&script.path, &script.sql, statement.span, what, remedy));
            }
        }
    }
}
