//! Begins a migration: the next number, two files, and in each what belongs there.
//!
//! Nothing that is there is ever written over.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use super::{
    file::{Direction, FileName, is_name},
    header::{Phase, Reversible},
};

/// What the first line of the new migration says.
pub struct New<'a> {
    pub name: &'a str,
    pub phase: Phase,
    pub reversible: Reversible,
    pub is_transactional: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum NewError {
    #[error("`{0}` cannot be a migration's name: it is made of a-z, 0-9 and _, as in `add_priority`")]
    Name(String),
    #[error("`{0}` has the name that the migration would have")]
    Taken(PathBuf),
    #[error("V9999 is the last number")]
    Full,
    #[error("{}: {source}", path.display())]
    Disk { path: PathBuf, source: io::Error },
}

/// The paths of the up and the down.
pub fn create(folder: &Path, new: &New<'_>) -> Result<[PathBuf; 2], NewError> {
    if !is_name(new.name) {
        return Err(NewError::Name(new.name.to_owned()));
    }
    fs::create_dir_all(folder).map_err(|source| NewError::Disk { path: folder.to_owned(), source })?;
    let names = names(folder)?;
    // Two of one name are told apart by nothing but their number.
    if let Some((_, path)) = names.iter().find(|(name, _)| name.name == new.name) {
        return Err(NewError::Taken(path.clone()));
    }
    let version = names.iter().map(|(name, _)| name.version).max().unwrap_or(0) + 1;
    if version > 9999 {
        return Err(NewError::Full);
    }
    let path =
        |direction: Direction| folder.join(format!("V{version:04}__{}.{}.sql", new.name, direction.name()));
    let (up, down) = (path(Direction::Up), path(Direction::Down));
    write(&up, &new.up())?;
    if let Err(error) = write(&down, &new.down()) {
        // Half a migration is refused by every other verb. That it stays is told by the error already.
        let _ = fs::remove_file(&up);
        return Err(error);
    }
    Ok([up, down])
}

fn names(folder: &Path) -> Result<Vec<(FileName, PathBuf)>, NewError> {
    let disk = |source| NewError::Disk { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(disk)? {
        let path = entry.map_err(disk)?.path();
        names.extend(FileName::of(&path).map(|name| (name, path)));
    }
    Ok(names)
}

fn write(path: &Path, text: &str) -> Result<(), NewError> {
    let disk = |source| NewError::Disk { path: path.to_owned(), source };
    let mut file = match File::create_new(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(NewError::Taken(path.to_owned()));
        }
        other => other.map_err(disk)?,
    };
    file.write_all(text.as_bytes()).map_err(disk)
}

impl New<'_> {
    fn up(&self) -> String {
        let phase = match self.phase {
            Phase::Expand => {
                "-- Adds what the next version of the code needs. The version that runs now knows nothing of it and must go\n\
                 -- on working: columns with a default or NULL, constraints as NOT VALID, indexes built CONCURRENTLY.\n"
            }
            Phase::Migrate => {
                "-- Moves rows into the new shape, while both shapes are used; then validates the constraints that were added\n\
                 -- as NOT VALID.\n"
            }
            Phase::Contract => {
                "-- Takes away what no running code uses any more: apply it when the version before is gone everywhere.\n"
            }
        };
        let alone = if self.is_transactional {
            ""
        } else {
            "-- Outside of a transaction: only what PostgreSQL refuses inside one, because a failure leaves what ran before it.\n"
        };
        format!(
            "-- gateway: phase={} transaction={} reversible={}\n{phase}{alone}",
            self.phase.name(),
            self.transaction(),
            self.reversible.name()
        )
    }

    fn down(&self) -> String {
        let cost = match self.reversible {
            Reversible::Lossless => {
                "-- Takes the up back without losing a row: nothing here drops a table or a column that was written to.\n"
            }
            Reversible::Archive => {
                "-- Takes the up back. What it drops is copied to gateway_archive first, and the next up brings it back.\n"
            }
            Reversible::Lossy => {
                "-- Takes the up back and loses rows: `gateway migrate down` asks for --accept-data-loss.\n"
            }
        };
        format!("-- gateway: transaction={}\n{cost}", self.transaction())
    }

    fn transaction(&self) -> &'static str {
        if self.is_transactional { "on" } else { "off" }
    }
}
