//! What is written looks like what stands beside it: rustfmt's work, where there is a rustfmt.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use crate::skeleton::Files;

/// Whether all of it could be formatted, by the `rustfmt.toml` of the folder.
pub(super) fn format(files: &mut Files, folder: &Path) -> bool {
    files.values_mut().all(|text| match formatted(text, folder) {
        Some(formatted) => {
            *text = formatted;
            true
        }
        None => false,
    })
}

fn formatted(text: &str, folder: &Path) -> Option<String> {
    let place = folder.ancestors().find(|place| place.is_dir() && !place.as_os_str().is_empty());
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024", "--emit", "stdout"]).current_dir(place.unwrap_or(Path::new(".")));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    // It reads everything before it writes anything.
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}
