//! How the process makes room for the next one: where the two meet, and how long it stays open once it is to end.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use super::{
    reader::{Found, Reader, Told},
    setting::{GATEWAY_DRAIN_DELAY, GATEWAY_RUN_DIR},
};

/// No platform waits longer before it kills.
const LONGEST: Duration = Duration::from_secs(10 * 60);

#[derive(Clone, Debug)]
pub struct ProcessConfig {
    /// Where a successor finds this process; without it there can be none.
    pub directory: Option<PathBuf>,
    pub drain_delay: Duration,
}

struct Delay(Duration);

impl FromStr for Delay {
    type Err = BadDelay;

    fn from_str(text: &str) -> Result<Self, BadDelay> {
        let delay = humantime::parse_duration(text).map_err(|_| BadDelay)?;
        Some(delay).filter(|delay| *delay <= LONGEST).map(Self).ok_or(BadDelay)
    }
}

struct BadDelay;

impl fmt::Display for BadDelay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no time with a unit, or too long a one")
    }
}

impl ProcessConfig {
    /// Both are judged even when one is wrong.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Told> {
        let directory = reader.find(&GATEWAY_RUN_DIR);
        let remedy = "write a time of at most 10 minutes with its unit, as in `5s`";
        let delay = reader.parsed::<Delay>(&GATEWAY_DRAIN_DELAY, GATEWAY_DRAIN_DELAY.default, remedy);
        // systemd separates several by colons; the first is the unit's own.
        let path = |found: Found| match found.name == GATEWAY_RUN_DIR.name {
            true => PathBuf::from(found.value),
            false => PathBuf::from(found.value.split(':').next().unwrap_or_default()),
        };
        let directory = directory?.map(path);
        Ok(Self { directory, drain_delay: delay?.0 })
    }
}
