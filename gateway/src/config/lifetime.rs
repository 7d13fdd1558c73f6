//! How long the legacy's tokens live, where its own settings say so.

use std::time::Duration;

use super::{
    mistakes::{Mistake, Place},
    reader::{Reader, Told},
    setting::ACCESS_TOKEN_EXPIRE_MINUTES,
    weakness::{Weakness, Weaknesses},
};

/// Whoever finds one has it for the rest of its life, unless that is noticed.
const LONGEST: Duration = Duration::from_hours(1);

/// The legacy may read the variable otherwise than we do, so what is not a number is no mistake of ours.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Option<Duration>, Told> {
    let Some(found) = reader.find_if_set(&ACCESS_TOKEN_EXPIRE_MINUTES)? else { return Ok(None) };
    let minutes = found.value.parse::<f64>().ok();
    let lifetime = minutes.and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok());
    match lifetime {
        Some(lifetime) => judge(Place::Variable(found.name), lifetime, &mut reader.weaknesses),
        None => {
            let what = "is not a number of minutes, so how long the legacy's tokens live is not known";
            let remedy = "write a number, or `lifetime` in `[[legacy.tokens]]` of legacy.toml";
            let told = Mistake::in_variable(&found.name, what, remedy);
            reader.weaknesses.push(Weakness::UnknownLifetime, told);
        }
    }
    Ok(lifetime)
}

pub fn judge(place: Place, lifetime: Duration, weaknesses: &mut Weaknesses) {
    if lifetime > LONGEST {
        let what = format!(
            "the legacy's tokens live {}: a stolen one works that long, unless somebody takes it back",
            in_words(lifetime)
        );
        let remedy = "let the legacy issue tokens for an hour or less";
        weaknesses.push(Weakness::LongLivedTokens, Mistake::at(place, what, remedy));
    }
}

/// Down to seconds: what is judged here is never shorter than an hour.
fn in_words(lifetime: Duration) -> String {
    let mut left = lifetime.as_secs();
    let mut words = Vec::new();
    for (unit, seconds) in [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)] {
        let count = left / seconds;
        left %= seconds;
        match count {
            0 => {}
            1 => words.push(format!("1 {unit}")),
            _ => words.push(format!("{count} {unit}s")),
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_told_as_people_say_it() {
        for (seconds, told) in [
            (86_400, "1 day"),
            (691_200, "8 days"),
            (5_400, "1 hour 30 minutes"),
            (93_784, "1 day 2 hours 3 minutes 4 seconds"),
            (31_536_000, "365 days"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), told);
        }
    }
}
