//! JSON in and out, as one version of FastAPI has it.
//!
//! `response_model` answers go through pydantic-core since FastAPI 0.130 and through Python's `json.dumps` before; they
//! differ in how a float is written.

use std::fmt::{self, Write};

use bytes::Bytes;

use super::{
    Failure,
    answer::{Answer, Writer},
    request::RequestRules,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framework {
    floats: Floats,
    requests: RequestRules,
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
        Self { floats, requests: RequestRules::of_fastapi(version) }
    }

    pub fn requests(self) -> RequestRules {
        self.requests
    }

    /// What is stored may be nothing that Python can write: it raises over it when all is done.
    pub(super) fn render(self, body: &dyn Answer) -> Result<Bytes, Failure> {
        let mut json = Writer::new(self.floats);
        body.write(&mut json).map_err(|_| Failure::LegacyRaisesAfterwards)?;
        Ok(json.into_text().into())
    }
}

impl Floats {
    /// The shortest digits that read back as the same number, in plain form for ordinary magnitudes.
    pub(super) fn append(self, value: f64, out: &mut String) {
        let (smallest, exponent_width) = match self {
            Self::PydanticCore => (1e-5, 1),
            Self::JsonDumps => (1e-4, 2),
        };
        let start = out.len();
        if value == 0.0 || (smallest..1e16).contains(&value.abs()) {
            write(out, format_args!("{value}"));
            if !out[start..].contains('.') {
                out.push_str(".0");
            }
            return;
        }
        write(out, format_args!("{value:e}"));
        let Some(at) = out[start..].find('e').map(|at| start + at) else { return };
        let exponent: i32 = out[at + 1..].parse().unwrap_or_default();
        out.truncate(at);
        let sign = if exponent < 0 { '-' } else { '+' };
        write(out, format_args!("e{sign}{:0exponent_width$}", exponent.abs()));
    }

    pub(super) fn write(self, value: f64) -> String {
        let mut out = String::new();
        self.append(value, &mut out);
        out
    }
}

fn write(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes every text");
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
    fn the_encoder_follows_the_framework_version() {
        assert_eq!(Framework::of_fastapi("0.115.6").floats, Floats::JsonDumps);
        assert_eq!(Framework::of_fastapi("0.130.0").floats, Floats::PydanticCore);
        assert_eq!(Framework::of_fastapi("1.0.0").floats, Floats::PydanticCore);
    }
}
