//! JSON as FastAPI renders it: the bytes, not just the value.
//!
//! Two encoders are in use: `response_model` answers go through pydantic-core since FastAPI 0.130 and through
//! Python's `json.dumps` before; they differ in how a float is written.

use std::io::{self, Write};

use axum::{body::Body, response::Response};
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use super::{Failure, request::BodyRules};

/// JSON in and out, as one version of FastAPI has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framework {
    floats: Floats,
    pub(super) bodies: BodyRules,
}

/// How floats are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Floats {
    PydanticCore,
    JsonDumps,
}

impl Framework {
    /// What a FastAPI version uses for `response_model` answers, and takes for a JSON body.
    pub fn of_fastapi(version: &str) -> Self {
        let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        let floats = if version >= (0, 130) { Floats::PydanticCore } else { Floats::JsonDumps };
        Self { floats, bodies: BodyRules::of_fastapi(version) }
    }

    /// The 200 answer with this value as its body. What is stored may be nothing that Python can write.
    pub fn answer<T: Serialize>(self, value: &T) -> Result<Response, Failure> {
        let body = self.encode(value).map_err(|_| Failure::LegacyRaisesAfterwards)?;
        let mut answer = Response::new(Body::empty());
        answer.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *answer.body_mut() = Body::from(body);
        Ok(answer)
    }

    /// The 201 answer with what was created as its body.
    pub fn created<T: Serialize>(self, value: &T) -> Result<Response, Failure> {
        let mut answer = self.answer(value)?;
        *answer.status_mut() = StatusCode::CREATED;
        Ok(answer)
    }

    fn encode<T: Serialize>(self, value: &T) -> serde_json::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(256);
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, self.floats))?;
        Ok(bytes)
    }
}

/// The 204 answer of a route that returns nothing. It has a type, though nothing is of it.
pub fn no_content() -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

impl Formatter for Floats {
    fn write_f64<W: Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(self.write(value).as_bytes())
    }

    /// Only `Number` asks for it, where it is not finite.
    fn write_byte_array<W: Write + ?Sized>(&mut self, writer: &mut W, _: &[u8]) -> io::Result<()> {
        match self {
            Self::PydanticCore => writer.write_all(b"null"),
            Self::JsonDumps => Err(io::Error::other("a number that is not finite")),
        }
    }
}

impl Floats {
    /// The shortest digits that read back as the same number, in plain form for ordinary magnitudes.
    pub(super) fn write(self, value: f64) -> String {
        let (smallest, exponent_width) = match self {
            Self::PydanticCore => (-5, 1),
            Self::JsonDumps => (-4, 2),
        };
        let scientific = format!("{value:e}");
        let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        if (smallest..16).contains(&exponent) {
            let plain = format!("{value}");
            return if plain.contains('.') { plain } else { plain + ".0" };
        }
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{digits}e{sign}{:0exponent_width$}", exponent.abs())
    }
}

/// A number that may be stored as one that JSON does not have. serde_json would write `null` for it before it asks
/// the formatter, as pydantic-core does; `json.dumps` raises.
#[derive(Clone, Copy, Debug)]
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() { serializer.serialize_f64(self.0) } else { serializer.serialize_bytes(b"") }
    }
}

/// A datetime without a zone, as pydantic writes it.
#[derive(Clone, Copy, Debug)]
pub struct Naive(pub NaiveDateTime);

/// A datetime in UTC, as pydantic writes it. PostgreSQL hands out the zone of the session, which is UTC on Neon.
#[derive(Clone, Copy, Debug)]
pub struct Aware(pub DateTime<Utc>);

impl Serialize for Naive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&timestamp(self.0)?)
    }
}

impl Serialize for Aware {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&(timestamp(self.0.naive_utc())? + "Z"))
    }
}

/// Microseconds only when there are some, then always six digits. Python has no year before 1 or after 9999 and raises
/// over a row that holds one.
fn timestamp<E: serde::ser::Error>(at: NaiveDateTime) -> Result<String, E> {
    if !(1..=9999).contains(&at.year()) {
        return Err(E::custom("a year that Python does not have"));
    }
    let format = if at.nanosecond() == 0 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S%.6f" };
    Ok(at.format(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_as_each_encoder_writes_them() {
        // (value, pydantic-core, json.dumps), as the two printed them
        let table = [
            (0.1, "0.1", "0.1"),
            (3.0, "3.0", "3.0"),
            (0.0, "0.0", "0.0"),
            (-0.0, "-0.0", "-0.0"),
            (0.0001, "0.0001", "0.0001"),
            (1e-5, "0.00001", "1e-05"),
            (1.5e-5, "0.000015", "1.5e-05"),
            (1e-6, "1e-6", "1e-06"),
            (5e-324, "5e-324", "5e-324"),
            (1e15, "1000000000000000.0", "1000000000000000.0"),
            (9_007_199_254_740_992.0, "9007199254740992.0", "9007199254740992.0"),
            (1e16, "1e+16", "1e+16"),
            (1.5e16, "1.5e+16", "1.5e+16"),
            (1e100, "1e+100", "1e+100"),
        ];
        for (value, core, dumps) in table {
            assert_eq!(Floats::PydanticCore.write(value), core);
            assert_eq!(Floats::JsonDumps.write(value), dumps);
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_null_or_nothing() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let value = [None, Some(Number(value)), Some(Number(1.0))];
            let written = |version| Framework::of_fastapi(version).encode(&value).ok();
            assert_eq!(written("0.130.0").as_deref(), Some(&b"[null,null,1.0]"[..]));
            assert_eq!(written("0.129.0"), None);
        }
    }

    #[test]
    fn the_encoder_follows_the_framework_version() {
        assert_eq!(Framework::of_fastapi("0.115.6").floats, Floats::JsonDumps);
        assert_eq!(Framework::of_fastapi("0.130.0").floats, Floats::PydanticCore);
        assert_eq!(Framework::of_fastapi("1.0.0").floats, Floats::PydanticCore);
    }
}
