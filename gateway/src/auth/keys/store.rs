//! The directory of keys as commands write it: by one process at a time, each file whole or not at all.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    Manifest,
    manifest::{self},
};
use crate::config::mistakes::{Mistake, Mistakes};

const LOCK: &str = ".lock";
/// Nobody holds the directory for longer than it takes to make an RSA key.
const PATIENCE: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_millis(20);

/// Locked until this is dropped.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    manifest: Manifest,
    _lock: File,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    #[error("{}: {doing}: {source}", path.display())]
    Disk { path: PathBuf, doing: &'static str, source: io::Error },
    #[error(
        "another process holds {} and did not let go of it within {} seconds\nnothing was changed: say it again, or see who it is with `fuser`",
        .0.display(),
        PATIENCE.as_secs()
    )]
    Held(PathBuf),
}

impl Store {
    /// Of a directory that may have to be made first.
    pub fn create(directory: &Path) -> Result<Self, StoreError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
        made.map_err(disk(directory, "cannot be made"))?;
        Self::lock(directory, |path, error| match error.kind() {
            io::ErrorKind::NotFound => Ok(Manifest::default()),
            _ => Err(disk(path, "cannot be read")(error)),
        })
    }

    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        // Made for nobody, the lock would be all there is.
        if !directory.is_dir() {
            return Err(missing(directory).into());
        }
        Self::lock(directory, |path, error| match error.kind() {
            io::ErrorKind::NotFound => Err(missing(path).into()),
            _ => Err(disk(path, "cannot be read")(error)),
        })
    }

    fn lock(
        directory: &Path,
        without: impl FnOnce(&Path, io::Error) -> Result<Manifest, StoreError>,
    ) -> Result<Self, StoreError> {
        let path = directory.join(LOCK);
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = file.map_err(disk(&path, "cannot be opened"))?;
        hold(&file, &path)?;
        let path = directory.join(manifest::FILE);
        // Under the lock: what another process was about to add is there now.
        let manifest = match fs::read_to_string(&path) {
            Ok(text) => {
                let (manifest, mistakes) = Manifest::read(&path, &text, |_| {});
                mistakes.into_result(manifest)?
            }
            Err(error) => without(&path, error)?,
        };
        Ok(Self { directory: directory.to_owned(), manifest, _lock: file })
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A new file; one that is there already is never written over.
    pub(super) fn add_file(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let path = self.directory.join(name);
        let refused = disk(&path, "cannot be written");
        let written = self.draft(text).and_then(|draft| Ok(draft.persist_noclobber(&path)?));
        written.and_then(|_| self.sync()).map_err(refused)
    }

    /// From here on every reader sees the new list.
    pub fn save(&mut self, manifest: Manifest) -> Result<(), StoreError> {
        let path = self.directory.join(manifest::FILE);
        let written = self.draft(&manifest.text()).and_then(|draft| Ok(draft.persist(&path)?));
        written.and_then(|_| self.sync()).map_err(disk(&path, "cannot be written"))?;
        self.manifest = manifest;
        Ok(())
    }

    /// Of a key that is no longer listed.
    pub fn remove_file(&self, name: &str) -> Result<(), StoreError> {
        let path = self.directory.join(name);
        let removed = fs::remove_file(&path).and_then(|()| self.sync());
        removed.map_err(disk(&path, "is no longer listed, but cannot be removed"))
    }

    /// Beside its place, whole and on the disk, for whoever may read the other files.
    fn draft(&self, text: &str) -> io::Result<tempfile::NamedTempFile> {
        let mut draft = tempfile::Builder::new().prefix(".draft-").tempfile_in(&self.directory)?;
        let file = draft.as_file();
        let (own, directory) = (file.metadata()?, fs::metadata(&self.directory)?);
        if (own.uid(), own.gid()) != (directory.uid(), directory.gid()) {
            // Only root may give a file away; anybody else's stays their own.
            let _ = fchown(file, Some(directory.uid()), Some(directory.gid()));
        }
        let listed = fs::metadata(self.directory.join(manifest::FILE)).map_or(0, |list| list.mode());
        file.set_permissions(Permissions::from_mode(listed & 0o040 | 0o600))?;
        draft.write_all(text.as_bytes())?;
        draft.as_file().sync_all()?;
        Ok(draft)
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.directory)?.sync_all()
    }
}

fn disk(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Disk { path, doing, source }
}

pub(super) fn missing(path: &Path) -> Mistakes {
    Mistake::in_file(path, "is not there", "make keys with `gateway auth keygen`").into()
}

#[expect(clippy::disallowed_methods, reason = "a command has no runtime whose thread this would block")]
fn hold(file: &File, path: &Path) -> Result<(), StoreError> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => {
                return Err(StoreError::Held(path.to_owned()));
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(RETRY),
            Err(TryLockError::Error(error)) => return Err(disk(path, "cannot be locked")(error)),
        }
    }
}
