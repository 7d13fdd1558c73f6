//! What kind of generated value stands at a place, and whether another one can stand there instead.
//!
//! A class says how a value is written; what it must be equal to or follow is for the judge, who gets every pair of a
//! recorded and a live value that was accepted here.

pub mod alphabet;
mod detect;
pub mod instant;
mod packed;
pub mod token;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use detect::{detect, epoch_of};

use alphabet::Alphabet;
use instant::Instant;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Class {
    Uuid {
        version: u8,
    },
    /// As `2026-01-05T09:30:01.123456Z`, in the format of the recorded one.
    Instant,
    /// RFC 9110 section 5.6.7.
    HttpDate,
    /// Since 1970, so many to a second.
    Epoch {
        per_second: u32,
    },
    Opaque {
        shortest: usize,
        longest: usize,
        prefix: String,
        alphabet: Alphabet,
    },
    /// JSON in base64, with what is generated in it by its place.
    Packed {
        form: Form,
        inside: BTreeMap<String, Class>,
    },
    /// An integer that a sequence gave; those of one scope are one-to-one.
    Sequence {
        scope: String,
    },
    Number {
        least: f64,
        most: f64,
    },
    /// Names between commas whose order says nothing.
    List,
    /// A text with generated parts; the rest is as it was recorded.
    Text {
        of: Vec<Class>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    Jwt,
    Base64,
}

/// A recorded value and the live one that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `by_chance` is false where two that are independent could be equal.
    Same {
        recorded: String,
        live: String,
        is_unique: bool,
    },
    /// In microseconds; `grain` is how much the last digit is worth.
    Moment {
        recorded: u64,
        live: u64,
        grain: u64,
    },
    Number {
        scope: String,
        recorded: u64,
        live: u64,
    },
}

/// Why a live value cannot stand where the recorded one did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub kind: &'static str,
    pub message: String,
}

pub(super) fn wrong<T>(kind: &'static str, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { kind, message: message.into() })
}

/// Fewer bits could come twice.
const UNIQUE_BITS: f64 = 40.0;

impl Class {
    /// Both without the quotes of JSON. What is bound by the pair is added to `bound`.
    pub fn pair(&self, recorded: &str, live: &str, bound: &mut Vec<Bound>) -> Result<(), Wrong> {
        match self {
            Self::Text { of } => return token::pair(of, recorded, live, bound),
            Self::Packed { form, inside } => return packed::pair(*form, inside, recorded, live, bound),
            Self::Number { least, most } => return number(*least, *most, recorded, live),
            Self::List if members(recorded) == members(live) => return Ok(()),
            Self::List => return wrong("value", "names others than were recorded"),
            Self::Uuid { .. }
            | Self::Instant
            | Self::HttpDate
            | Self::Epoch { .. }
            | Self::Opaque { .. }
            | Self::Sequence { .. } => {}
        }
        if !self.fits(live) {
            return wrong("format", format!("is no {} as recorded", self.name()));
        }
        match self {
            Self::Instant => {
                if let (Some(one), Some(other)) = (Instant::read(recorded), Instant::read(live)) {
                    if !one.is_written_like(&other) {
                        return wrong("format", "is an instant in another format");
                    }
                    let grain = one.grain().max(other.grain());
                    bound.push(Bound::Moment { recorded: one.micros, live: other.micros, grain });
                }
            }
            Self::HttpDate => {
                if let (Some(one), Some(other)) = (instant::http_date(recorded), instant::http_date(live)) {
                    bound.push(Bound::Moment { recorded: one, live: other, grain: 1_000_000 });
                }
            }
            Self::Epoch { per_second } => {
                if recorded.contains('.') != live.contains('.') {
                    return wrong("format", "has a fraction on one side only");
                }
                let grain = 1_000_000 / u64::from(*per_second);
                let read = |text: &str| text.parse::<f64>().map(|number| (number * grain as f64) as u64);
                if let (Ok(recorded), Ok(live)) = (read(recorded), read(live)) {
                    bound.push(Bound::Moment { recorded, live, grain });
                }
            }
            Self::Sequence { scope } => {
                if let (Ok(recorded), Ok(live)) = (recorded.parse(), live.parse()) {
                    bound.push(Bound::Number { scope: scope.clone(), recorded, live });
                }
            }
            Self::Uuid { .. } => bound.push(same(recorded, live, true)),
            Self::Opaque { prefix, alphabet, .. } => {
                let bits = alphabet.bits() * live.len().saturating_sub(prefix.len()) as f64;
                bound.push(same(recorded, live, bits >= UNIQUE_BITS));
            }
            Self::Text { .. } | Self::Packed { .. } | Self::Number { .. } | Self::List => {}
        }
        Ok(())
    }

    /// Whether a value is written as this class writes it.
    pub fn fits(&self, text: &str) -> bool {
        match self {
            Self::Uuid { version } => detect::uuid(text) == Some(*version),
            Self::Instant => Instant::read(text).is_some(),
            Self::HttpDate => instant::http_date(text).is_some(),
            Self::Epoch { per_second } => detect::epoch(text) == Some(*per_second),
            Self::Opaque { shortest, longest, prefix, alphabet } => {
                (*shortest..=*longest).contains(&text.len())
                    && text.strip_prefix(prefix.as_str()).is_some_and(|rest| alphabet.holds(rest))
            }
            Self::Packed { form, .. } => packed::open(*form, text).is_some(),
            Self::Sequence { .. } => text.parse::<u64>().is_ok_and(|number| number.to_string() == text),
            Self::Number { least, most } => {
                text.parse::<f64>().is_ok_and(|number| (*least..=*most).contains(&number))
            }
            Self::Text { .. } | Self::List => true,
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Uuid { .. } => "uuid",
            Self::Instant => "instant",
            Self::HttpDate => "http-date",
            Self::Epoch { .. } => "epoch",
            Self::Opaque { .. } => "opaque",
            Self::Packed { form: Form::Jwt, .. } => "jwt",
            Self::Packed { form: Form::Base64, .. } => "cursor",
            Self::Sequence { .. } => "sequence",
            Self::Number { .. } => "number",
            Self::List => "list",
            Self::Text { .. } => "text",
        }
    }

    /// The class that holds the values of both, if they are of one kind.
    pub fn join(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Epoch { per_second: one }, Self::Epoch { per_second: other }) if one != other => {
                return None;
            }
            (
                Self::Opaque { shortest, longest, prefix, alphabet },
                Self::Opaque { shortest: low, longest: high, prefix: start, alphabet: more },
            ) => {
                let kept = detect::common_prefix([prefix.as_str(), start.as_str()].into_iter());
                let left = [&prefix[kept.len()..], &start[kept.len()..]].concat();
                Self::Opaque {
                    shortest: shortest.min(low),
                    longest: longest.max(high),
                    prefix: kept,
                    alphabet: alphabet.with(more).with(Alphabet::of(&left)),
                }
            }
            (Self::Uuid { version: one }, Self::Uuid { version: other }) if one != other => return None,
            (Self::Packed { form, mut inside }, Self::Packed { form: also, inside: others })
                if form == also =>
            {
                for (place, class) in others {
                    let joined = match inside.remove(&place) {
                        Some(known) => known.join(class)?,
                        None => class,
                    };
                    inside.insert(place, joined);
                }
                Self::Packed { form, inside }
            }
            (Self::Number { least, most }, Self::Number { least: low, most: high }) => {
                Self::Number { least: least.min(low), most: most.max(high) }
            }
            (Self::Text { of }, Self::Text { of: others }) => {
                Self::Text { of: others.into_iter().fold(of, token::include) }
            }
            (one, other) if one.name() == other.name() && one.name() != "cursor" && one.name() != "jwt" => {
                one
            }
            (_, _) => return None,
        })
    }
}

/// What a list names, however it is ordered (RFC 9110 section 5.6.1).
pub(super) fn members(list: &str) -> Vec<&str> {
    let mut members: Vec<&str> = list.split(',').map(str::trim).collect();
    members.sort_unstable();
    members
}

fn same(recorded: &str, live: &str, is_unique: bool) -> Bound {
    Bound::Same { recorded: recorded.to_owned(), live: live.to_owned(), is_unique }
}

fn number(least: f64, most: f64, recorded: &str, live: &str) -> Result<(), Wrong> {
    let decimals = |text: &str| text.split_once('.').map(|(_, fraction)| fraction.len());
    if decimals(recorded).is_none() != decimals(live).is_none() || live.contains(['e', 'E']) {
        return wrong("format", "is a number that is written in another way");
    }
    match live.parse::<f64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(()),
        Ok(_) => wrong("range", format!("is not from {least} to {most}")),
        Err(_) => wrong("type", "is no number"),
    }
}

#[cfg(test)]
mod tests;
