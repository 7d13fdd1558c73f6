//! Who changed something and when, as far as the machine can tell.

use std::{os::unix::fs::MetadataExt as _, path::Path, time::SystemTime};

use nix::unistd::{Uid, User};

pub fn timestamp(at: SystemTime) -> String {
    humantime::format_rfc3339_seconds(at).to_string()
}

/// The user of this process and the machine it runs on.
pub fn here() -> String {
    let host = nix::unistd::gethostname().map(|name| name.to_string_lossy().into_owned());
    format!("{}@{}", name_of(nix::unistd::getuid()), host.unwrap_or_else(|_| "unknown".to_owned()))
}

/// Who edited a file is not written on it; whom it belongs to is.
pub fn owner_of(path: &Path) -> String {
    std::fs::metadata(path)
        .map_or_else(|_| "unknown".to_owned(), |metadata| name_of(Uid::from_raw(metadata.uid())))
}

fn name_of(uid: Uid) -> String {
    User::from_uid(uid).ok().flatten().map_or_else(|| format!("uid {uid}"), |user| user.name)
}
