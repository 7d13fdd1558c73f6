//! Which places of a recorded answer say something else than what was sent.

use std::collections::BTreeSet;

use crate::parity::{
    difference::Place,
    exchange::{Exchange, frame::Side},
    value::instant::Instant,
};

#[derive(Clone, Debug, Default)]
pub(in crate::parity) struct RedactedPlaces(BTreeSet<String>);

impl RedactedPlaces {
    pub(in crate::parity) fn of(exchange: &Exchange) -> Self {
        let places = exchange.redacted.iter().filter_map(|redacted| {
            let place = redacted.at.strip_prefix("answer ");
            place.map(str::to_owned).or_else(|| frame(exchange, &redacted.at))
        });
        Self(places.collect())
    }

    pub(in crate::parity) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(in crate::parity) fn holds(&self, place: &Place) -> bool {
        let is_event = matches!(place, Place::Event(..)) && self.0.contains("body");
        !self.0.is_empty()
            && (is_event || self.0.contains(&place.to_string()) || self.0.contains(&place.general()))
    }
}

/// A recording counts all frames, a comparison those that the server said.
fn frame(exchange: &Exchange, at: &str) -> Option<String> {
    let rest = at.strip_prefix("frame ")?;
    let (number, path) = rest.split_once(' ').map_or((rest, ""), |(number, path)| (number, path));
    let number: usize = number.parse().ok()?;
    let frames = &exchange.answered()?.frames;
    let is_told = |at: &usize| {
        let frame = &frames[*at];
        frame.from == Side::Server && !matches!(frame.opcode, 9 | 10)
    };
    (number < frames.len() && is_told(&number)).then_some(())?;
    let told = (0..number).filter(is_told).count();
    Some(format!("frame {told} {path}").trim_end().to_owned())
}

/// Of fewer letters and digits two values can have one pseudonym by chance. A JWT is what it says: of one user and one
/// second there is one.
const TELLING: usize = 8;

pub(in crate::parity) fn is_telling(pseudonym: &str) -> bool {
    let is_token = pseudonym.starts_with("eyJ") && pseudonym.split('.').count() == 3;
    !is_token && pseudonym.chars().filter(|letter| letter.is_alphanumeric()).count() >= TELLING
}

/// What a pseudonym keeps of a value.
pub(in crate::parity) fn is_one_shape(recorded: &str, live: &str) -> bool {
    let is_uuid = |text: &str| uuid::Uuid::try_parse(text).is_ok();
    let is_mail = |text: &str| text.contains('@');
    let (one, other) = (Instant::read(recorded), Instant::read(live));
    match (one, other) {
        (Some(one), Some(other)) => one.is_written_like(&other),
        (None, None) if is_mail(recorded) || is_mail(live) => is_mail(recorded) == is_mail(live),
        (None, None) if is_uuid(recorded) || is_uuid(live) => is_uuid(recorded) == is_uuid(live),
        (None, None) => recorded.chars().count() == live.chars().count(),
        (_, _) => false,
    }
}
