//! Where a recording is written, and what it says of where it comes from.

use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::{gaps::Missing, reason::Reason, rules::Rules};
use crate::parity::exchange::Exchange;

/// What made the exchanges of a recording.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// SHA-256 of legacy.lock.
    pub lock: String,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotRecord {
    #[error("create {}: {source}", folder.display())]
    Create { folder: PathBuf, source: io::Error },
    #[error("write to {}: {source}", folder.display())]
    Write { folder: PathBuf, source: io::Error },
    #[error("start the thread that writes: {0}")]
    Thread(#[source] io::Error),
}

pub(super) struct Disk {
    folder: PathBuf,
    file: std::fs::File,
    bytes: u64,
    buffer: Vec<u8>,
}

/// Beside the first one there are not more.
const MOST: u32 = 100_000;

impl Disk {
    pub(super) fn begin(rules: &Rules, _: &Provenance, _: &str) -> Result<Self, CannotRecord> {
        let folder = fresh(&rules.folder)?;
        let file = std::fs::File::create(folder.join("seg-00001.jsonl"));
        let file = file.map_err(|source| CannotRecord::Create { folder: folder.clone(), source })?;
        Ok(Self { folder, file, bytes: 0, buffer: Vec::new() })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// On disk so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn write(&mut self, exchange: &Exchange) -> Result<(), CannotRecord> {
        let mut value = serde_json::to_value(exchange).unwrap_or_default();
        value["k"] = "x".into();
        self.buffer.extend(value.to_string().bytes().chain([b'\n']));
        Ok(())
    }

    pub(super) fn gap(&mut self, reason: Reason, missing: Missing) -> Result<(), CannotRecord> {
        let Missing { count, from, to } = missing;
        let value =
            serde_json::json!({"k": "gap", "count": count, "reason": reason.name(), "from": from, "to": to});
        self.buffer.extend(value.to_string().bytes().chain([b'\n']));
        Ok(())
    }

    pub(super) fn make_safe(&mut self) -> Result<(), CannotRecord> {
        use std::io::Write;
        let buffer = std::mem::take(&mut self.buffer);
        let written = self.file.write_all(&buffer);
        self.bytes += buffer.len() as u64;
        written.map_err(|source| CannotRecord::Write { folder: self.folder.clone(), source })
    }

    pub(super) fn finish(mut self) -> Result<(), CannotRecord> {
        self.make_safe()
    }
}

/// The folder itself, or the first free name of `folder.2`, `folder.3`...: whoever makes it first has it, also where two
/// processes begin at once.
fn fresh(wanted: &Path) -> Result<PathBuf, CannotRecord> {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    let refused = |source| CannotRecord::Create { folder: wanted.to_owned(), source };
    if let Some(parent) = wanted.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(refused)?;
    }
    for number in 1..MOST {
        let mut name = wanted.as_os_str().to_owned();
        if number > 1 {
            name.push(format!(".{number}"));
        }
        let folder = PathBuf::from(name);
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(refused(error)),
        }
    }
    Err(refused(io::ErrorKind::AlreadyExists.into()))
}
