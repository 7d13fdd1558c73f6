//! The folder in which two processes meet: nobody but their user may enter it, or others could take the sockets.

use std::{
    fs::{DirBuilder, symlink_metadata},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    #[error("`{}` cannot be made or looked at: {source}", path.display())]
    Unusable { path: PathBuf, source: io::Error },
    #[error("`{}` is not a folder", path.display())]
    NoFolder { path: PathBuf },
    #[error("`{}` belongs to another user ({owner})", path.display())]
    Foreign { path: PathBuf, owner: u32 },
    #[error("`{}` may be entered by others (mode {mode:04o})", path.display())]
    Open { path: PathBuf, mode: u32 },
}

/// One that was looked at.
#[derive(Debug)]
pub struct RunDirectory {
    path: PathBuf,
}

impl RunDirectory {
    /// Makes it where it is missing; its parent has to be there.
    pub fn open(path: &Path) -> Result<Self, DirectoryError> {
        let path = path.to_owned();
        let made = DirBuilder::new().mode(0o700).create(&path);
        let made = made.or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Ok(()),
            _ => Err(error),
        });
        let found = match made.and_then(|()| symlink_metadata(&path)) {
            Ok(found) => found,
            Err(source) => return Err(DirectoryError::Unusable { path, source }),
        };
        let mode = found.mode() & 0o777;
        match found.uid() {
            _ if !found.is_dir() => Err(DirectoryError::NoFolder { path }),
            owner if owner != rustix::process::geteuid().as_raw() => {
                Err(DirectoryError::Foreign { path, owner })
            }
            _ if mode & 0o077 != 0 => Err(DirectoryError::Open { path, mode }),
            _ => Ok(Self { path }),
        }
    }

    /// Where the process that serves is asked.
    pub(super) fn socket(&self) -> PathBuf {
        self.path.join("handover.sock")
    }

    /// Of a process that does not serve yet.
    pub(super) fn draft(&self) -> PathBuf {
        self.path.join(format!("handover.{}.sock", std::process::id()))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{Permissions, create_dir, set_permissions, write},
        os::unix::fs::{PermissionsExt, symlink},
    };

    use super::*;

    #[test]
    fn it_is_made_private_and_refused_where_it_is_not() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = parent.path().join("run");
        assert!(RunDirectory::open(&path).is_ok());
        assert_eq!(symlink_metadata(&path).expect("it was made").mode() & 0o777, 0o700);
        assert!(RunDirectory::open(&path).is_ok(), "a second process finds it there");
        for mode in [0o701, 0o710, 0o755, 0o770] {
            set_permissions(&path, Permissions::from_mode(mode)).expect("it is ours");
            let refused = RunDirectory::open(&path);
            assert!(matches!(refused, Err(DirectoryError::Open { mode: told, .. }) if told == mode));
        }
    }

    #[test]
    fn a_file_a_link_and_a_folder_without_a_parent_are_refused() {
        let parent = tempfile::tempdir().expect("a folder");
        let at = |name: &str| parent.path().join(name);
        write(at("file"), "").expect("written");
        create_dir(at("real")).expect("made");
        symlink(at("real"), at("link")).expect("made");
        for name in ["file", "link"] {
            assert!(matches!(RunDirectory::open(&at(name)), Err(DirectoryError::NoFolder { .. })), "{name}");
        }
        let missing = RunDirectory::open(&at("no/run"));
        assert!(matches!(missing, Err(DirectoryError::Unusable { .. })));
    }
}
