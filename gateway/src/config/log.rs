//! How much is logged, and whether for people or for programs.

use std::str::FromStr;

use tracing::level_filters::LevelFilter;

use super::{
    Environment,
    reader::{Reader, Told},
    setting::{LOG_FORMAT, LOG_LEVEL},
};
use crate::telemetry::log::LogConfig;

struct Level(LevelFilter);

#[derive(Debug, thiserror::Error)]
#[error("not a log level")]
struct BadLevel;

pub(super) fn read(reader: &mut Reader<'_>, environment: Environment) -> Result<LogConfig, Told> {
    // People read the log of a development machine, programs that of every other.
    let usual = if environment.is_development() { "text" } else { LOG_FORMAT.default };
    let level = reader.parsed(&LOG_LEVEL, LOG_LEVEL.default, "write error, warn, info, debug or trace");
    let format = reader.parsed(&LOG_FORMAT, usual, "write text or json");
    let Level(level) = level?;
    Ok(LogConfig { level, format: format? })
}

/// `tracing` takes numbers and `off` as well: a gateway that is silent by one letter is a trap.
impl FromStr for Level {
    type Err = BadLevel;

    fn from_str(text: &str) -> Result<Self, BadLevel> {
        match text.to_ascii_lowercase().as_str() {
            "error" => Ok(Self(LevelFilter::ERROR)),
            "warn" => Ok(Self(LevelFilter::WARN)),
            "info" => Ok(Self(LevelFilter::INFO)),
            "debug" => Ok(Self(LevelFilter::DEBUG)),
            "trace" => Ok(Self(LevelFilter::TRACE)),
            _ => Err(BadLevel),
        }
    }
}
