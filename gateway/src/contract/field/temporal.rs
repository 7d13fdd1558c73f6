//! Dates, times and durations: what each makes of a text or a number, told in speedate's words.
//!
//! The parser is speedate, the one that pydantic-core stands on. Source of what stands around it: pydantic-core
//! `src/input/datetime.rs`, `src/validators/{date,datetime,time,timedelta}.rs`.

mod date;
mod datetime;
mod time;
mod timedelta;
mod written;

use speedate::{DateTimeConfig, MicrosecondsPrecisionOverflowBehavior, ParseError, TimeConfig};
use strum::EnumMessage;

use super::text::not_unicode;
use crate::contract::{python::Value, validation::Problem};

pub use date::DateRules;
pub use datetime::{DateTime, DateTimeRules};
pub use time::{Time, TimeRules};
pub use timedelta::TimeDeltaRules;

const NO_YEAR_ZERO: &str = "year 0 is out of range";

/// What can be asked for a point in time.
enum Source<'a> {
    Text(&'a str),
    Seconds(i64),
    Fraction(f64),
}

/// What a type calls itself in its refusals.
struct Words {
    wrong_type: (&'static str, &'static str),
    unparsable: (&'static str, &'static str),
}

impl Words {
    fn source<'a>(&self, value: &'a Value) -> Result<Source<'a>, Problem> {
        let fraction = match value {
            Value::Text(text) => return text.as_str().map(Source::Text).ok_or_else(not_unicode),
            Value::Integer(seconds) => return Ok(Source::Seconds(*seconds)),
            Value::Float(number) => Some(*number),
            // An integer of which Python cannot make a float is of no use.
            Value::Huge(digits) => digits.parse().ok().filter(|number: &f64| number.is_finite()),
            Value::None | Value::Bool(_) | Value::List(_) | Value::Dict(_) | Value::File(_) => None,
        };
        match fraction {
            Some(number) if number.is_nan() => Err(self.unparsable("NaN values not permitted")),
            Some(number) => Ok(Source::Fraction(number)),
            None => Err(Problem::new(self.wrong_type.0, self.wrong_type.1)),
        }
    }

    fn unparsable(&self, reason: &str) -> Problem {
        let (kind, words) = self.unparsable;
        Problem::new(kind, format!("{words}, {reason}")).with("error", Value::text(reason))
    }
}

/// More digits than Python keeps are cut off; a number is in UTC.
fn config() -> DateTimeConfig {
    DateTimeConfig::builder().time_config(time_config()).build()
}

fn time_config() -> TimeConfig {
    TimeConfig::builder()
        .microseconds_precision_overflow_behavior(MicrosecondsPrecisionOverflowBehavior::Truncate)
        .unix_timestamp_offset(Some(0))
        .build()
}

fn reason(error: &ParseError) -> &'static str {
    error.get_documentation().unwrap_or_default()
}

/// `isoformat` with `Z` for UTC, as bounds are told.
fn shown(text: String) -> (String, Value) {
    let context = Value::text(&text);
    (text, context)
}
