//! Chooses the user that PostgreSQL runs as: it refuses to be root.

use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User};

use super::{ClusterError, prepare};

/// The user to become; there is none when we are not root.
#[derive(Debug)]
pub(super) struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

impl Account {
    pub(super) fn choose() -> Result<Option<Self>, ClusterError> {
        if !Uid::effective().is_root() {
            return Ok(None);
        }
        let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten());
        let user = user.ok_or(ClusterError::NoAccount)?;
        Ok(Some(Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
    }

    pub(super) fn own(&self, path: &Path) -> Result<(), ClusterError> {
        chown(path, Some(self.uid), Some(self.gid)).map_err(prepare(path))
    }

    pub(super) fn become_in(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Names the directory that keeps the account out, instead of PostgreSQL's bare "permission denied".
    pub(super) fn check_reach(&self, directory: &Path) -> Result<(), ClusterError> {
        for ancestor in directory.ancestors().filter(|ancestor| !ancestor.as_os_str().is_empty()) {
            if !self.may_enter(ancestor).map_err(prepare(ancestor))? {
                return Err(ClusterError::Unreachable {
                    directory: ancestor.to_owned(),
                    user: self.name.clone(),
                });
            }
        }
        Ok(())
    }

    fn may_enter(&self, directory: &Path) -> io::Result<bool> {
        let metadata = directory.metadata()?;
        Ok(metadata.mode() & 0o001 != 0 || (metadata.uid() == self.uid && metadata.mode() & 0o100 != 0))
    }
}
