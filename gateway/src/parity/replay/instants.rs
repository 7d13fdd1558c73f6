//! Moves the instants that a client read from its clock to the time of the run.
//!
//! An instant within a recording's time or within a day of it stays as far from the beginning as it was, before or
//! after. One that is further away is a date that somebody chose, and so is a day without a time: they stay. All
//! move equally far and by whole seconds, so that what was equal, or in order, still is, however it is written.

use chrono::{NaiveDateTime, TimeDelta};

use super::{
    anatomy::{Spot, Way},
    binding::{self, Needs},
    state::STATE,
};
use crate::parity::{exchange::Exchange, value::instant};

/// In microseconds.
const NEAR: u64 = 24 * 3600 * 1_000_000;

/// A validator is an instant of the server's (RFC 9110 section 13.1): what it gave before the recording began has not moved.
const VALIDATORS: [&str; 3] = ["if-modified-since", "if-unmodified-since", "if-range"];

pub struct Clock {
    from: u64,
    to: u64,
    /// In seconds.
    by: i64,
}

/// A request's instant that moves, as it was recorded.
#[derive(Debug, PartialEq, Eq)]
pub struct Moved {
    pub place: String,
    pub value: String,
}

impl Clock {
    /// For a run that begins at `now`, in microseconds since 1970; at the recording's own beginning without one.
    pub fn of<'e>(exchanges: impl Iterator<Item = &'e Exchange> + Clone, now: Option<u64>) -> Self {
        let asked = exchanges.filter(|exchange| exchange.request.method != STATE);
        let began = asked.clone().map(|exchange| exchange.began).min().unwrap_or(0);
        let ended = asked.map(binding::ended).max().unwrap_or(0);
        let by = now.map_or(0, |now| (now as i64 - began as i64).div_euclid(1_000_000));
        Self { from: began.saturating_sub(NEAR), to: ended.saturating_add(NEAR), by }
    }

    /// What a request says of the time around the recording and was given by nobody.
    pub fn moves(&self, exchange: &Exchange, needs: &Needs) -> Vec<Moved> {
        let mut moves = Vec::new();
        binding::walk_request(exchange, &mut |spot: &Spot, text: &str| {
            if needs.0.contains_key(&spot.place) {
                return Some(text.to_owned());
            }
            let moved = self.moved(spot, text)?;
            moves.push(Moved { place: spot.place.clone(), value: text.to_owned() });
            Some(moved)
        });
        moves
    }

    pub(super) fn moved(&self, spot: &Spot, text: &str) -> Option<String> {
        let is_said = matches!(spot.way, Way::Named | Way::Slot) && !VALIDATORS.contains(&spot.name.as_str());
        let (at, written) = Written::read(text).filter(|_| is_said)?;
        // A number that names what it is the number of is no time.
        let is_number = written == Written::Epoch && spot.kind().is_some();
        if is_number || !(self.from..=self.to).contains(&at) {
            return None;
        }
        written.later(text, self.by)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    /// ISO 8601 with a time: a fraction and a zone stay as they are.
    Iso,
    Http,
    /// Seconds or milliseconds since 1970, as numbers of that size are.
    Epoch,
}

const SECOND: usize = 19;
const HTTP: &str = "%a, %d %b %Y %H:%M:%S GMT";

impl Written {
    /// With the microseconds since 1970 that it stands for.
    fn read(text: &str) -> Option<(u64, Self)> {
        if let Some(instant) = instant::Instant::read(text) {
            return Some((instant.micros, Self::Iso));
        }
        if let Some(at) = instant::http_date(text) {
            return Some((at, Self::Http));
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = whole.parse().ok().filter(|_| is_digits(whole) && is_digits(fraction))?;
        match whole.len() {
            10 => Some((number * 1_000_000, Self::Epoch)),
            13 if fraction.is_empty() => Some((number * 1_000, Self::Epoch)),
            _ => None,
        }
    }

    fn later(self, text: &str, seconds: i64) -> Option<String> {
        let delta = TimeDelta::try_seconds(seconds)?;
        match self {
            Self::Iso => {
                let (second, rest) = text.split_at_checked(SECOND)?;
                let format = if second.contains('T') { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
                let at = NaiveDateTime::parse_from_str(second, format).ok()?.checked_add_signed(delta)?;
                Some(format!("{}{rest}", at.format(format)))
            }
            Self::Http => {
                let at = NaiveDateTime::parse_from_str(text, HTTP).ok()?.checked_add_signed(delta)?;
                Some(at.format(HTTP).to_string())
            }
            Self::Epoch => {
                let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
                let unit = if whole.len() == 13 { 1_000 } else { 1 };
                let at = whole.parse::<i64>().ok()?.checked_add(seconds.checked_mul(unit)?)?;
                Some(format!("{at}{rest}"))
            }
        }
    }
}

#[cfg(test)]
mod tests;
