//! A `UUID`, of any version or of one.
//!
//! Source: pydantic-core `src/validators/uuid.rs`, which stands on the `uuid` crate.

use std::borrow::Cow;

use uuid::{Uuid, Variant};

use super::{Constraints, Field, text::not_unicode};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

#[derive(Clone, Copy, Debug)]
pub struct UuidRules {
    version: Option<u8>,
}

impl Constraints for UuidRules {
    const NONE: Self = Self { version: None };
}

impl UuidRules {
    /// `UUID4` is `version = 4`.
    #[must_use]
    pub const fn version(mut self, version: u8) -> Self {
        assert!(matches!(version, 1 | 3..=8), "a version is one of 1 and 3 to 8");
        self.version = Some(version);
        self
    }
}

impl Field for Uuid {
    type Rules = UuidRules;

    fn read<'a>(given: &'a Value, rules: &UuidRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = of(given).and_then(|uuid| judge(uuid, rules.version));
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(value: &Value) -> Result<Uuid, Problem> {
    let Value::Text(text) = value else {
        return Err(Problem::new("uuid_type", "UUID input should be a string, bytes or UUID object"));
    };
    parsed(text.as_str().ok_or_else(not_unicode)?).map_err(|reason| {
        let message = format!("Input should be a valid UUID, {reason}");
        Problem::new("uuid_parsing", message).with("error", Value::text(&reason))
    })
}

/// The version of the crate that pydantic-core is built with knows the prefix in small letters only.
fn parsed(text: &str) -> Result<Uuid, String> {
    const PREFIX: &str = "urn:uuid:";
    match text.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) && prefix != PREFIX => match text.len() {
            too_long @ 46.. => Err(format!("invalid length: found {too_long}")),
            _ => Err(format!("invalid character: found `{}` at 0", &prefix[..1])),
        },
        _ => Uuid::parse_str(text).map_err(|error| error.to_string()),
    }
}

fn judge(uuid: Uuid, version: Option<u8>) -> Result<Uuid, Problem> {
    match version {
        Some(version)
            if uuid.get_version_num() != usize::from(version) || uuid.get_variant() != Variant::RFC4122 =>
        {
            let problem = Problem::new("uuid_version", format!("UUID version {version} expected"));
            Err(problem.with("expected_version", Value::Integer(version.into())))
        }
        _ => Ok(uuid),
    }
}
