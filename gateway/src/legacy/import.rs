//! Makes `legacy.lock` from the running legacy: its own interpreter walks its own routes.
//!
//! Nothing is guessed: what cannot be read exactly is refused by name, or left to the legacy.

pub mod openapi;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

use crate::{
    contract,
    routes::{
        lock::{
            Lock, LockError, LockedApp, Note,
            changes::{self, Change},
            row::{MountRow, Row},
        },
        replace::{Replaced, replace},
    },
};

/// For a legacy that lives elsewhere: run it there, give its output to `gateway legacy import -`.
pub const SCRIPT: &str = concat!(
    include_str!("import/framework.py"),
    "\n\n",
    include_str!("import/protection.py"),
    "\n\n",
    include_str!("import.py"),
);

/// The application to import, and the interpreter that can.
#[derive(Debug)]
pub struct Application<'a> {
    /// `module:attribute`.
    pub name: &'a str,
    pub python: &'a Path,
    pub folder: Option<&'a Path>,
    pub is_factory: bool,
    pub server_root_path: &'a str,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("start `{}`", python.display())]
    Start { python: PathBuf, source: io::Error },
    #[error("{}", list(mistakes))]
    Refused { mistakes: Vec<String> },
    #[error("the import script ended without a route table ({status})")]
    Crashed { status: ExitStatus },
    #[error("standard input is empty: the script printed no route table; see its own error")]
    Empty,
    #[error("read the route table")]
    Output { source: LockError },
    #[error("read standard input")]
    Input { source: io::Error },
    #[error("read {}", path.display())]
    Document { path: PathBuf, source: io::Error },
    #[error("write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
}

fn list(mistakes: &[String]) -> String {
    match mistakes {
        [only] => only.clone(),
        several => format!("{} mistakes\n  {}", several.len(), several.join("\n  ")),
    }
}

/// What a new lock finds in its place.
#[derive(Debug)]
pub enum Present {
    Nothing,
    /// A merge conflict, or another schema: there is nothing to compare with, and it is replaced.
    Unreadable(LockError),
    Lock {
        changes: Vec<Change>,
        is_same_text: bool,
    },
}

impl Present {
    pub fn is_up_to_date(&self) -> bool {
        matches!(self, Self::Lock { changes, .. } if changes.is_empty())
    }
}

/// Runs the import script. What the application itself prints goes to standard error.
pub fn describe(application: &Application<'_>) -> Result<Lock, ImportError> {
    let mut command = Command::new(application.python);
    command.args(["-c", SCRIPT, application.name]).stdin(Stdio::null()).stderr(Stdio::inherit());
    // An import leaves nothing behind in somebody else's folder.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.args(["--server-root-path", application.server_root_path]);
    if let Some(folder) = application.folder {
        command.arg("--app-dir").arg(folder);
    }
    if application.is_factory {
        command.arg("--factory");
    }
    let output = command
        .output()
        .map_err(|source| ImportError::Start { python: application.python.to_owned(), source })?;
    if output.stdout.is_empty() {
        return Err(ImportError::Crashed { status: output.status });
    }
    read(&String::from_utf8_lossy(&output.stdout))
}

/// Reads what the import script printed.
pub fn read(text: &str) -> Result<Lock, ImportError> {
    if text.trim().is_empty() {
        return Err(ImportError::Empty);
    }
    match Lock::parse_import(text) {
        Ok(Ok(mut lock)) => {
            lock.notes.extend(patterns_only_python_reads(&lock.app, ""));
            Ok(lock)
        }
        Ok(Err(mistakes)) => Err(ImportError::Refused { mistakes }),
        Err(source) => Err(ImportError::Output { source }),
    }
}

fn patterns_only_python_reads(app: &LockedApp, prefix: &str) -> Vec<Note> {
    let cors = app.imitated().filter_map(|middleware| middleware.cors.as_ref());
    let patterns = cors.filter_map(|cors| cors.allow_origin_regex.as_deref());
    let mut notes: Vec<Note> = patterns
        .filter(|pattern| contract::cors::compile(pattern).is_none())
        .map(|pattern| Note {
            route: format!("MOUNT {}", if prefix.is_empty() { "/" } else { prefix }),
            reason: format!(
                "CORSMiddleware: `allow_origin_regex` `{pattern}` is one that only Python can read: \
                 the gateway's own answers do not allow its origins"
            ),
        })
        .collect();
    for row in &app.rows {
        if let Row::Mount(MountRow { template, app: Some(inside), .. }) = row {
            notes.extend(patterns_only_python_reads(inside, &format!("{prefix}{template}")));
        }
    }
    notes
}

pub fn compare(lock: &Lock, path: &Path) -> Present {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Present::Nothing,
        Err(source) => return Present::Unreadable(LockError::Read { path: path.to_owned(), source }),
    };
    match Lock::parse(&text) {
        Ok(before) => {
            Present::Lock { changes: changes::compare(&before, lock), is_same_text: text == lock.to_json() }
        }
        Err(error) => Present::Unreadable(error),
    }
}

/// Writes the lock whole or not at all. Leaves a file alone that already says the same.
pub fn write(lock: &Lock, path: &Path, present: &Present) -> Result<Option<Replaced>, ImportError> {
    if matches!(present, Present::Lock { is_same_text: true, .. }) {
        return Ok(None);
    }
    let replaced = replace(path, &lock.to_json(), None);
    replaced.map(Some).map_err(|source| ImportError::Write { path: path.to_owned(), source })
}
