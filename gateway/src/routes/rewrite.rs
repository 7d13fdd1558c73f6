//! Replaces the routes file on the disk: whole, with its owner and mode, and only if it is still what was read.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt as _, fchown},
    path::{Path, PathBuf},
};

#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    #[error("{} was changed by somebody else at the same moment: nothing was written, say it again", path.display())]
    Changed { path: PathBuf },
    #[error("write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// `before` is the text that `after` was made from. A link stays a link: what it points to is replaced.
pub fn rewrite(path: &Path, before: &str, after: &str) -> Result<(), RewriteError> {
    let failed = |source| RewriteError::Write { path: path.to_owned(), source };
    let target = fs::canonicalize(path).map_err(failed)?;
    if fs::read(&target).map_err(failed)? != before.as_bytes() {
        return Err(RewriteError::Changed { path: path.to_owned() });
    }
    // A file that is mounted by itself cannot be renamed over, and a folder may be closed to us; both may still let
    // the file be written. A reader then waits until the text has settled.
    let written = match replace(&target, after) {
        Err(error) if is_about_the_folder(&error) => write_in_place(&target, after),
        written => written,
    };
    written.map_err(failed)
}

fn is_about_the_folder(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | ResourceBusy)
}

fn replace(target: &Path, text: &str) -> io::Result<()> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = target.with_file_name(name);
    let done = fs::metadata(target)
        .and_then(|metadata| write_new(&beside, text, &metadata))
        .and_then(|()| fs::rename(&beside, target))
        .and_then(|()| File::open(target.parent().unwrap_or(Path::new("/")))?.sync_all());
    if done.is_err() {
        // Nothing of a failed attempt may stay behind; the first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    done
}

fn write_new(path: &Path, text: &str, like: &Metadata) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
        fchown(&file, Some(like.uid()), Some(like.gid()))?;
    }
    file.set_permissions(like.permissions())?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn write_in_place(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)?;
    file.sync_all()
}
