//! `EmailStr`: an address that email-validator takes, in the form that it gives it.
//!
//! Source: `pydantic/networks.py` (`validate_email`), email-validator 2.4 without a look at the DNS.

mod characters;
mod domain;
mod label;
mod local;
mod names;
mod parts;

use std::{borrow::Cow, fmt, ops::Deref, sync::LazyLock};

use icu_normalizer::ComposingNormalizerBorrowed;
use regex::Regex;

use super::{
    Constraints, Field, TextRules,
    size::{Size, sized},
    space::trim,
    text::text,
};
use crate::contract::{
    python::Value,
    validation::{Errors, Problem},
};

/// What pydantic looks into at all, in code points.
const LONGEST: usize = 2048;
/// What an address may have, in bytes.
const LONGEST_ADDRESS: usize = 254;

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// Of `Joe <joe@example.com>` it is the address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Lengths are those of the address as it is returned.
#[derive(Clone, Copy, Debug)]
pub struct EmailRules {
    size: Size,
}

impl Constraints for EmailRules {
    const NONE: Self = Self { size: Size::NONE };
}

sized!(EmailRules);

impl Email {
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Email {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Field for Email {
    type Rules = EmailRules;

    fn read<'a>(given: &'a Value, rules: &EmailRules, errors: &mut Errors<'a>) -> Option<Self> {
        let judged = of(given).and_then(|email| {
            let length = email.chars().count();
            rules.size.judge_least("Value", length)?;
            rules.size.judge_most("Value", length)?;
            Ok(email)
        });
        judged.map_err(|problem| errors.push(problem, Cow::Borrowed(given))).ok()
    }
}

fn of(given: &Value) -> Result<Email, Problem> {
    let text = text(given, TextRules::NONE)?;
    address(&text).map(Email).map_err(|Refused(reason)| {
        let message = format!("value is not a valid email address: {reason}");
        Problem::new("value_error", message).with("reason", Value::text(&reason))
    })
}

/// Why something is no address, in email-validator's words.
#[derive(Debug)]
struct Refused(String);

fn refuse<T>(reason: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(reason.into()))
}

fn address(text: &str) -> Result<String, Refused> {
    static PRETTY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let name = r"[\w.!#$%&'*+\-/=?^_`{|}~]";
        Regex::new(&format!(r#"^\s*(?:(?:{name}+\s+)*{name}+|"(?:[^"]|")+")?\s*<(.+)>\s*$"#)).ok()
    });
    if text.chars().count() > LONGEST {
        return refuse(format!("Length must not exceed {LONGEST} characters"));
    }
    if text.contains(['\r', '\n']) {
        return refuse("Carriage return and line feed characters are not allowed");
    }
    let pretty = PRETTY.as_ref().and_then(|pretty| pretty.captures(text)).and_then(|found| found.get(1));
    let parts = parts::split(trim(pretty.map_or(text, |found| found.as_str())))?;
    let mut local = local::judge(&parts.unquoted, parts.is_quoted)?;
    let normal = NFC.normalize(&parts.unquoted);
    if normal != parts.unquoted {
        local = local::judge(&normal, parts.is_quoted)
            .map_err(|Refused(reason)| Refused(format!("After Unicode normalization: {reason}")))?;
    }
    if parts.is_quoted {
        return refuse("Quoting the part before the @-sign is not allowed here.");
    }
    let domain = domain::judge(parts.domain)?;
    let normal = format!("{local}@{}", domain.shown);
    judge_length(
        &format!("{}@{}", parts.local, parts.domain),
        &normal,
        &format!("{local}@{}", domain.ascii),
    )?;
    if parts.has_name {
        let reason = "A display name and angle brackets around the email address are not permitted here.";
        return refuse(reason);
    }
    Ok(normal)
}

fn judge_length(given: &str, normal: &str, ascii: &str) -> Result<(), Refused> {
    let after = "when the part after the @-sign is converted to IDNA ASCII";
    let ways = [(given, None), (normal, Some("after normalization")), (ascii, Some(after))];
    for (address, way) in ways {
        let Some(excess) = address.len().checked_sub(LONGEST_ADDRESS).filter(|excess| *excess > 0) else {
            continue;
        };
        let plural = if excess > 1 { "s" } else { "" };
        let reason = match way {
            Some(way) => format!("{way} ({excess} byte{plural} too many)"),
            None if address.is_ascii() => format!("({excess} character{plural} too many)"),
            None => {
                let widest = address.chars().map(char::len_utf8).max().unwrap_or(1);
                let least = (excess / widest).max(1);
                let span = if least == excess { String::new() } else { format!("{least}-") };
                format!("({span}{excess} character{plural} too many)")
            }
        };
        return refuse(format!("The email address is too long {reason}."));
    }
    Ok(())
}
