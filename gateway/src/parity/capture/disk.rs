//! Where a recording is written, and what it says of where it comes from.

use std::{
    collections::BTreeMap,
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::{rules::Rules, tap::since_1970};
use crate::{
    parity::recording::{BadKeyFile, Limits, Manifest, Origin, Unwritten, Writer},
    routes::lock::Versions,
    telemetry::fingerprint::Fingerprint,
};

/// What made the exchanges of a recording.
#[derive(Clone, Debug)]
pub struct Provenance {
    lock: String,
    versions: BTreeMap<String, String>,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotRecord {
    #[error("create the folder {}: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error("{unwritten}: {}", unwritten.source)]
    Disk { unwritten: Unwritten },
    #[error(transparent)]
    Key(#[from] BadKeyFile),
    #[error("start the thread that writes: {0}")]
    Thread(#[source] io::Error),
}

impl CannotRecord {
    /// Of whoever set it up, and not of the machine.
    pub fn is_mistake(&self) -> bool {
        matches!(self, Self::Key(BadKeyFile::Open { .. } | BadKeyFile::Short { .. }))
    }
}

/// Beside one that is there already there are not more.
const MOST: u32 = 100_000;

impl Provenance {
    pub fn of(lock: &Fingerprint, versions: &Versions) -> Self {
        Self { lock: lock.to_string(), versions: versions.named().collect() }
    }
}

/// In the folder itself, or in the first of `folder.2`, `folder.3`... that is free: whoever makes it first has it, also
/// where two processes begin at once.
pub(super) fn begin(rules: &Rules, provenance: &Provenance, routes: &str) -> Result<Writer, CannotRecord> {
    let mut manifest = Manifest::new(Origin::Capture, since_1970(), &rules.policy());
    manifest.routes = Some(Fingerprint::of(routes).to_string());
    manifest.lock = Some(provenance.lock.clone());
    manifest.versions.clone_from(&provenance.versions);
    let wanted = &rules.folder;
    make_parent(wanted).map_err(|source| CannotRecord::Folder { folder: wanted.clone(), source })?;
    let limits = || Limits { segment: rules.segment_max, ..Limits::default() };
    for number in 1..MOST {
        match Writer::create(&numbered(wanted, number), &manifest, limits()) {
            Ok(writer) => return Ok(writer),
            Err(unwritten) if unwritten.source.kind() == io::ErrorKind::AlreadyExists => {}
            Err(unwritten) => return Err(CannotRecord::Disk { unwritten }),
        }
    }
    Err(CannotRecord::Folder { folder: wanted.clone(), source: io::ErrorKind::AlreadyExists.into() })
}

fn make_parent(folder: &Path) -> io::Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.map_or(Ok(()), |parent| DirBuilder::new().recursive(true).mode(0o700).create(parent))
}

fn numbered(folder: &Path, number: u32) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    if number > 1 {
        name.push(format!(".{number}"));
    }
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_that_is_there_stays_as_it_is() {
        let parent = tempfile::tempdir().unwrap();
        let wanted = parent.path().join("deep/one");
        let provenance = Provenance { lock: "a".to_owned(), versions: BTreeMap::new() };
        let begun = || begin(&Rules::to(wanted.clone()), &provenance, "schema = 1\n").unwrap();
        let (first, second) = (begun(), begun());
        assert_eq!(first.folder(), wanted);
        assert_eq!(second.folder(), parent.path().join("deep/one.2"));
        let empty = parent.path().join("empty");
        std::fs::create_dir(&empty).unwrap();
        assert_eq!(begin(&Rules::to(empty.clone()), &provenance, "").unwrap().folder(), empty);
        let file = parent.path().join("file");
        std::fs::write(&file, "").unwrap();
        let refused = begin(&Rules::to(file), &provenance, "").map(|writer| writer.folder().to_owned());
        assert!(refused.is_err(), "{refused:?}");
    }
}
