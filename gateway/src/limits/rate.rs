//! How often somebody may ask: a number in a time, and how many at once.

use std::{fmt, num::NonZeroU32, str::FromStr, time::Duration};

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// An IPv4 address, or a /64 network of IPv6.
    Address,
    /// The user of the token; by address where there is none.
    Subject,
}

impl Per {
    pub const ALL: [Self; 2] = [Self::Address, Self::Subject];
}

impl fmt::Display for Per {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Address => "address",
            Self::Subject => "subject",
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub per: Per,
    /// One request in this time, in the long run.
    pub every: Duration,
    /// This many at once, after a rest.
    pub burst: NonZeroU32,
}

#[derive(Debug, thiserror::Error)]
#[error("`{written}` is not a rate")]
pub struct NotARate {
    written: String,
}

/// As many at once as in the time that is named: `100/s`, `10/m`, `5/h`.
impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let read = || {
            let (count, time) = text.split_once('/')?;
            let time = match time {
                "s" => Duration::from_secs(1),
                "m" => Duration::from_mins(1),
                "h" => Duration::from_hours(1),
                "d" => Duration::from_hours(24),
                _ => return None,
            };
            let is_number = count.bytes().all(|byte| byte.is_ascii_digit());
            let burst: NonZeroU32 = count.parse().ok().filter(|_| is_number)?;
            let every = time / burst.get();
            (every >= Duration::from_micros(1)).then_some(Self { per: Per::Address, every, burst })
        };
        read().ok_or_else(|| NotARate { written: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_and_a_unit_of_time() {
        for (text, every, burst) in [
            ("100/s", Duration::from_millis(10), 100),
            ("10/m", Duration::from_secs(6), 10),
            ("1/h", Duration::from_hours(1), 1),
            ("24/d", Duration::from_hours(1), 24),
        ] {
            let rate: Rate = text.parse().expect(text);
            assert_eq!((rate.per, rate.every, rate.burst.get()), (Per::Address, every, burst), "{text}");
        }
        for wrong in ["", "100", "0/s", "-1/s", "+1/s", "1/w", "1/2s", "1.5/s", "9999999/s", "/s", "1/"] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }
}
