//! The database as an operator's commands on sessions reach it, and what is said when they do not.

use std::{future::Future, process::ExitCode};

use tokio::runtime::Builder;

use super::settings_with_database;
use crate::{
    auth::administration::AdministrationError,
    cli::{CONFIGURATION, ENVIRONMENT, report, tell},
    config::mistakes::Mistakes,
    db::direct::{Direct, NotOpened},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum OfficeError {
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// With the type that an id has, as far as it is known.
    #[error(
        "--user takes the id of a user{}{}: write it as it stands in the column that `id` of [legacy.users] names, \
         not a name or an address; `gateway auth sessions` shows it",
        if .0.is_empty() { "" } else { ", of type " },
        .0
    )]
    NoUser(&'static str),
    #[error(transparent)]
    Direct(#[from] NotOpened),
    #[error(transparent)]
    Administration(#[from] AdministrationError),
    #[error("runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Single statements stand for themselves, so a pooler on the way does no harm.
pub(super) async fn connect() -> Result<Direct, OfficeError> {
    let url = settings_with_database()?;
    Ok(Direct::open_for(&url, "gateway auth").await?)
}

/// One thread is enough: one thing happens after the other.
pub(super) fn to_end(work: impl Future<Output = Result<ExitCode, OfficeError>>) -> ExitCode {
    let ended = Builder::new_current_thread().enable_all().build().map(|runtime| runtime.block_on(work));
    ended.unwrap_or_else(|error| Err(error.into())).unwrap_or_else(|error| refuse(&error))
}

fn refuse(error: &OfficeError) -> ExitCode {
    match error {
        OfficeError::Mistakes(mistakes) => report(mistakes),
        OfficeError::Administration(AdministrationError::NoTables) => {
            tell(&format!("{error}\nhelp: `gateway migrate up` makes them"));
            ExitCode::from(CONFIGURATION)
        }
        OfficeError::NoUser(_) => {
            tell(&error.to_string());
            ExitCode::from(CONFIGURATION)
        }
        OfficeError::Direct(_) | OfficeError::Administration(_) | OfficeError::Runtime(_) => {
            tell(&error.to_string());
            ExitCode::from(ENVIRONMENT)
        }
    }
}
