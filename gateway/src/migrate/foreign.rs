//! While Alembic owns the legacy's tables: which statements of a migration reach beyond the gateway's own schemas.

use std::{fmt, path::PathBuf};

use super::{
    file::{Direction, Migration},
    statement::{ObjectName, Statement},
    statements,
};
use crate::config::mistakes::{Mistake, Mistakes};

/// The schemas that are the gateway's whoever owns the rest; `pg_temp` ends with the session.
pub const OWN_SCHEMAS: [&str; 3] = ["gateway", "gateway_archive", "pg_temp"];

/// One statement that is not ours to run before the legacy's tables are.
#[derive(Clone, Debug)]
pub struct Foreign {
    pub path: PathBuf,
    pub line: usize,
    pub reason: Reason,
    mistake: Mistake,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    Touches(ObjectName),
    /// What it touches cannot be read from its text.
    Opaque(String),
}

const REMEDY: &str = "Alembic owns everything outside the schemas gateway and gateway_archive: leave it to Alembic, or \
                      take the tables over with `gateway migrate adopt --freeze`";

/// Of both scripts, in their order. A script that is no SQL is a mistake of its own.
pub fn foreign(migration: &Migration) -> Result<Vec<Foreign>, Mistakes> {
    let mut mistakes = Mistakes::default();
    let mut found = Vec::new();
    for direction in [Direction::Up, Direction::Down] {
        let script = migration.script(direction);
        let Some(read) = mistakes.absorb(statements::read(script)) else { continue };
        for statement in &read {
            for reason in reasons(statement) {
                let mistake =
                    Mistake::in_text(&script.path, &script.sql, statement.span.clone(), &reason, REMEDY);
                found.push(Foreign { path: script.path.clone(), line: statement.line, reason, mistake });
            }
        }
    }
    mistakes.into_result(found)
}

fn reasons(statement: &Statement) -> Vec<Reason> {
    let outside = statement.touches().iter().filter(|name| !OWN_SCHEMAS.contains(&name.home()));
    let mut reasons: Vec<_> = outside.cloned().map(Reason::Touches).collect();
    reasons.extend(statement.opaque().map(|reason| Reason::Opaque(reason.to_owned())));
    reasons
}

impl Foreign {
    /// As it is told, with the line of the file and what to do.
    pub fn into_mistake(self) -> Mistake {
        self.mistake
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Touches(name) if name.schema.is_none() && name.home() != name.name => {
                write!(formatter, "touches {name}, because a name without a schema is the legacy's")
            }
            Reason::Touches(name) => write!(formatter, "touches {name}"),
            Reason::Opaque(reason) => write!(formatter, "may touch anything: {reason}"),
        }
    }
}
