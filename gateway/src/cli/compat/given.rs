//! What a verb is given: a recording, of which all that can be read is used.

use std::path::Path;

use crate::{
    cli::tell,
    parity::recording::{BadRecording, Recording},
};

/// Tells what is damaged; the second says whether anything is.
pub(super) fn recording(folder: &Path) -> Result<(Recording, bool), BadRecording> {
    let (recording, damage) = Recording::open(folder)?;
    for damage in &damage {
        tell(&damage.to_string());
    }
    Ok((recording, !damage.is_empty()))
}
