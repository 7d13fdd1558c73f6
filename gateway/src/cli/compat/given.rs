//! What a verb is given: a recording, of which all that can be read is used, rules with what they ask the environment for,
//! and what was learned.

use std::{fs, io, path::Path};

use super::replay::Failure;
use crate::{
    cli::tell,
    config::{
        mistakes::{Mistake, Mistakes},
        named,
    },
    parity::{
        learn::Learned,
        recording::{BadRecording, Recording},
        replay::state::{Database, Hooks, Reset},
        rules::{self, Rules},
    },
};

/// Tells what is damaged; the second says whether anything is. One in which nothing stands shows nothing either.
pub(super) fn recording(folder: &Path) -> Result<(Recording, bool), BadRecording> {
    let (recording, damage) = Recording::open(folder)?;
    for damage in &damage {
        tell(&folder.join(damage.to_string()).display().to_string());
    }
    let is_empty = recording.exchanges.is_empty();
    if is_empty {
        tell(&format!("{}: there is no exchange in it", folder.display()));
    } else if recording.is_cut_off && damage.is_empty() {
        tell(&format!("{}: was cut off; what came behind its last frame is missing", folder.display()));
    }
    Ok((recording, is_empty || !damage.is_empty()))
}

/// What will be written is not known yet, but where to is.
pub(super) fn folder_of(file: &Path) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let read = fs::metadata(folder).and_then(|folder| match folder.is_dir() {
        true => Ok(()),
        false => Err(io::ErrorKind::NotADirectory.into()),
    });
    read.map_err(|source| Failure::Report { path: file.to_owned(), source })
}

pub(super) fn rules_in(path: &Path) -> Result<Rules, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
    let today = chrono::Utc::now().date_naive();
    Rules::parse(path, &text, today).map_err(|mistakes| mistakes.to_string())
}

/// What was learned of a recording stands beside it.
pub(super) fn learned_for(recording: &Path, named: Option<&Path>) -> Result<Learned, String> {
    let beside = recording.join("learned.json");
    let path = named.unwrap_or(&beside);
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => {
            return Ok(Learned::default());
        }
        Err(error) => return Err(format!("{}: cannot be read: {error}", path.display())),
    };
    Learned::read(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The passwords and keys of `[credentials]`, read from where the rules say.
pub(super) fn credentials(rules: &Rules) -> Result<Vec<(String, String)>, Mistakes> {
    let mut mistakes = Mistakes::default();
    let mut given = Vec::new();
    for (user, from) in &rules.credentials {
        given.extend(
            mistakes.absorb(named::resolve(from)).map(|secret| (user.clone(), secret.expose().to_owned())),
        );
    }
    mistakes.into_result(given)
}

pub(super) fn hooks(rules: &Rules) -> Result<Hooks, Mistakes> {
    let state = &rules.state;
    let database = state.database.as_deref().map(database).transpose()?;
    let reset = match (&state.reset, &database) {
        (None, _) => None,
        (Some(rules::Reset::Command(words)), _) => Some(Reset::Command(words.clone())),
        (Some(rules::Reset::Template(template)), Some(database)) => {
            Some(Reset::Template { database: Box::new(database.clone()), template: template.clone() })
        }
        (Some(rules::Reset::Template(_)), None) => return Err(no_database()),
    };
    if database.is_none() && !state.fingerprint.is_empty() {
        return Err(no_database());
    }
    Ok(Hooks { database, reset, fingerprint: state.fingerprint.clone() })
}

fn no_database() -> Mistakes {
    let remedy = "write `database = \"env:COMPAT_DATABASE_URL\"`";
    Mistake::in_variable("[state] database", "is missing", remedy).into()
}

fn database(from: &str) -> Result<Database, Mistakes> {
    let name = from.strip_prefix("env:").unwrap_or("[state] database");
    let remedy = "write it as postgresql://user:password@host/name";
    let address = named::resolve(from)?;
    Database::parse(address.expose()).map_err(|error| Mistake::in_variable(name, error, remedy).into())
}
