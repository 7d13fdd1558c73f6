//! Which characters an address may have, and how others are named.
//!
//! Source: email-validator `syntax.py` (`safe_character_display`, `check_unsafe_chars`, `check_dot_atom`).

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{Refused, names::NAMES, refuse};
use crate::contract::python::quoted;

pub(super) fn is_atom(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_!#$%&'*+-/=?^`{|}~.".contains(character)
}

/// Each once, in order; nothing where there are none.
pub(super) fn listed(bad: impl Iterator<Item = char>) -> Option<String> {
    let shown: BTreeSet<_> = bad.map(displayed).collect();
    (!shown.is_empty()).then(|| shown.into_iter().collect::<Vec<_>>().join(", "))
}

/// What can be seen is shown, what cannot is named.
pub(super) fn displayed(character: char) -> String {
    if character == '\\' {
        return "\"\\\"".to_owned();
    }
    if is_visible(character) {
        return quoted(&character.to_string());
    }
    let code = u32::from(character);
    let found = NAMES.binary_search_by_key(&code, |(code, _)| *code).ok();
    let named = found.and_then(|at| NAMES.get(at)).map(|(_, name)| (*name).to_owned());
    named.unwrap_or_else(|| if code < 0xffff { format!("U+{code:04X}") } else { format!("U+{code:08X}") })
}

/// Letters, numbers, punctuation and symbols.
fn is_visible(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_graphic();
    }
    static VISIBLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{N}\p{P}\p{S}]$").ok());
    holds(&VISIBLE, character)
}

fn is_mark(character: char) -> bool {
    static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{M}$").ok());
    !character.is_ascii() && holds(&MARK, character)
}

fn is_space(character: char) -> bool {
    static SPACE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Zs}$").ok());
    holds(&SPACE, character)
}

pub(super) fn holds(class: &LazyLock<Option<Regex>>, character: char) -> bool {
    class.as_ref().is_some_and(|class| class.is_match(character.encode_utf8(&mut [0; 4])))
}

pub(super) fn judge_safety(text: &str, with_spaces: bool) -> Result<(), Refused> {
    let bad: BTreeSet<char> = text
        .chars()
        .enumerate()
        .filter(|(at, character)| {
            let is_safe = is_visible(*character)
                || (*at > 0 && is_mark(*character))
                || (with_spaces && is_space(*character));
            !is_safe
        })
        .map(|(_, character)| character)
        .collect();
    if bad.is_empty() {
        return Ok(());
    }
    let shown: Vec<_> = bad.into_iter().map(displayed).collect();
    refuse(format!("The email address contains unsafe characters: {}.", shown.join(", ")))
}

/// How a part is refused that begins or ends with what it must not.
pub(super) struct Ends {
    pub(super) start: fn(&str) -> String,
    pub(super) end: fn(&str) -> String,
    pub(super) is_hostname: bool,
}

pub(super) fn judge_dots(text: &str, ends: &Ends) -> Result<(), Refused> {
    if text.ends_with('.') {
        return refuse((ends.end)("period"));
    }
    if text.starts_with('.') {
        return refuse((ends.start)("period"));
    }
    if text.contains("..") {
        return refuse("An email address cannot have two periods in a row.");
    }
    if !ends.is_hostname {
        return Ok(());
    }
    if text.ends_with('-') {
        return refuse((ends.end)("hyphen"));
    }
    if text.starts_with('-') {
        return refuse((ends.start)("hyphen"));
    }
    if text.contains(".-") || text.contains("-.") {
        return refuse("An email address cannot have a period and a hyphen next to each other.");
    }
    Ok(())
}
