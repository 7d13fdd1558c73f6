//! The folder with the files that the person at the demo may edit: copies, so that the repository stays as it is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use tempfile::TempDir;

use super::ROUTE;
use crate::repository;

#[derive(Debug)]
pub(super) struct Folder {
    directory: TempDir,
}

impl Folder {
    pub(super) fn make() -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("gateway-demo-").tempdir()?;
        for name in ["routes.toml", "legacy.toml"] {
            let original = repository().join(name);
            fs::copy(&original, directory.path().join(name))
                .with_context(|| format!("copy `{}`", original.display()))?;
        }
        Ok(Self { directory })
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(super) fn routes(&self) -> PathBuf {
        self.path().join("routes.toml")
    }

    pub(super) fn profile(&self) -> PathBuf {
        self.path().join("legacy.toml")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.path().join("legacy.lock")
    }

    /// What a shell beside the demo reads, so that a gateway of one's own finds the same backend and database.
    pub(super) fn shell(&self) -> PathBuf {
        self.path().join("shell")
    }

    pub(super) fn write_shell(&self, settings: &[(&str, &str)]) -> anyhow::Result<()> {
        let lines = settings.iter().map(|(name, value)| format!("export {name}='{value}'\n"));
        fs::write(self.shell(), lines.collect::<String>()).context("write the settings for a shell")
    }

    /// Gives the tour's route to another owner, as an editor does: a new file takes the old one's name.
    pub(super) fn set_owner(&self, owner: &str) -> anyhow::Result<()> {
        let written = fs::read_to_string(self.routes())?;
        let key = format!("\"{ROUTE}\"");
        let mut found = 0;
        let mut changed = String::with_capacity(written.len());
        for line in written.lines() {
            if line.starts_with(&key) {
                found += 1;
                changed.push_str(&format!("{key} = \"{owner}\"\n"));
            } else {
                changed.push_str(line);
                changed.push('\n');
            }
        }
        ensure!(found == 1, "`{}` names {key} {found} times", self.routes().display());
        let beside = self.path().join("routes.toml.new");
        fs::write(&beside, changed)?;
        fs::rename(&beside, self.routes()).context("replace routes.toml")
    }
}
