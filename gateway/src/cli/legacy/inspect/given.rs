//! What `inspect` is given: settings, the present profile, a token.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use super::InspectArgs;
use crate::{
    auth::inspect::SampleToken,
    config::{
        Config, Secret,
        mistakes::{Mistake, Mistakes},
        setting::DATABASE_URL,
    },
    contract::profile::Profile,
    db::{PoolSettings, url::DatabaseUrl},
};

pub(super) struct Given {
    pub(super) direct: DatabaseUrl,
    pub(super) pool: PoolSettings,
    /// Where the database is, without how one gets in.
    pub(super) place: String,
    pub(super) token: Option<SampleToken>,
    pub(super) secret: Option<Secret>,
    pub(super) lifetime: Option<Duration>,
    pub(super) profile_path: PathBuf,
    /// Empty where there is no file.
    pub(super) profile_text: String,
    /// Nothing where it is not there, or not complete yet: this may be what completes it.
    pub(super) profile: Option<Profile>,
}

/// More than a token with its scheme may have.
const LONGEST: u64 = 16 << 10;

impl Given {
    pub(super) fn read(arguments: &InspectArgs) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let (shared, config) = Config::read(&mut mistakes);
        shared.weaknesses.settle(shared.environment, false, &mut mistakes);
        let token = mistakes.absorb(token(arguments)).flatten();
        let profile_path = arguments.profile.clone().unwrap_or(shared.files.profile);
        let profile_text = mistakes.absorb(text_if_there(&profile_path)).unwrap_or_default();
        let (pool, direct) = config.map(|config| (config.database.pool, config.database.direct)).unzip();
        let direct = direct.flatten();
        if direct.is_none() && mistakes.is_empty() {
            let remedy = "name the database in which the legacy keeps its users";
            mistakes.push(Mistake::in_variable(DATABASE_URL.name, "is not set", remedy));
        }
        let (Some(direct), Some(pool), true) = (direct, pool, mistakes.is_empty()) else {
            return Err(mistakes);
        };
        Ok(Self {
            place: direct.to_string(),
            direct,
            pool,
            token,
            secret: shared.jwt_secret.ok().flatten(),
            lifetime: shared.legacy_lifetime,
            profile: Profile::parse(&profile_path, &profile_text).ok(),
            profile_path,
            profile_text,
        })
    }
}

fn token(arguments: &InspectArgs) -> Result<Option<SampleToken>, Mistakes> {
    let (name, text) = match (&arguments.token, &arguments.token_file) {
        (Some(text), _) => ("--token", text.clone()),
        (None, Some(file)) => ("--token-file", content(file)?),
        (None, None) => return Ok(None),
    };
    let remedy = "give one that the legacy has issued, alone or behind its scheme, as in `Bearer eyJ...`";
    let read = SampleToken::read(&text);
    read.map(Some).map_err(|bad| Mistake::in_variable(name, bad, remedy).into())
}

fn content(file: &Path) -> Result<String, Mistakes> {
    let told = |error: io::Error| {
        let remedy = "name a file that holds the token, or `-` for standard input";
        Mistakes::from(Mistake::in_variable("--token-file", format!("cannot be read: {error}"), remedy))
    };
    let mut text = String::new();
    if file == Path::new("-") {
        io::stdin().take(LONGEST).read_to_string(&mut text).map_err(told)?;
    } else {
        File::open(file).and_then(|file| file.take(LONGEST).read_to_string(&mut text)).map_err(told)?;
    }
    Ok(text)
}

fn text_if_there(path: &Path) -> Result<String, Mistakes> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => {
            let remedy = "make it readable, or name another one with --profile";
            Err(Mistake::in_file(path, format!("cannot be read: {error}"), remedy).into())
        }
    }
}
