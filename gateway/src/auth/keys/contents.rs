//! What a directory of keys holds at one moment, read in one go and judged without looking again.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::manifest;

/// A PEM file of the longest RSA key has seven thousand.
const LONGEST: u64 = 64 << 10;
/// Far more than a manifest may list; a directory with more is something else.
const MOST: usize = 256;

/// Has no `Debug`: it holds every key.
pub(super) struct Contents {
    pub(super) directory: PathBuf,
    pub(super) manifest: Result<String, Unread>,
    files: BTreeMap<String, Result<String, Unread>>,
}

/// Why there is no text, as the rest of a sentence about the file.
pub(super) type Unread = String;

impl Contents {
    pub(super) fn read(directory: &Path) -> Self {
        let manifest = text(&directory.join(manifest::FILE));
        let mut files = BTreeMap::new();
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        for name in names.filter(|name| is_key(name)).take(MOST) {
            let text = text(&directory.join(&name));
            files.insert(name, text);
        }
        Self { directory: directory.to_owned(), manifest, files }
    }

    pub(super) fn manifest_path(&self) -> PathBuf {
        self.directory.join(manifest::FILE)
    }

    pub(super) fn file(&self, name: &str) -> Result<&str, &str> {
        match self.files.get(name) {
            Some(text) => text.as_deref().map_err(String::as_str),
            None if is_key(name) => Err("is not there"),
            None => Err("has a name that does not end in `.pem` or `.key`"),
        }
    }

    /// What looks like a key.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The same for the same contents, and saying nothing of them.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        let manifest = [("", &self.manifest)];
        let files = self.files.iter().map(|(name, text)| (name.as_str(), text));
        for (name, text) in manifest.into_iter().chain(files) {
            let (kind, text) = match text {
                Ok(text) => (b"+", text),
                Err(why) => (b"-", why),
            };
            for part in [name.as_bytes(), kind, text.as_bytes()] {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part);
            }
        }
        digest.finalize().into()
    }
}

fn is_key(name: &str) -> bool {
    !name.starts_with('.') && [".pem", ".key"].iter().any(|end| name.ends_with(end))
}

fn text(path: &Path) -> Result<String, Unread> {
    let why = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "is not there".to_owned(),
        io::ErrorKind::InvalidData => "is not text".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    let metadata = fs::metadata(path).map_err(why)?;
    if !metadata.is_file() {
        return Err("is not a file".to_owned());
    }
    if metadata.len() > LONGEST {
        return Err("is far too long".to_owned());
    }
    fs::read_to_string(path).map_err(why)
}
