//! Puts a new text in the place of a file: beside it first, then by a rename, so that a reader sees one or the other.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write},
    os::unix::fs::{MetadataExt as _, fchown},
    path::Path,
};

/// The new text is there.
#[derive(Debug, Default)]
#[must_use = "a text that may not survive a power cut is told"]
pub struct Replaced {
    unsynced: Option<io::Error>,
}

impl Replaced {
    /// What the operator should know, although it is done.
    pub fn warning(&self, path: &Path) -> Option<String> {
        let error = self.unsynced.as_ref()?;
        let path = path.display();
        Some(format!(
            "{path}: is written, but its folder cannot be synced ({error}): a power cut now may bring the old text back"
        ))
    }
}

/// With the owner and mode of `like`. An error means that nothing was changed.
pub fn replace(target: &Path, text: &str, like: Option<&Metadata>) -> io::Result<Replaced> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = target.with_file_name(name);
    let renamed = write_new(&beside, text, like).and_then(|()| fs::rename(&beside, target));
    if let Err(error) = renamed {
        // Nothing of a failed attempt may stay behind; the first error is the one to tell.
        let _ = fs::remove_file(&beside);
        return Err(error);
    }
    // From here on every reader has the new text: whatever fails now, it is not undone.
    Ok(Replaced { unsynced: sync_folder(target).err() })
}

fn write_new(path: &Path, text: &str, like: Option<&Metadata>) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = match options.open(path) {
        // In a container every process has the same number: a crash of the last one left this.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)?
        }
        opened => opened?,
    };
    if let Some(like) = like {
        let own = file.metadata()?;
        if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
            fchown(&file, Some(like.uid()), Some(like.gid()))?;
        }
        file.set_permissions(like.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn sync_folder(target: &Path) -> io::Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crash_left_beside_it_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("legacy.lock");
        let left = folder.path().join(format!("legacy.lock.{}.new", std::process::id()));
        fs::write(&left, "half of a longer te").unwrap();
        assert_eq!(replace(&target, "whole", None).unwrap().warning(&target), None);
        assert_eq!((fs::read_to_string(&target).unwrap().as_str(), left.exists()), ("whole", false));
    }

    #[test]
    fn a_failed_attempt_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        // A folder that is not empty cannot be renamed over.
        let target = folder.path().join("legacy.lock");
        fs::create_dir_all(target.join("inside")).unwrap();
        assert!(replace(&target, "whole", None).is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
