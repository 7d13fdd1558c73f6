//! Which kind of place the process runs in; the kinds differ only in what they refuse.

use std::str::FromStr;

use super::{
    reader::{Reader, Told},
    setting::ENVIRONMENT,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Development,
    Staging,
    Production,
}

#[derive(Debug, thiserror::Error)]
#[error("not an environment")]
pub struct BadEnvironment;

impl Environment {
    /// Unset means production: forgetting the variable must never weaken anything.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Told> {
        let remedy = "write local, dev, development or test; staging; prod or production (the default)";
        reader.parsed(&ENVIRONMENT, ENVIRONMENT.default, remedy)
    }

    pub fn is_development(self) -> bool {
        self == Self::Development
    }
}

impl FromStr for Environment {
    type Err = BadEnvironment;

    fn from_str(text: &str) -> Result<Self, BadEnvironment> {
        match text.to_ascii_lowercase().as_str() {
            "local" | "dev" | "development" | "test" => Ok(Self::Development),
            "staging" => Ok(Self::Staging),
            "prod" | "production" => Ok(Self::Production),
            _ => Err(BadEnvironment),
        }
    }
}
