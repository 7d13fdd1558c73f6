//! Finds the PostgreSQL that is installed; the newest when there are several.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;

#[derive(Debug)]
pub(super) struct Binaries {
    directory: PathBuf,
}

const PROGRAMS: [&str; 2] = ["initdb", "postgres"];

/// (parent, prefix of the version directory, where the programs are in it). They come before PATH, where Debian
/// keeps wrappers for clusters of its own.
const LAYOUTS: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

impl Binaries {
    pub(super) fn find(wanted: Option<&Path>) -> Result<Self, ClusterError> {
        if let Some(directory) = wanted {
            return match PROGRAMS.into_iter().find(|program| !directory.join(program).is_file()) {
                None => Ok(Self { directory: directory.to_owned() }),
                Some(program) => {
                    Err(ClusterError::BinaryMissing { directory: directory.to_owned(), program })
                }
            };
        }
        let directory = LAYOUTS.iter().flat_map(installed).max_by_key(|(version, _)| *version);
        let directory =
            directory.map(|(_, directory)| directory).or_else(on_path).ok_or(ClusterError::NoBinaries)?;
        Ok(Self { directory })
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.directory.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.directory.join("postgres")
    }
}

fn complete(directory: &Path) -> bool {
    PROGRAMS.iter().all(|program| directory.join(program).is_file())
}

fn installed((parent, prefix, inside): &(&str, &str, &str)) -> Vec<(u32, PathBuf)> {
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
        let mut found = installed(&(root.path().to_str().unwrap(), "", "bin"));
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
        assert_eq!(binaries.postgres(), root.path().join("15/bin/postgres"));
    }
}
