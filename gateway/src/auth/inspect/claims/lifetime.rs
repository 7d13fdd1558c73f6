//! `lifetime`: how long tokens live, by what the token or the legacy's own settings say.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{
    auth::{
        claims::Dates,
        inspect::{SampleToken, proposal::Proposal},
    },
    config::setting::ACCESS_TOKEN_EXPIRE_MINUTES,
};

const FROM_NOW: &str = "its `exp` less now; it has no `iat`";
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

pub(super) fn map(token: &SampleToken, setting: Option<Duration>, proposal: &mut Proposal) {
    let Ok(dates) = Dates::of(&token.claims, true) else {
        proposal.problems.push("the token's times are no numbers".to_owned());
        return;
    };
    if token.claims.text("exp").is_some() {
        proposal.token("lenient_exp", true, "the token's `exp` is written as text");
    }
    let Some(expires) = dates.expires else { return };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |now| now.as_secs_f64());
    if expires <= now {
        proposal.notes.push("the token has expired".to_owned());
    }
    let (found, proof) = match (dates.issued, setting) {
        (Some(issued), _) => (up(expires - issued, MINUTE), "its `exp` less its `iat`"),
        (None, Some(setting)) if setting.as_secs_f64() + 1.0 >= expires - now => {
            (up(setting.as_secs_f64(), 1), ACCESS_TOKEN_EXPIRE_MINUTES.name)
        }
        (None, _) if expires > now => (up(expires - now, step(expires - now)), FROM_NOW),
        (None, _) => {
            proposal.notes.push(
                "how long tokens live does not show, because this one has expired and has no `iat`: write `lifetime`, \
                 or nobody who logs out everywhere can come back with a token of the legacy's"
                    .to_owned(),
            );
            return;
        }
    };
    let Some(found) = found else { return };
    if proof == FROM_NOW {
        proposal.notes.push(
            "the token does not say when it was issued: `lifetime` is right if that was a moment ago, and too short \
             if it was not"
                .to_owned(),
        );
    }
    proposal.token("lifetime", spelled(found), proof);
}

/// The two times of a token are not taken in the same moment, and what was issued a while ago is rounded to what people
/// configure.
fn step(seconds: f64) -> u64 {
    match seconds {
        seconds if seconds <= HOUR as f64 => 5 * MINUTE,
        seconds if seconds <= DAY as f64 => HOUR,
        _ => DAY,
    }
}

/// To the next multiple; nothing for what is no lifetime.
fn up(seconds: f64, step: u64) -> Option<u64> {
    let whole = Duration::try_from_secs_f64(seconds).ok()?.as_secs_f64().ceil();
    let whole = Duration::try_from_secs_f64(whole).ok()?.as_secs();
    let rounded = whole.div_ceil(step) * step;
    (1..=10 * 365 * DAY).contains(&rounded).then_some(rounded)
}

fn spelled(seconds: u64) -> String {
    let units = [("d", DAY), ("h", HOUR), ("m", MINUTE)];
    let unit = units.into_iter().find(|(_, length)| seconds.is_multiple_of(*length));
    unit.map_or_else(|| format!("{seconds}s"), |(name, length)| format!("{}{name}", seconds / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_never_shorter_than_what_was_seen() {
        for (seconds, step, expected) in [
            (1799.4, MINUTE, "30m"),
            (1800.0, MINUTE, "30m"),
            (1800.2, MINUTE, "31m"),
            (3600.0, MINUTE, "1h"),
            (691_199.5, DAY, "8d"),
            (1790.0, 5 * MINUTE, "30m"),
            (90.0, 1, "90s"),
        ] {
            assert_eq!(up(seconds, step).map(spelled).as_deref(), Some(expected), "{seconds}");
        }
        for none in [-5.0, 0.0, f64::NAN, 1e18] {
            assert_eq!(up(none, 1), None, "{none}");
        }
        assert_eq!((step(1700.0), step(7000.0), step(600_000.0)), (5 * MINUTE, HOUR, DAY));
    }
}
