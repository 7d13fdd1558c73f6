//! The folder of the gateway's own signing keys.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    open_file,
    reader::{Reader, Told},
    setting::GATEWAY_KEYS_DIR,
};

#[derive(Clone, Debug)]
pub struct KeysConfig {
    pub directory: Option<PathBuf>,
}

impl KeysConfig {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Told> {
        let Some(found) = reader.find(&GATEWAY_KEYS_DIR)? else { return Ok(Self { directory: None }) };
        let directory = PathBuf::from(&found.value);
        match files(&directory) {
            Ok(files) => {
                files.iter().for_each(|file| open_file::judge(file, &mut reader.weaknesses));
                Ok(Self { directory: Some(directory) })
            }
            Err(error) => {
                let what = format!("`{}` cannot be read: {error}", found.value);
                let remedy = "name a directory that this process may read";
                Err(reader.refuse(&GATEWAY_KEYS_DIR, &found.name, what, remedy))
            }
        }
    }
}

fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    directory.read_dir()?.map(|entry| entry.map(|entry| entry.path())).collect()
}
