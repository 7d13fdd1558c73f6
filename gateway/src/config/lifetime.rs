//! How long the legacy's tokens live, where its own settings say so.

use std::time::Duration;

use super::{
    mistakes::{Mistake, Place},
    reader::{Reader, Told},
    setting::ACCESS_TOKEN_EXPIRE_MINUTES,
    weakness::{Weakness, Weaknesses},
};

/// A token cannot be taken back: whoever finds one has it for the rest of its life.
const LONGEST: Duration = Duration::from_hours(1);

/// The legacy may read the variable otherwise than we do, so what is not a number is no mistake of ours.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<(), Told> {
    let Some(found) = reader.find_if_set(&ACCESS_TOKEN_EXPIRE_MINUTES)? else { return Ok(()) };
    let minutes = found.value.parse::<f64>().ok();
    match minutes.and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok()) {
        Some(lifetime) => judge(Place::Variable(found.name), lifetime, &mut reader.weaknesses),
        None => {
            let what = "is not a number of minutes, so how long the legacy's tokens live is not known";
            let remedy = "write a number, or `lifetime` in `[[legacy.tokens]]` of legacy.toml";
            let told = Mistake::in_variable(&found.name, what, remedy);
            reader.weaknesses.push(Weakness::UnknownLifetime, told);
        }
    }
    Ok(())
}

pub fn judge(place: Place, lifetime: Duration, weaknesses: &mut Weaknesses) {
    if lifetime > LONGEST {
        let lifetime = humantime::format_duration(lifetime);
        let what = format!(
            "the legacy's tokens live {lifetime}: a stolen one works that long, and nobody can take it back"
        );
        let remedy = "let the legacy issue tokens for an hour or less";
        weaknesses.push(Weakness::LongLivedTokens, Mistake::at(place, what, remedy));
    }
}
