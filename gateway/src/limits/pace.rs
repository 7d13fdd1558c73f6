//! A least pace: so many bytes within such a time.

use std::{fmt, str::FromStr, time::Duration};

use bytesize::ByteSize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub least: u64,
    pub within: Duration,
}

#[derive(Debug, thiserror::Error)]
#[error("`{written}` is not a pace")]
pub struct NotAPace {
    written: String,
}

impl FromStr for Pace {
    type Err = NotAPace;

    fn from_str(text: &str) -> Result<Self, NotAPace> {
        let read = || {
            let (size, time) = text.split_once('/')?;
            let has_unit = size.ends_with(|last: char| last.is_ascii_alphabetic());
            let least = size.parse::<ByteSize>().ok().filter(|size| has_unit && size.as_u64() > 0)?;
            let within = humantime::parse_duration(time).ok()?;
            let is_sensible = (Duration::from_millis(10)..=Duration::from_hours(1)).contains(&within);
            is_sensible.then_some(Self { least: least.as_u64(), within })
        };
        read().ok_or_else(|| NotAPace { written: text.to_owned() })
    }
}

impl fmt::Display for Pace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}B/{}", self.least, humantime::format_duration(self.within))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_a_size_and_a_time() {
        let kibibyte = Pace { least: 1024, within: Duration::from_mins(1) };
        assert_eq!("1KiB/1m".parse::<Pace>().expect("a pace"), kibibyte);
        assert_eq!(kibibyte.to_string().parse::<Pace>().expect("printed"), kibibyte);
        for wrong in ["", "1KiB", "1/1m", "0B/1m", "1KiB/0s", "1KiB/1d", "1KiB/1", "/", "1KiB/1m/1m"] {
            assert!(wrong.parse::<Pace>().is_err(), "{wrong}");
        }
    }
}
