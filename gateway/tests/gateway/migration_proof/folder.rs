//! A folder of migrations of the test's own.

use std::path::Path;

use gateway::migrate::folder::Folder;
use tempfile::TempDir;

/// Header of the up without its mark, the up, the down. A down runs as its up does.
pub(super) type Written<'a> = (&'a str, &'a str, &'a str);

pub(super) struct Files(TempDir);

impl Files {
    pub(super) fn write(migrations: &[Written<'_>]) -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        for (number, (header, up, down)) in (1..).zip(migrations) {
            let transaction = if header.contains("transaction=off") { "off" } else { "on" };
            let stem = format!("V{number:04}__step");
            let file = |end: &str| files.path().join(format!("{stem}.{end}.sql"));
            std::fs::write(file("up"), format!("-- gateway: {header}\n{up}\n")).unwrap();
            std::fs::write(file("down"), format!("-- gateway: transaction={transaction}\n{down}\n")).unwrap();
        }
        files
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn read(&self) -> Folder {
        Folder::read(self.path()).unwrap()
    }
}
