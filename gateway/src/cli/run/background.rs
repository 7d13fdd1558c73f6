//! `gateway run --upgrade --background`: starts the gateway as a process of its own and returns when it serves.

use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader},
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::Path,
    process::{Command, ExitCode},
};

use crate::{
    cli::{ENVIRONMENT, FINE, tell},
    host,
};

pub(super) fn launch(migrates: bool, record: Option<&Path>) -> ExitCode {
    match start(migrates, record) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            tell(&format!("cannot start in the background: {error}"));
            ExitCode::from(ENVIRONMENT)
        }
    }
}

/// What it ended with, if it did not come to serve: it has told why itself.
fn start(migrates: bool, record: Option<&Path>) -> io::Result<u8> {
    let (ours, theirs) = UnixStream::pair()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["run", "--upgrade", "--launched"]).args(migrates.then_some("--migrate"));
    command.args(record.into_iter().flat_map(|folder| [OsStr::new("--record"), folder.as_os_str()]));
    let mut child = command.stdin(OwnedFd::from(theirs)).spawn()?;
    // With our copy of its end we would not see that it has ended.
    drop(command);
    let mut line = String::new();
    BufReader::new(ours).read_line(&mut line)?;
    if line == host::SERVES {
        return Ok(FINE);
    }
    let code = child.wait()?.code();
    Ok(code.and_then(|code| u8::try_from(code).ok()).filter(|code| *code != FINE).unwrap_or(ENVIRONMENT))
}
