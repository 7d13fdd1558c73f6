//! Chooses the PostgreSQL to start: the one that is named, else the newest installed, else the unpacked one.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{ClusterError, prepare, wheel};

#[derive(Debug)]
pub(super) struct Binaries {
    directory: PathBuf,
}

const PROGRAMS: [&str; 2] = ["initdb", "postgres"];

/// Parent, prefix of the version directory, where the programs are in it.
type Layout = (&'static str, &'static str, &'static str);

/// They come before PATH, where Debian keeps wrappers for clusters of its own.
const LAYOUTS: [Layout; 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// The places to look at, when no directory is named.
struct Places<'a> {
    layouts: &'a [Layout],
    on_path: fn() -> Option<PathBuf>,
    unpacked: PathBuf,
}

impl Binaries {
    pub(super) fn find(wanted: Option<&Path>) -> Result<Self, ClusterError> {
        let unpacked = super::service_directory().join("pg");
        Self::choose(wanted, &Places { layouts: &LAYOUTS, on_path, unpacked })
    }

    fn choose(wanted: Option<&Path>, places: &Places<'_>) -> Result<Self, ClusterError> {
        let directory = match wanted {
            Some(directory) => {
                named(directory)?;
                directory.to_owned()
            }
            None => match newest(places.layouts).or_else(places.on_path) {
                Some(directory) => directory,
                None => wheel::unpacked(&places.unpacked)?.ok_or(ClusterError::NoBinaries)?,
            },
        };
        // They are run in another working directory.
        let directory = directory.canonicalize().map_err(prepare(&directory))?;
        Ok(Self { directory })
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.directory.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.directory.join("postgres")
    }
}

fn named(directory: &Path) -> Result<(), ClusterError> {
    let missing = PROGRAMS.into_iter().find(|program| !directory.join(program).is_file());
    missing.map_or(Ok(()), |program| {
        Err(ClusterError::BinaryMissing { directory: directory.to_owned(), program })
    })
}

fn newest(layouts: &[Layout]) -> Option<PathBuf> {
    let versions = layouts.iter().flat_map(|layout| installed(*layout));
    versions.max_by_key(|(version, _)| *version).map(|(_, directory)| directory)
}

fn complete(directory: &Path) -> bool {
    PROGRAMS.iter().all(|program| directory.join(program).is_file())
}

fn installed((parent, prefix, inside): (&str, &str, &str)) -> Vec<(u32, PathBuf)> {
    let Ok(entries) = Path::new(parent).read_dir() else { return Vec::new() };
    let versions = entries.flatten().filter_map(|entry| {
        let name = entry.file_name();
        let version = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
        Some((version, entry.path().join(inside)))
    });
    versions.filter(|(_, directory)| complete(directory)).collect()
}

/// The shell looks along PATH, so that the environment is read nowhere but in `config`.
fn on_path() -> Option<PathBuf> {
    let output = Command::new("/bin/sh").args(["-c", "command -v postgres"]).output().ok()?;
    let program = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    let directory = program.canonicalize().ok()?.parent()?.to_owned();
    complete(&directory).then_some(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(root: &Path, version: &str, programs: &[&str]) {
        let directory = root.join(version).join("bin");
        std::fs::create_dir_all(&directory).unwrap();
        for program in programs {
            std::fs::write(directory.join(program), "").unwrap();
        }
    }

    #[test]
    fn only_complete_versions_count_and_9_is_older_than_15() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), "9", &PROGRAMS);
        install(root.path(), "15", &PROGRAMS);
        install(root.path(), "16", &["initdb"]);
        install(root.path(), "beta", &PROGRAMS);
        let mut found = installed((root.path().to_str().unwrap(), "", "bin"));
        found.sort();
        assert_eq!(found, [(9, root.path().join("9/bin")), (15, root.path().join("15/bin"))]);
    }

    #[test]
    fn a_named_directory_is_taken_or_refused_but_never_replaced() {
        let root = tempfile::tempdir().unwrap();
        install(root.path(), "15", &["initdb"]);
        let error = Binaries::find(Some(&root.path().join("15/bin"))).unwrap_err();
        assert!(matches!(error, ClusterError::BinaryMissing { program: "postgres", .. }), "{error}");
        install(root.path(), "15", &["postgres"]);
        let binaries = Binaries::find(Some(&root.path().join("15/bin"))).unwrap();
        assert_eq!(binaries.postgres(), root.path().canonicalize().unwrap().join("15/bin/postgres"));
    }

    #[test]
    fn the_unpacked_one_is_the_last_choice() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().canonicalize().unwrap();
        let found = |on_path| {
            let places = Places { layouts: &[], on_path, unpacked: path.join("pg") };
            Binaries::choose(None, &places).map(|binaries| binaries.directory)
        };
        let nothing = found(|| None).unwrap_err();
        assert!(matches!(nothing, ClusterError::NoBinaries), "{nothing}");
        for way_out in ["apt-get install postgresql", "./dev postgres", "GATEWAY_PG_BIN", "DATABASE_URL"] {
            assert!(nothing.to_string().contains(way_out), "{nothing}");
        }
        let programs = wheel::tests::unpack(&path.join("pg"), wheel::tests::any_pin());
        assert_eq!(found(|| None).unwrap(), programs);
        assert_eq!(found(|| Some(PathBuf::from("/"))).unwrap(), Path::new("/"));
        wheel::tests::unpack(&path.join("pg"), "of another wheel");
        assert!(matches!(found(|| None), Err(ClusterError::NotPinned { .. })));
    }
}
