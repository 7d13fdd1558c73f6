//! A folder of migrations, read whole: in order, without gaps, each with its way back; or everything wrong with it.

use std::{
    collections::BTreeMap,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::{
    file::{Checksum, Direction, FileName, Migration, Script},
    header::{Header, Reversible},
};
use crate::config::mistakes::{Mistake, Mistakes};

/// Ascending from 1, without gaps.
#[derive(Clone, Debug)]
pub struct Folder {
    pub path: PathBuf,
    pub migrations: Vec<Migration>,
}

type Found = BTreeMap<i32, Vec<(FileName, PathBuf)>>;

impl Folder {
    pub fn read(path: &Path) -> Result<Self, Mistakes> {
        let remedy = "name the folder in MIGRATIONS_DIR, or make it: `gateway migrate new NAME` begins one";
        match list(path) {
            Ok(paths) => Self::of(path, paths),
            Err(error) => Err(Mistake::in_file(path, format!("cannot be read: {error}"), remedy).into()),
        }
    }

    /// For a server: a folder that is not there holds no migrations, nor does one that is somebody else's. Alembic's
    /// has this name in many projects.
    pub fn read_if_there(path: &Path) -> Result<Self, Mistakes> {
        let paths = match list(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Self::read(path),
            listed => listed.unwrap_or_default(),
        };
        if paths.iter().any(|path| FileName::of(path).is_some()) {
            Self::of(path, paths)
        } else {
            Ok(Self { path: path.to_owned(), migrations: Vec::new() })
        }
    }

    pub fn newest(&self) -> Option<i32> {
        self.migrations.last().map(|migration| migration.version)
    }

    pub fn find(&self, version: i32) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.version == version)
    }

    fn of(path: &Path, paths: Vec<PathBuf>) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut found = Found::new();
        for path in paths {
            match FileName::of(&path) {
                Some(name) => found.entry(name.version).or_default().push((name, path)),
                None => {
                    let remedy = "name it `V0001__name.up.sql` or `V0001__name.down.sql`, with a-z, 0-9 and _ in \
                                  the name; or move it elsewhere";
                    mistakes.push(Mistake::in_file(&path, "is not named as a migration is", remedy));
                }
            }
        }
        gaps(path, &found, &mut mistakes);
        let migrations: Vec<_> =
            found.into_values().filter_map(|files| mistakes.absorb(migration(&files))).collect();
        mistakes.into_result(Self { path: path.to_owned(), migrations })
    }
}

/// Hidden files are not looked at: an empty folder is kept in a repository by one.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

fn gaps(folder: &Path, found: &Found, mistakes: &mut Mistakes) {
    let mut expected = 1;
    for version in found.keys().copied() {
        if version > expected {
            let missing = if version == expected + 1 {
                format!("V{expected:04} is missing")
            } else {
                format!("V{expected:04} to V{:04} are missing", version - 1)
            };
            let what = format!("{missing} before V{version:04}");
            mistakes.push(Mistake::in_file(folder, what, "number the migrations from 0001 without gaps"));
        }
        if version == 0 {
            let what = "V0000 is before the first version";
            mistakes.push(Mistake::in_file(folder, what, "number the migrations from 0001 without gaps"));
        }
        expected = version + 1;
    }
}

/// The files of one version: exactly an up and a down of one name.
fn migration(files: &[(FileName, PathBuf)]) -> Result<Migration, Mistakes> {
    let mut mistakes = Mistakes::default();
    let (first, first_path) = files.first().expect("a version is found with its first file");
    let others = files.iter().filter(|(name, _)| name.name != first.name);
    for (_, path) in others {
        let what = format!("has the number of `{}`", file_name(first_path));
        mistakes.push(Mistake::in_file(path, what, "give one of them the next free number"));
    }
    let of = |direction| files.iter().find(|(name, _)| name.direction == direction).map(|(_, path)| path);
    let up = match of(Direction::Up) {
        Some(path) => mistakes.absorb(up(path)),
        None => missing(first_path, Direction::Up, &mut mistakes),
    };
    let down = match of(Direction::Down) {
        Some(path) => mistakes.absorb(down(path)),
        None => missing(first_path, Direction::Down, &mut mistakes),
    };
    if let (Some((header, up)), Some(down)) = (&up, &down)
        && header.reversible == Reversible::Archive
    {
        for script in [up, down].into_iter().filter(|script| !script.is_transactional) {
            let what = "`transaction=off` in a migration with `reversible=archive`";
            let remedy = "an archive is written in the transaction of the step: put what needs none into a migration of \
                          its own";
            mistakes.push(Mistake::in_file(&script.path, what, remedy));
        }
    }
    match (up, down) {
        (Some((header, up)), Some(down)) if mistakes.is_empty() => {
            Ok(Migration { version: first.version, name: first.name.clone(), header, up, down })
        }
        _ => Err(mistakes),
    }
}

fn missing<T>(there: &Path, direction: Direction, mistakes: &mut Mistakes) -> Option<T> {
    let stem = file_name(there)
        .trim_end_matches(".sql")
        .rsplit_once('.')
        .map_or_else(|| file_name(there).to_owned(), |(stem, _)| stem.to_owned());
    let other = format!("{stem}.{}.sql", direction.name());
    let remedy = match direction {
        Direction::Down => "write what takes the migration back; `reversible` says what that may cost",
        Direction::Up => "write what the migration does, or remove its way back",
    };
    mistakes.push(Mistake::in_file(there, format!("has no `{other}` beside it"), remedy));
    None
}

fn up(path: &Path) -> Result<(Header, Script), Mistakes> {
    let sql = text(path)?;
    let (header, is_transactional) = Header::of_up(path, &sql)?;
    Ok((header, script(path, sql, is_transactional)))
}

fn down(path: &Path) -> Result<Script, Mistakes> {
    let sql = text(path)?;
    let is_transactional = Header::of_down(path, &sql)?;
    Ok(script(path, sql, is_transactional))
}

fn script(path: &Path, sql: String, is_transactional: bool) -> Script {
    Script { path: path.to_owned(), checksum: Checksum::of(&sql), sql, is_transactional }
}

fn text(path: &Path) -> Result<String, Mistakes> {
    let mistake = |what: String, remedy: &str| Mistakes::from(Mistake::in_file(path, what, remedy));
    match std::fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => {
            Err(mistake("is empty".to_owned(), "write the SQL, or remove the file"))
        }
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(mistake("is not UTF-8 text".to_owned(), "save it as UTF-8"))
        }
        Err(error) => Err(mistake(format!("cannot be read: {error}"), "make it a readable file")),
    }
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: &str = "-- gateway: phase=expand transaction=on reversible=lossless\nSELECT 1;\n";
    const DOWN: &str = "-- gateway: transaction=on\nSELECT 1;\n";

    fn read(files: &[(&str, &str)]) -> Result<Folder, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let place = format!("{}", folder.path().display());
        Folder::read(folder.path()).map_err(|mistakes| mistakes.to_string().replace(&place, "m"))
    }

    #[test]
    fn migrations_stand_in_order() {
        let folder = read(&[
            ("V0002__b.up.sql", UP),
            ("V0002__b.down.sql", DOWN),
            ("V0001__a.down.sql", DOWN),
            ("V0001__a.up.sql", UP),
            (".gitkeep", ""),
        ])
        .unwrap();
        let stems: Vec<_> = folder.migrations.iter().map(Migration::stem).collect();
        assert_eq!(stems, ["V0001__a", "V0002__b"]);
        assert_eq!(folder.newest(), Some(2));
        assert_eq!(&*folder.migrations[0].down.checksum, &*Checksum::of(DOWN));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let told = read(&[
            ("V0002__b.up.sql", UP),
            ("V0002__b.down.sql", ""),
            ("V0002__c.up.sql", UP),
            ("V0005__d.up.sql", UP),
            ("V0006__e.down.sql", DOWN),
            ("notes.txt", ""),
        ])
        .unwrap_err();
        assert_eq!(
            told,
            "\
m: V0001 is missing before V0002
help: number the migrations from 0001 without gaps

m: V0003 to V0004 are missing before V0005
help: number the migrations from 0001 without gaps

m/V0002__b.down.sql: is empty
help: write the SQL, or remove the file

m/V0002__c.up.sql: has the number of `V0002__b.down.sql`
help: give one of them the next free number

m/V0005__d.up.sql: has no `V0005__d.down.sql` beside it
help: write what takes the migration back; `reversible` says what that may cost

m/V0006__e.down.sql: has no `V0006__e.up.sql` beside it
help: write what the migration does, or remove its way back

m/notes.txt: is not named as a migration is
help: name it `V0001__name.up.sql` or `V0001__name.down.sql`, with a-z, 0-9 and _ in the name; or move it elsewhere"
        );
    }

    #[test]
    fn an_archive_needs_a_transaction() {
        let up = UP.replace("on reversible=lossless", "off reversible=archive");
        let told = read(&[("V0001__a.up.sql", &up), ("V0001__a.down.sql", DOWN)]).unwrap_err();
        assert_eq!(
            told,
            "m/V0001__a.up.sql: `transaction=off` in a migration with `reversible=archive`\n\
             help: an archive is written in the transaction of the step: put what needs none into a migration of its own"
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_mistake_only_where_one_is_asked_for() {
        let missing = Path::new("/nowhere/migrations");
        assert_eq!(
            Folder::read(missing).unwrap_err().to_string(),
            "/nowhere/migrations: cannot be read: No such file or directory (os error 2)\n\
             help: name the folder in MIGRATIONS_DIR, or make it: `gateway migrate new NAME` begins one"
        );
        assert_eq!(Folder::read_if_there(missing).unwrap().newest(), None);
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(Folder::read_if_there(file.path()).unwrap_err().to_string().contains("cannot be read"));
        let alembic = tempfile::tempdir().unwrap();
        std::fs::write(alembic.path().join("env.py"), "").unwrap();
        assert_eq!(Folder::read_if_there(alembic.path()).unwrap().newest(), None);
        std::fs::write(alembic.path().join("V0001__a.up.sql"), UP).unwrap();
        assert_eq!(Folder::read_if_there(alembic.path()).unwrap_err().len(), 2);
    }
}
