//! What the process was told when it started: the only reader of the environment and of `.env`.
//!
//! Everything is read once, validated together, and never changes while the process runs; live policy is in
//! `routes.toml`.

mod database;
pub mod document;
pub mod dotenv;
mod environment;
mod listen;
pub mod mistakes;
mod secret;
mod source;

use std::path::{Path, PathBuf};

pub use database::DatabaseConfig;
pub use environment::Environment;
pub use listen::ListenConfig;
pub use secret::Secret;

use tracing::level_filters::LevelFilter;

use crate::{
    legacy::address::LegacyAddress,
    telemetry::log::{LogConfig, LogFormat},
};
use mistakes::Mistakes;
use source::Source;

/// Everything the environment says, one struct per subsystem.
#[derive(Debug)]
pub struct Config {
    pub environment: Environment,
    pub listen: ListenConfig,
    pub database: DatabaseConfig,
    pub log: LogConfig,
}

/// What is judged together with the files, whether or not the rest is right.
#[derive(Debug)]
pub struct Shared {
    pub files: Files,
    pub legacy: Vec<LegacyAddress>,
    pub jwt_secret: Option<Secret>,
}

/// Where the files are that people write; relative paths are relative to the working directory.
#[derive(Debug, Clone)]
pub struct Files {
    pub routes: PathBuf,
    pub profile: PathBuf,
    pub lock: PathBuf,
}

impl Config {
    /// Reads the process environment and `.env` in the working directory; the environment wins.
    pub fn read(mistakes: &mut Mistakes) -> (Shared, Option<Self>) {
        Self::from_source(&Source::read(Path::new(".env"), mistakes), mistakes)
    }

    /// Every part is read even when an earlier one was wrong, so that all mistakes are told at once.
    fn from_source(source: &Source, mistakes: &mut Mistakes) -> (Shared, Option<Self>) {
        source.unknown(mistakes);
        let environment = Environment::from_source(source, mistakes);
        let strict = environment.unwrap_or(Environment::Production);
        let listen = ListenConfig::from_source(source, mistakes);
        let database = DatabaseConfig::from_source(source, strict, mistakes);
        let log = log_config(source, strict, mistakes);
        let shared = Shared {
            files: Files::from_source(source),
            legacy: legacy_addresses(source, mistakes),
            jwt_secret: secret::jwt_secret(source, strict, mistakes),
        };
        let whole =
            || Some(Self { environment: environment?, listen: listen?, database: database?, log: log? });
        (shared, whole())
    }
}

impl Files {
    fn from_source(source: &Source) -> Self {
        let path =
            |name, default: &str| PathBuf::from(source.text(name).map_or(default, |found| found.value));
        Self {
            routes: path("ROUTES_FILE", "routes.toml"),
            profile: path("LEGACY_PROFILE", "legacy.toml"),
            lock: path("LEGACY_LOCK", "legacy.lock"),
        }
    }
}

fn legacy_addresses(source: &Source, mistakes: &mut Mistakes) -> Vec<LegacyAddress> {
    let Some(found) = source.text("LEGACY_URL") else { return Vec::new() };
    mistakes.absorb(LegacyAddress::list_in_variable(found.name, found.value)).unwrap_or_default()
}

fn log_config(source: &Source, environment: Environment, mistakes: &mut Mistakes) -> Option<LogConfig> {
    let level = source.parsed("LOG_LEVEL", "write error, warn, info, debug or trace", mistakes);
    let format = source.parsed("LOG_FORMAT", "write text or json", mistakes);
    // People read the log of a development machine, programs that of every other.
    let usual = if environment.is_development() { LogFormat::Text } else { LogFormat::Json };
    Some(LogConfig { level: level?.unwrap_or(LevelFilter::INFO), format: format?.unwrap_or(usual) })
}

#[cfg(test)]
mod tests;
