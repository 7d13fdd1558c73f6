//! Whether a file with a key is open to every user of the machine.
//!
//! A group may read it: somebody chose who is in a group, and Kubernetes itself opens a secret to the pod's group.

use std::{os::unix::fs::PermissionsExt, path::Path};

use super::{
    mistakes::Mistake,
    weakness::{Weakness, Weaknesses},
};

const READ_OR_WRITE_BY_OTHERS: u32 = 0o006;

pub fn judge(path: &Path, weaknesses: &mut Weaknesses) {
    if let Some(mode) = open_mode(path) {
        let what = format!(
            "every user of this machine may open it (mode {mode:04o}), and with it forge tokens, read data or pass for this server"
        );
        let remedy = "chmod 600 it; in Kubernetes set `defaultMode: 0400` on the secret's volume";
        weaknesses.push(Weakness::OpenKeyFile, Mistake::in_file(path, what, remedy));
    }
}

/// How it is open, if it is.
pub fn open_mode(path: &Path) -> Option<u32> {
    let metadata = path.metadata().ok()?;
    let mode = metadata.permissions().mode() & 0o777;
    (metadata.is_file() && mode & READ_OR_WRITE_BY_OTHERS != 0).then_some(mode)
}
