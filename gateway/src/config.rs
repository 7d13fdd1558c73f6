//! What the process was told when it started: the only reader of the environment and of `.env`.
//!
//! Everything is read once, validated together, and never changes while the process runs; live policy is in
//! `routes.toml`.

mod database;
pub mod document;
pub mod dotenv;
pub mod effective;
pub mod followed;
mod environment;
mod keys;
pub mod lifetime;
mod listen;
mod log;
pub mod mistakes;
pub mod named;
pub mod open_file;
pub mod origin;
mod proxies;
mod process;
mod reader;
pub mod secret;
mod service_link;
pub mod setting;
mod source;
mod tls;
mod trust;
pub mod weakness;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub use database::DatabaseConfig;
pub use environment::Environment;
pub use keys::KeysConfig;
pub use listen::ListenConfig;
pub use process::ProcessConfig;
pub use reader::Told;
pub use secret::Secret;
pub use tls::TlsConfig;

use crate::{
    legacy::{address::LegacyAddress, trust::LegacyTrust},
    limits::TrustedProxies,
    telemetry::log::LogConfig,
};
use effective::Effective;
use mistakes::{Mistake, Mistakes};
use reader::Reader;
use setting::{LEGACY_LOCK, LEGACY_PROFILE, LEGACY_URL, MIGRATIONS_DIR, ROUTES_FILE, Setting};
use source::Source;
use weakness::Weaknesses;

const DOTENV: &str = ".env";

/// Everything the environment says, one struct per subsystem.
#[derive(Debug)]
pub struct Config {
    pub environment: Environment,
    pub listen: ListenConfig,
    /// None: clients speak HTTP in clear.
    pub tls: Option<TlsConfig>,
    pub proxies: TrustedProxies,
    pub process: ProcessConfig,
    pub database: DatabaseConfig,
    pub keys: KeysConfig,
    pub log: LogConfig,
    pub legacy_trust: LegacyTrust,
}

/// What is judged together with the files, whether or not the rest is right.
#[derive(Debug)]
pub struct Shared {
    /// Production where the variable is a mistake.
    pub environment: Environment,
    pub files: Files,
    pub legacy: Result<Vec<LegacyAddress>, Told>,
    /// The system's authorities where the file that names others is a mistake.
    pub legacy_trust: LegacyTrust,
    pub jwt_secret: Result<Option<Secret>, Told>,
    /// The directory of keys, whether or not it can be read: it may have to be made first.
    pub keys_directory: Option<PathBuf>,
    /// How long the legacy's tokens live, where its own settings say so.
    pub legacy_lifetime: Option<Duration>,
    /// Not yet settled: the profile may ask for more strictness.
    pub weaknesses: Weaknesses,
    pub effective: Effective,
}

/// Where the files are that people write; relative paths are relative to the working directory.
#[derive(Debug, Clone)]
pub struct Files {
    pub routes: PathBuf,
    pub profile: PathBuf,
    pub lock: PathBuf,
    pub migrations: PathBuf,
}

impl Config {
    /// Reads the process environment and `.env` in the working directory; the environment wins.
    pub fn read(mistakes: &mut Mistakes) -> (Shared, Option<Self>) {
        Self::from_source(&Source::read(Path::new(DOTENV), mistakes), mistakes)
    }

    /// Every part is read even when an earlier one was wrong, so that all mistakes are told at once.
    fn from_source(source: &Source, mistakes: &mut Mistakes) -> (Shared, Option<Self>) {
        source.unknown(mistakes);
        let (weaknesses, effective) = (Weaknesses::default(), Effective::default());
        let mut reader = Reader { source, mistakes, weaknesses, effective };
        let environment = Environment::read(&mut reader);
        let strict = environment.unwrap_or(Environment::Production);
        let listen = ListenConfig::read(&mut reader);
        let proxies = proxies::read(&mut reader);
        let process = ProcessConfig::read(&mut reader);
        let tls = TlsConfig::read(&mut reader);
        let legacy = legacy_addresses(&mut reader);
        let legacy_trust = trust::read(&mut reader);
        let jwt_secret = secret::jwt_secret(&mut reader);
        let lifetime = lifetime::read(&mut reader);
        let (keys_directory, keys) = KeysConfig::read(&mut reader);
        let database = DatabaseConfig::read(&mut reader);
        let log = log::read(&mut reader, strict);
        let files = Files::read(&mut reader);
        let Reader { weaknesses, effective, .. } = reader;
        let whole = || {
            lifetime?;
            files.as_ref().map_err(|told| *told)?;
            Ok::<_, Told>(Self {
                environment: environment?,
                listen: listen?,
                tls: tls?,
                proxies: proxies?,
                process: process?,
                database: database?,
                keys: keys?,
                log: log?,
                legacy_trust: legacy_trust.clone()?,
            })
        };
        let config = whole().ok();
        let legacy_lifetime = lifetime.ok().flatten();
        let files = files.unwrap_or_else(|Told| Files::usual());
        let shared = Shared {
            environment: strict,
            files,
            legacy,
            legacy_trust: legacy_trust.unwrap_or_default(),
            jwt_secret,
            keys_directory,
            legacy_lifetime,
            weaknesses,
            effective,
        };
        (shared, config)
    }
}

impl Files {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Told> {
        let mut path = |setting: &'static Setting| {
            let found = reader.find(setting)?;
            Ok(found.map_or_else(|| PathBuf::from(setting.default), |found| PathBuf::from(found.value)))
        };
        let (routes, profile, lock) = (path(&ROUTES_FILE), path(&LEGACY_PROFILE), path(&LEGACY_LOCK));
        let migrations = path(&MIGRATIONS_DIR);
        Ok(Self { routes: routes?, profile: profile?, lock: lock?, migrations: migrations? })
    }

    /// A `.env` with a mistake may name them in what could not be read.
    pub fn are_in_doubt_by(mistake: &Mistake) -> bool {
        let own = [&ROUTES_FILE, &LEGACY_PROFILE, &LEGACY_LOCK];
        mistake.is_in_file(Path::new(DOTENV))
            || own.iter().any(|setting| mistake.is_in_variable(setting.name))
    }

    /// The same for the folder of migrations.
    pub fn migrations_are_in_doubt_by(mistake: &Mistake) -> bool {
        mistake.is_in_file(Path::new(DOTENV)) || mistake.is_in_variable(MIGRATIONS_DIR.name)
    }

    /// Judged in place of names that cannot be read.
    fn usual() -> Self {
        let path = |setting: &Setting| PathBuf::from(setting.default);
        Self {
            routes: path(&ROUTES_FILE),
            profile: path(&LEGACY_PROFILE),
            lock: path(&LEGACY_LOCK),
            migrations: path(&MIGRATIONS_DIR),
        }
    }
}

fn legacy_addresses(reader: &mut Reader<'_>) -> Result<Vec<LegacyAddress>, Told> {
    let Some(found) = reader.find(&LEGACY_URL)? else { return Ok(Vec::new()) };
    let Some(addresses) = reader.mistakes.absorb(LegacyAddress::list_in_variable(&found.name, &found.value))
    else {
        reader.effective.set_wrong(&LEGACY_URL);
        return Err(Told);
    };
    Ok(addresses)
}

#[cfg(test)]
mod tests;
