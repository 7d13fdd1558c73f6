//! The key of pseudonyms that several recordings share, in a file that nobody else may read.

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::parity::redaction::{Key, KeyTooShort};

#[derive(Debug, thiserror::Error)]
pub enum BadKeyFile {
    #[error("{}: cannot be read: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("{}: others may read it (mode {mode:03o}), and then try which value a pseudonym stands for; `chmod 600` it", path.display())]
    Open { path: PathBuf, mode: u32 },
    #[error("{}: {error}", path.display())]
    Short { path: PathBuf, error: KeyTooShort },
}

/// What stands there, without the line break that an editor leaves.
pub fn read_key(path: &Path) -> Result<Key, BadKeyFile> {
    let unreadable = |error| BadKeyFile::Read { path: path.to_owned(), error };
    let mut file = File::open(path).map_err(unreadable)?;
    let there = file.metadata().map_err(unreadable)?;
    let mode = there.permissions().mode() & 0o777;
    // A pipe is read by whoever was given it.
    if there.is_file() && mode & 0o077 != 0 {
        return Err(BadKeyFile::Open { path: path.to_owned(), mode });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    Key::from_bytes(bytes.trim_ascii_end())
        .map_err(|error| BadKeyFile::Short { path: path.to_owned(), error })
}
