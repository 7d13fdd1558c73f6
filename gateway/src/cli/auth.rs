//! `gateway auth`: the gateway's own keys, and who is let in with them.

mod finalize;
mod keygen;
pub(super) mod keys;
mod office;
mod revoke;
mod sessions;
mod unblock;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

use office::OfficeError;

use super::{CONFIGURATION, ENVIRONMENT, files::read_profile_if_there, report, tell};
use crate::{
    auth::{
        administration::UserKey,
        keys::{CannotGenerate, StoreError},
        users::subject_of,
    },
    config::{
        Config, Files, Shared,
        mistakes::{Mistake, Mistakes},
        setting::{DATABASE_URL, GATEWAY_KEYS_DIR},
    },
    db::url::DatabaseUrl,
};

#[derive(Args)]
pub(super) struct AuthArgs {
    #[command(subcommand)]
    command: AuthCommand,
}

#[derive(Subcommand)]
enum AuthCommand {
    /// Make a key that the gateway signs its own tokens with
    #[command(after_help = keygen::EXAMPLE)]
    Keygen(keygen::KeygenArgs),
    /// Show the keys, or say which of them signs, retires or goes
    #[command(after_help = keys::EXAMPLE)]
    Keys(keys::KeysArgs),
    /// Show who is logged in
    #[command(after_help = sessions::EXAMPLE)]
    Sessions(sessions::SessionsArgs),
    /// End sessions, and refuse the tokens of a user or of everybody
    #[command(after_help = revoke::EXAMPLE)]
    Revoke(revoke::RevokeArgs),
    /// Let a login be tried again after too many wrong passwords
    #[command(after_help = unblock::EXAMPLE)]
    Unblock(unblock::UnblockArgs),
    /// Let the better hashes of passwords take the place of the legacy's, for good
    #[command(after_help = finalize::EXAMPLE)]
    Finalize(finalize::FinalizeArgs),
}

/// Which keys are meant.
#[derive(Args)]
struct DirectoryArgs {
    /// The directory of keys [default: GATEWAY_KEYS_DIR]
    #[arg(long = "dir", value_name = "DIR", global = true)]
    directory: Option<PathBuf>,
}

pub(super) fn run(arguments: &AuthArgs) -> ExitCode {
    match &arguments.command {
        AuthCommand::Keygen(arguments) => keygen::run(arguments),
        AuthCommand::Keys(arguments) => keys::run(arguments),
        AuthCommand::Sessions(arguments) => sessions::run(arguments),
        AuthCommand::Revoke(arguments) => revoke::run(arguments),
        AuthCommand::Unblock(arguments) => unblock::run(arguments),
        AuthCommand::Finalize(arguments) => finalize::run(arguments),
    }
}

impl DirectoryArgs {
    /// What else is wrong with the settings is for `check`: keys are made before there is anything to serve.
    fn find(&self) -> Result<PathBuf, Mistakes> {
        if let Some(directory) = &self.directory {
            return Ok(directory.clone());
        }
        let shared = settings()?;
        shared.keys_directory.ok_or_else(|| {
            let remedy = "set it, or name the directory, as in `--dir keys`";
            Mistake::in_variable(GATEWAY_KEYS_DIR.name, "is not set", remedy).into()
        })
    }
}

/// Where the database is. What is wrong with other settings is for `check`: whoever revokes is in a hurry.
fn settings_with_database() -> Result<DatabaseUrl, Mistakes> {
    let mut mistakes = Mistakes::default();
    let (_, config) = Config::read(&mut mistakes);
    let url = config.and_then(|config| config.database.direct);
    url.ok_or_else(|| {
        if mistakes.is_empty() {
            let remedy = "name the database whose sessions are meant";
            mistakes.push(Mistake::in_variable(DATABASE_URL.name, "is not set", remedy));
        }
        mistakes
    })
}

/// The key that sessions know a user by: one spelling for each. What is nobody's is refused: who revokes something by a
/// name would be told that it is done.
fn user_key(written: &str) -> Result<UserKey, OfficeError> {
    let users = read_profile_if_there(&settings()?.files.profile)?.and_then(|profile| profile.users);
    let key = match &users {
        Some(users) => subject_of(users.id.kind, written).map(|subject| subject.to_string()),
        None => Some(written.to_owned()),
    };
    let kind = users.map_or("", |users| users.id.kind.name());
    key.and_then(UserKey::new).ok_or(OfficeError::NoUser(kind))
}

/// The settings, unless it is open which files they name.
fn settings() -> Result<Shared, Mistakes> {
    let mut mistakes = Mistakes::default();
    let (shared, _) = Config::read(&mut mistakes);
    mistakes.retain(Files::are_in_doubt_by);
    mistakes.into_result(shared)
}

fn refuse_store(error: &StoreError) -> ExitCode {
    match error {
        StoreError::Mistakes(mistakes) => report(mistakes),
        StoreError::Disk { .. } | StoreError::Held(_) => {
            tell(&error.to_string());
            ExitCode::from(ENVIRONMENT)
        }
    }
}

fn refuse_generating(error: &CannotGenerate) -> ExitCode {
    match error {
        CannotGenerate::Store(error) => refuse_store(error),
        CannotGenerate::Refused(error) => {
            tell(&error.to_string());
            ExitCode::from(CONFIGURATION)
        }
        CannotGenerate::NoRandomness => {
            tell(&error.to_string());
            ExitCode::from(ENVIRONMENT)
        }
    }
}

/// A path as it is shown to people and in JSON.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
