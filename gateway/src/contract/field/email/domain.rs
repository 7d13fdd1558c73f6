//! What may stand behind the @-sign.
//!
//! Source: email-validator `syntax.py` (`validate_email_domain_name`, `validate_email_domain_literal`).

use std::{iter, net::Ipv4Addr, net::Ipv6Addr, sync::LazyLock};

use regex::Regex;

use super::{
    Refused,
    characters::{Ends, holds, judge_dots, judge_safety, listed},
    label::{UNICODE, is_written_right_to_left, judge_direction, to_ascii, to_unicode},
    refuse,
};

const LONGEST: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Under which nobody gets mail.
const SPECIAL: [&str; 6] = ["arpa", "invalid", "local", "localhost", "onion", "test"];

pub(super) struct Domain {
    pub(super) ascii: String,
    /// As people read it.
    pub(super) shown: String,
}

pub(super) fn judge(domain: &str) -> Result<Domain, Refused> {
    if domain.is_empty() {
        return refuse("There must be something after the @-sign.");
    }
    match domain.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => judge_address(address),
        None => judge_name(domain),
    }
}

/// An address in brackets is never taken; the reason depends on whether it is one.
fn judge_address(address: &str) -> Result<Domain, Refused> {
    let taken = "A bracketed IP address after the @-sign is not allowed here.";
    if !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let reason = "The address in brackets after the @-sign is not valid: It is not an IPv4 address or is missing an address literal tag.";
        return refuse(if address.parse::<Ipv4Addr>().is_ok() { taken } else { reason });
    }
    if address.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case("ipv6:")) {
        let reason = "The IPv6 address in brackets after the @-sign is not valid.";
        return refuse(if address[5..].parse::<Ipv6Addr>().is_ok() { taken } else { reason });
    }
    if !address.contains(':') {
        let reason =
            "The part after the @-sign in brackets is not an IPv4 address and has no address literal tag.";
        return refuse(reason);
    }
    let bad = address.chars().filter(|character| !('\u{21}'..='\u{fa}').contains(character));
    if let Some(bad) = listed(bad) {
        return refuse(format!("The part after the @-sign contains invalid characters in brackets: {bad}."));
    }
    refuse("The part after the @-sign contains an invalid address literal tag in brackets.")
}

fn judge_name(domain: &str) -> Result<Domain, Refused> {
    let length = domain.chars().count();
    if length > LONGEST {
        let excess = characters_too_many(length - LONGEST);
        return refuse(format!("The email address is too long after the @-sign ({excess})."));
    }
    judge_characters(domain, "contains invalid characters")?;
    judge_safety(domain, false)?;
    if let Some(bad) = listed(domain.chars().filter(|character| !is_mapped(*character))) {
        return refuse(format!("The part after the @-sign contains invalid characters: {bad}."));
    }
    let mapped = mapped(domain)?;
    judge_characters(&mapped, "contains invalid characters after Unicode normalization")?;
    judge_dots(
        &mapped,
        &Ends {
            start: |what| format!("An email address cannot have a {what} immediately after the @-sign."),
            end: |what| format!("An email address cannot end with a {what}."),
            is_hostname: true,
        },
    )?;
    let is_reserved = |label: &str| {
        label.chars().skip(2).take(2).eq(['-', '-']) && !label.to_ascii_lowercase().starts_with("xn")
    };
    if mapped.split('.').any(is_reserved) {
        let reason = "An email address cannot have two letters followed by two dashes immediately after the @-sign or after a period, except Punycode.";
        return refuse(reason);
    }
    let ascii = if mapped.is_ascii() {
        mapped
    } else {
        let labels = mapped.split('.').map(to_ascii).collect::<Result<Vec<_>, _>>();
        labels
            .map_err(|reason| Refused(format!("The part after the @-sign is invalid ({reason}).")))?
            .join(".")
    };
    judge_ascii(&ascii, domain)?;
    let shown = if ascii.contains("xn--") { readable(&ascii)? } else { ascii.clone() };
    Ok(Domain { ascii, shown })
}

fn judge_characters(domain: &str, what: &str) -> Result<(), Refused> {
    let is_hostname = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '.') || !character.is_ascii()
    };
    match listed(domain.chars().filter(|character| !is_hostname(*character))) {
        Some(bad) => refuse(format!("The part after the @-sign {what}: {bad}.")),
        None => Ok(()),
    }
}

/// Whether a code point may become part of a domain at all.
fn is_mapped(character: char) -> bool {
    static HIDDEN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\p{Cf}\p{Cn}\p{Co}\p{Zs}\p{Zl}\p{Zp}]$").ok());
    match character {
        '\0'..='\u{7f}' => true,
        '\u{80}'..='\u{9f}' => false,
        // They hold a full stop.
        '\u{2024}'..='\u{2026}' | '\u{2488}'..='\u{249b}' | '\u{fe52}' => false,
        '\u{2028}'..='\u{202e}' => false,
        '\u{2010}'..='\u{2060}' | '\u{ad}' | '\u{2064}' | '\u{ff0e}' => true,
        '\u{200b}'..='\u{200d}' | '\u{1bca0}'..='\u{1bca3}' => true,
        other => !holds(&HIDDEN, other),
    }
}

/// Lower case, compatible characters, composed: what UTS #46 makes of it.
fn mapped(domain: &str) -> Result<String, Refused> {
    if domain.is_ascii() {
        return Ok(domain.to_ascii_lowercase());
    }
    // Its sign for what is disallowed.
    let is_disallowed =
        |character: &char| UNICODE.map_normalize(iter::once(*character)).any(|mapped| mapped == '\u{fffd}');
    if let Some((at, bad)) = domain.chars().enumerate().find(|(_, character)| is_disallowed(character)) {
        let code = format!("U+{:04X}", u32::from(bad));
        let shown = crate::contract::python::quoted(domain);
        let reason = format!("Codepoint {code} not allowed at position {} in {shown}", at + 1);
        return refuse(format!("The part after the @-sign contains invalid characters ({reason})."));
    }
    Ok(UNICODE.map_normalize(domain.chars()).collect())
}

fn judge_ascii(ascii: &str, given: &str) -> Result<(), Refused> {
    if let Some(excess) = ascii.len().checked_sub(LONGEST).filter(|excess| *excess > 0) {
        let excess = match ascii == given {
            true => characters_too_many(excess),
            false => {
                format!("{excess} byte{} too many after IDNA encoding", if excess == 1 { "" } else { "s" })
            }
        };
        return refuse(format!("The email address is too long after the @-sign ({excess})."));
    }
    if let Some(label) = ascii.split('.').find(|label| label.len() > LONGEST_LABEL) {
        let excess = characters_too_many(label.len() - LONGEST_LABEL);
        let reason = "After the @-sign, periods cannot be separated by so many characters";
        return refuse(format!("{reason} ({excess})."));
    }
    let Some((_, top)) = ascii.rsplit_once('.') else {
        return refuse("The part after the @-sign is not valid. It should have a period.");
    };
    if !top.ends_with(|last: char| last.is_ascii_alphabetic()) {
        return refuse("The part after the @-sign is not valid. It is not within a valid top-level domain.");
    }
    if SPECIAL.contains(&top) {
        let reason =
            "The part after the @-sign is a special-use or reserved name that cannot be used with email.";
        return refuse(reason);
    }
    Ok(())
}

fn readable(ascii: &str) -> Result<String, Refused> {
    let invalid =
        |reason: String| Refused(format!("The part after the @-sign is not valid IDNA ({reason})."));
    let labels = ascii.split('.').map(to_unicode).collect::<Result<Vec<_>, _>>().map_err(invalid)?;
    let shown = labels.join(".");
    judge_characters(&shown, "contains invalid characters")?;
    judge_safety(&shown, false)?;
    if is_written_right_to_left(&shown) {
        labels.iter().try_for_each(|label| judge_direction(label, true)).map_err(invalid)?;
    }
    Ok(shown)
}

fn characters_too_many(excess: usize) -> String {
    format!("{excess} character{} too many", if excess > 1 { "s" } else { "" })
}
