//! What one migration is: a number, a name, and two scripts, one that makes the change and one that takes it back.

use std::path::{Path, PathBuf};

use super::header::Header;
pub use crate::telemetry::fingerprint::Fingerprint as Checksum;

#[derive(Clone, Debug)]
pub struct Migration {
    pub version: i32,
    pub name: String,
    pub header: Header,
    pub up: Script,
    pub down: Script,
}

/// One file, whole: its first line is part of what is hashed, so that a changed promise is a changed file.
#[derive(Clone, Debug)]
pub struct Script {
    pub path: PathBuf,
    pub sql: String,
    pub is_transactional: bool,
    pub checksum: Checksum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Direction {
    Up,
    Down,
}

impl Migration {
    /// As everybody names it: the stem of its files.
    pub fn stem(&self) -> String {
        format!("V{:04}__{}", self.version, self.name)
    }

    pub fn script(&self, direction: Direction) -> &Script {
        match direction {
            Direction::Up => &self.up,
            Direction::Down => &self.down,
        }
    }
}

impl Direction {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The parts of `V0001__name.up.sql`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    pub version: i32,
    pub name: String,
    pub direction: Direction,
}

impl FileName {
    pub fn of(path: &Path) -> Option<Self> {
        let text = path.file_name()?.to_str()?;
        let (stem, direction) = match (text.strip_suffix(".up.sql"), text.strip_suffix(".down.sql")) {
            (Some(stem), _) => (stem, Direction::Up),
            (None, Some(stem)) => (stem, Direction::Down),
            (None, None) => return None,
        };
        let (digits, name) = stem.strip_prefix('V')?.split_once("__")?;
        let is_number = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && is_name(name)).then_some(())?;
        Some(Self { version: digits.parse().ok()?, name: name.to_owned(), direction })
    }
}

/// Whether a migration may be called so.
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_number_name_and_direction() {
        let of = |name: &str| FileName::of(Path::new(name));
        let whole = FileName { version: 7, name: "add_email".into(), direction: Direction::Up };
        assert_eq!(of("x/V0007__add_email.up.sql"), Some(whole));
        assert_eq!(of("V0012__a_.down.sql").map(|name| name.direction), Some(Direction::Down));
        for bad in [
            "V7__a.up.sql",
            "V00007__a.up.sql",
            "V0007_a.up.sql",
            "V0007__.up.sql",
            "V0007__A.up.sql",
            "V0007__a-b.up.sql",
            "V0007__a.sql",
            "U0007__a.up.sql",
            "V+007__a.up.sql",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
