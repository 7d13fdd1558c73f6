//! One label of a domain in other scripts than ASCII, as IDNA 2008 judges it.
//!
//! Source: RFC 5892 and RFC 5893 in the words of Python's `idna` (`core.py`). Which code points are valid is not a table
//! here but follows from their properties, as RFC 5892 defines it.

use std::{iter, sync::LazyLock};

use idna::punycode;
use idna_adapter::{
    Adapter, FIRST_BC_MASK, LAST_LTR_MASK, LAST_RTL_MASK, LEFT_OR_DUAL_JOINING_MASK, MIDDLE_LTR_MASK,
    MIDDLE_RTL_MASK, RIGHT_OR_DUAL_JOINING_MASK, RTL_MASK,
};
use regex::Regex;

use super::{NFC, characters::holds};
use crate::contract::python::quoted;

pub(super) const UNICODE: Adapter = Adapter::new();

const PREFIX: &str = "xn--";
const LONGEST: usize = 63;
/// What is looked into at all: a whole domain with its last dot.
const LONGEST_JUDGED: usize = 254;

/// The label as DNS has it.
pub(super) fn to_ascii(label: &str) -> Result<String, String> {
    let ascii = if label.is_ascii() {
        to_unicode(label)?;
        label.to_owned()
    } else {
        judge(label)?;
        format!("{PREFIX}{}", punycode::encode_str(label).ok_or("Label too long")?)
    };
    if ascii.len() > LONGEST { Err("Label too long".to_owned()) } else { Ok(ascii) }
}

/// The label as people read it.
pub(super) fn to_unicode(ascii: &str) -> Result<String, String> {
    let lower = ascii.to_ascii_lowercase();
    let Some(encoded) = lower.strip_prefix(PREFIX) else {
        judge(&lower)?;
        return Ok(lower);
    };
    if encoded.is_empty() {
        return Err("Malformed A-label, no Punycode eligible content found".to_owned());
    }
    if encoded.ends_with('-') {
        return Err("A-label must not end with a hyphen".to_owned());
    }
    let label = punycode::decode_to_string(encoded).ok_or("Invalid A-label")?;
    // Another spelling of the same label.
    if punycode::encode_str(&label).as_deref() != Some(encoded) {
        return Err("A-label is not the canonical Punycode encoding of its U-label".to_owned());
    }
    judge(&label)?;
    Ok(label)
}

fn judge(label: &str) -> Result<(), String> {
    let characters: Vec<char> = label.chars().collect();
    let refuse = |reason: &str| Err(reason.to_owned());
    if characters.is_empty() {
        return refuse("Empty Label");
    }
    if characters.len() > LONGEST_JUDGED {
        return refuse("Label too long");
    }
    if NFC.normalize(label) != label {
        return refuse("Label must be in Normalization Form C");
    }
    if characters.get(2..4) == Some(&['-', '-']) {
        return refuse("Label has disallowed hyphens in 3rd and 4th position");
    }
    if label.starts_with('-') || label.ends_with('-') {
        return refuse("Label must not start or end with a hyphen");
    }
    if UNICODE.is_mark(characters[0]) {
        return refuse("Label begins with an illegal combining character");
    }
    for (at, character) in characters.iter().enumerate() {
        let code = format!("U+{:04X}", u32::from(*character));
        let (place, shown) = (at + 1, quoted(label));
        match class(*character) {
            Class::Valid => {}
            Class::Joiner if joins(&characters, at) => {}
            Class::Joiner => return Err(format!("Joiner {code} not allowed at position {place} in {shown}")),
            Class::InContext if suits(&characters, at) => {}
            Class::InContext => {
                return Err(format!("Codepoint {code} not allowed at position {place} in {shown}"));
            }
            Class::Disallowed => {
                return Err(format!("Codepoint {code} at position {place} of {shown} not allowed"));
            }
        }
    }
    judge_direction(label, false)
}

enum Class {
    Valid,
    Joiner,
    InContext,
    Disallowed,
}

fn class(character: char) -> Class {
    static LETTERS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}]$").ok());
    match character {
        'a'..='z' | '0'..='9' | '-' => Class::Valid,
        '\0'..='\u{7f}' => Class::Disallowed,
        'ß' | 'ς' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => Class::Valid,
        '\u{200c}' | '\u{200d}' => Class::Joiner,
        '\u{b7}' | '\u{375}' | '\u{5f3}' | '\u{5f4}' | '\u{30fb}' => Class::InContext,
        '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' => Class::InContext,
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => {
            Class::Disallowed
        }
        // Old Hangul is written with its syllables' parts.
        '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}' => Class::Disallowed,
        other if holds(&LETTERS, other) && UNICODE.map_normalize(iter::once(other)).eq([other]) => {
            Class::Valid
        }
        _ => Class::Disallowed,
    }
}

fn joins(label: &[char], at: usize) -> bool {
    if at > 0 && UNICODE.is_virama(label[at - 1]) {
        return true;
    }
    let meets = |mut neighbours: Box<dyn Iterator<Item = &char> + '_>, mask| {
        let kind = neighbours.find_map(|character| {
            let kind = UNICODE.joining_type(*character);
            (!kind.is_transparent()).then_some(kind)
        });
        kind.is_some_and(|kind| kind.to_mask().intersects(mask))
    };
    label[at] == '\u{200c}'
        && meets(Box::new(label[..at].iter().rev()), LEFT_OR_DUAL_JOINING_MASK)
        && meets(Box::new(label[at + 1..].iter()), RIGHT_OR_DUAL_JOINING_MASK)
}

/// Whether a code point that is valid among some others only stands among them.
fn suits(label: &[char], at: usize) -> bool {
    static GREEK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Greek}$").ok());
    static HEBREW: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Hebrew}$").ok());
    static JAPANESE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[\p{Hiragana}\p{Katakana}\p{Han}]$").ok());
    let before = at.checked_sub(1).and_then(|before| label.get(before));
    let after = label.get(at + 1);
    match label[at] {
        '\u{b7}' => (before, after) == (Some(&'l'), Some(&'l')),
        '\u{375}' => after.is_some_and(|after| holds(&GREEK, *after)),
        '\u{5f3}' | '\u{5f4}' => before.is_some_and(|before| holds(&HEBREW, *before)),
        '\u{30fb}' => label.iter().any(|other| *other != '\u{30fb}' && holds(&JAPANESE, *other)),
        '\u{660}'..='\u{669}' => !label.iter().any(|other| ('\u{6f0}'..='\u{6f9}').contains(other)),
        _ => !label.iter().any(|other| ('\u{660}'..='\u{669}').contains(other)),
    }
}

/// The bidi rule, which holds for labels with anything written from right to left, or for all.
pub(super) fn judge_direction(label: &str, always: bool) -> Result<(), String> {
    let classes: Vec<_> = label.chars().map(|character| UNICODE.bidi_class(character)).collect();
    let is_rtl = |mask| classes.iter().any(|class| class.to_mask().intersects(mask));
    let Some(first) = classes.first().filter(|_| always || is_rtl(RTL_MASK)) else { return Ok(()) };
    if !first.to_mask().intersects(FIRST_BC_MASK) {
        return Err(format!("First codepoint in label {} must be directionality L, R or AL", quoted(label)));
    }
    let (middle, last, side) = if first.is_ltr() {
        (MIDDLE_LTR_MASK, LAST_LTR_MASK, "left-to-right")
    } else {
        (MIDDLE_RTL_MASK, LAST_RTL_MASK, "right-to-left")
    };
    let mut numbers = (false, false);
    for (at, class) in classes.iter().enumerate() {
        if !class.to_mask().intersects(middle) {
            let place = at + 1;
            return Err(format!("Invalid direction for codepoint at position {place} in a {side} label"));
        }
        numbers = (numbers.0 || class.is_european_number(), numbers.1 || class.is_arabic_number());
        if !first.is_ltr() && numbers == (true, true) {
            return Err("Can not mix numeral types in a right-to-left label".to_owned());
        }
    }
    let ending = classes.iter().rev().find(|class| !class.is_nonspacing_mark());
    if ending.is_some_and(|class| class.to_mask().intersects(last)) {
        return Ok(());
    }
    Err("Label ends with illegal codepoint directionality".to_owned())
}

pub(super) fn is_written_right_to_left(text: &str) -> bool {
    text.chars().any(|character| UNICODE.bidi_class(character).to_mask().intersects(RTL_MASK))
}
