//! How PostgreSQL is reached: the connection URL in any form that FastAPI projects write.

use std::path::PathBuf;

use super::{
    Environment,
    mistakes::{Mistake, Mistakes},
    source::Source,
};
use crate::db::url::DatabaseUrl;

#[derive(Debug)]
pub struct DatabaseConfig {
    /// `None` only in development: the gateway then runs a private cluster of its own.
    pub url: Option<DatabaseUrl>,
    /// Where PostgreSQL's server binaries are, when they are not where packages put them.
    pub binaries: Option<PathBuf>,
}

impl DatabaseConfig {
    pub(super) fn from_source(
        source: &Source,
        environment: Environment,
        mistakes: &mut Mistakes,
    ) -> Option<Self> {
        let binaries = source.text("GATEWAY_PG_BIN").map(|found| PathBuf::from(found.value));
        let Some((name, value)) = source.secret("DATABASE_URL", mistakes) else {
            if !environment.is_development() {
                mistakes.push(Mistake::in_variable(
                    "DATABASE_URL",
                    "is not set",
                    "set it to the legacy's database, as in \
                     `postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=require`",
                ));
            }
            return Some(Self { url: None, binaries });
        };
        match DatabaseUrl::parse(&value) {
            Err(error) => {
                mistakes.push(Mistake::in_variable(&name, &error, error.remedy()));
                None
            }
            Ok(url) if environment == Environment::Production && !url.is_private() => {
                mistakes.push(Mistake::in_variable(
                    &name,
                    "the connection would not be encrypted",
                    "add `?sslmode=require`: outside this machine production talks to PostgreSQL over TLS only",
                ));
                None
            }
            Ok(url) => Some(Self { url: Some(url), binaries }),
        }
    }
}
