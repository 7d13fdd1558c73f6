//! Replaces the routes file on the disk: whole, with its owner and mode, and only if it is still what was read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use super::replace::{Replaced, replace};

#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    #[error("{} was changed by somebody else at the same moment: nothing was written, say it again", path.display())]
    Changed { path: PathBuf },
    #[error("write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("write {} in place (its old text was put back: nothing was changed)", path.display())]
    PutBack { path: PathBuf, source: io::Error },
    #[error("write {} in place (nor could its old text be put back, {again}: restore it from your own copy)", path.display())]
    Torn { path: PathBuf, again: io::Error, source: io::Error },
}

/// `before` is the text that `after` was made from. A link stays a link: what it points to is replaced.
pub fn rewrite(path: &Path, before: &str, after: &str) -> Result<Replaced, RewriteError> {
    let failed = |source| RewriteError::Write { path: path.to_owned(), source };
    let target = fs::canonicalize(path).map_err(failed)?;
    if fs::read(&target).map_err(failed)? != before.as_bytes() {
        return Err(RewriteError::Changed { path: path.to_owned() });
    }
    let like = fs::metadata(&target).map_err(failed)?;
    // A file that is mounted by itself cannot be renamed over, and a folder may be closed to us; both may still let
    // the file be written. A reader then waits until the text has settled.
    match replace(&target, after, Some(&like)) {
        Err(error) if is_about_the_folder(&error) => {}
        replaced => return replaced.map_err(failed),
    }
    let mut file = OpenOptions::new().write(true).open(&target).map_err(failed)?;
    let Err(source) = overwrite(&mut file, after) else { return Ok(Replaced::default()) };
    // There may have been no room for the new text; for the old one there was.
    Err(match overwrite(&mut file, before) {
        Ok(()) => RewriteError::PutBack { path: path.to_owned(), source },
        Err(again) => RewriteError::Torn { path: path.to_owned(), again, source },
    })
}

fn is_about_the_folder(error: &io::Error) -> bool {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | ResourceBusy)
}

fn overwrite(file: &mut File, text: &str) -> io::Result<()> {
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    file.set_len(text.len() as u64)?;
    file.sync_all()
}
