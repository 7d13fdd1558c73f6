//! The place of a cluster on disk: its data and its password, readable by the account that runs it alone.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::account::Account;
use super::binaries::Binaries;
use super::{ClusterError, Durability, Place, SUPERUSER, prepare};

#[derive(Debug)]
pub(super) struct Home {
    base: PathBuf,
    password: String,
    temporary: Option<TempDir>,
}

impl Home {
    pub(super) fn open(place: &Place, account: Option<&Account>) -> Result<Self, ClusterError> {
        let (base, temporary) = match place {
            Place::Temporary => {
                let directory = temporary(account)?;
                (directory.path().to_owned(), Some(directory))
            }
            Place::Kept(base) => (kept(base)?, None),
        };
        if let Some(account) = account {
            account.own(&base)?;
            account.check_reach(&base)?;
        }
        let file = base.join("password");
        let password = password(&file).map_err(prepare(&file))?;
        if let Some(account) = account {
            account.own(&file)?;
        }
        Ok(Self { base, password, temporary })
    }

    pub(super) fn data(&self) -> PathBuf {
        self.base.join("data")
    }

    /// The directory that must not be left behind.
    pub(super) fn temporary(&self) -> Option<&Path> {
        self.temporary.as_ref().map(TempDir::path)
    }

    pub(super) fn password(&self) -> &str {
        &self.password
    }

    /// Happens beside the final name and is then renamed: data that was made by half is never used.
    pub(super) fn initialise(
        &self,
        binaries: &Binaries,
        account: Option<&Account>,
        durability: Durability,
    ) -> Result<(), ClusterError> {
        if self.data().exists() {
            return Ok(());
        }
        let unfinished = self.base.join("data.unfinished");
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).map_err(prepare(&unfinished))?;
        }
        let mut initdb = Command::new(binaries.initdb());
        initdb
            .arg("--pgdata")
            .arg(&unfinished)
            .arg("--pwfile")
            .arg(self.base.join("password"))
            .args(["--username", SUPERUSER, "--auth", "password", "--encoding", "UTF8", "--locale", "C"])
            .env("LC_ALL", "C")
            .current_dir("/");
        if durability == Durability::None {
            initdb.arg("--no-sync");
        }
        if let Some(account) = account {
            account.become_in(&mut initdb);
        }
        let output =
            initdb.output().map_err(|source| ClusterError::Run { program: binaries.initdb(), source })?;
        if !output.status.success() {
            let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(ClusterError::Initialise { path: unfinished, output });
        }
        fs::rename(&unfinished, self.data()).map_err(prepare(&unfinished))
    }
}

/// The usual directory for temporary files may be closed to the account that the server runs as.
fn temporary(account: Option<&Account>) -> Result<TempDir, ClusterError> {
    let usual = std::env::temp_dir();
    let open = |directory: &&Path| account.is_none_or(|account| account.check_reach(directory).is_ok());
    let parent = [usual.as_path(), Path::new("/tmp")].into_iter().find(open).unwrap_or(&usual);
    let ours_alone = Permissions::from_mode(0o700);
    let mut builder = tempfile::Builder::new();
    builder.prefix("gateway-postgres-").permissions(ours_alone).tempdir_in(parent).map_err(prepare(parent))
}

fn kept(base: &Path) -> Result<PathBuf, ClusterError> {
    if !base.exists() {
        // Those above are for all: the account passes through them.
        let above = base.parent().unwrap_or(base);
        DirBuilder::new().mode(0o755).recursive(true).create(above).map_err(prepare(above))?;
        DirBuilder::new().mode(0o700).create(base).map_err(prepare(base))?;
    }
    base.canonicalize().map_err(prepare(base))
}

fn password(file: &Path) -> io::Result<String> {
    if file.exists() {
        return Ok(fs::read_to_string(file)?.trim_end().to_owned());
    }
    let password = uuid::Uuid::new_v4().simple().to_string();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    writeln!(file, "{password}")?;
    Ok(password)
}
