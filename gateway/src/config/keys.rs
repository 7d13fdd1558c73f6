//! The folder of the gateway's own signing keys.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    open_file,
    reader::{Found, Reader, Told},
    setting::GATEWAY_KEYS_DIR,
};

#[derive(Clone, Debug)]
pub struct KeysConfig {
    pub directory: Option<PathBuf>,
}

impl KeysConfig {
    /// Beside it the directory as it is named, also where it is a mistake.
    pub(super) fn read(reader: &mut Reader<'_>) -> (Option<PathBuf>, Result<Self, Told>) {
        match reader.find(&GATEWAY_KEYS_DIR) {
            Ok(Some(found)) => (Some(PathBuf::from(&found.value)), Self::judge(reader, &found)),
            Ok(None) => (None, Ok(Self { directory: None })),
            Err(told) => (None, Err(told)),
        }
    }

    fn judge(reader: &mut Reader<'_>, found: &Found) -> Result<Self, Told> {
        let directory = PathBuf::from(&found.value);
        match files(&directory) {
            Ok(files) => {
                files.iter().for_each(|file| open_file::judge(file, &mut reader.weaknesses));
                Ok(Self { directory: Some(directory) })
            }
            Err(error) => {
                let what = format!("`{}` cannot be read: {error}", found.value);
                let remedy = match error.kind() {
                    io::ErrorKind::NotFound => "make it with `gateway auth keygen`",
                    _ => "name a directory that this process may read",
                };
                Err(reader.refuse(&GATEWAY_KEYS_DIR, &found.name, what, remedy))
            }
        }
    }
}

fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    directory.read_dir()?.map(|entry| entry.map(|entry| entry.path())).collect()
}
