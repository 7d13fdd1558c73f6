//! Which characters an address may have, and how others are named.
//!
//! Source: email-validator `syntax.py` (`safe_character_display`, `check_unsafe_chars`, `check_dot_atom`).

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{Refused, refuse};
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

/// Of spaces, of what is invisible, and of the most usual marks; others are told by their numbers.
const NAMES: &[(u32, &str)] = &[
    (0x0020, "SPACE"),
    (0x00a0, "NO-BREAK SPACE"),
    (0x00ad, "SOFT HYPHEN"),
    (0x0300, "COMBINING GRAVE ACCENT"),
    (0x0301, "COMBINING ACUTE ACCENT"),
    (0x0302, "COMBINING CIRCUMFLEX ACCENT"),
    (0x0303, "COMBINING TILDE"),
    (0x0304, "COMBINING MACRON"),
    (0x0305, "COMBINING OVERLINE"),
    (0x0306, "COMBINING BREVE"),
    (0x0307, "COMBINING DOT ABOVE"),
    (0x0308, "COMBINING DIAERESIS"),
    (0x0309, "COMBINING HOOK ABOVE"),
    (0x030a, "COMBINING RING ABOVE"),
    (0x030b, "COMBINING DOUBLE ACUTE ACCENT"),
    (0x030c, "COMBINING CARON"),
    (0x030d, "COMBINING VERTICAL LINE ABOVE"),
    (0x030e, "COMBINING DOUBLE VERTICAL LINE ABOVE"),
    (0x030f, "COMBINING DOUBLE GRAVE ACCENT"),
    (0x0310, "COMBINING CANDRABINDU"),
    (0x0311, "COMBINING INVERTED BREVE"),
    (0x0312, "COMBINING TURNED COMMA ABOVE"),
    (0x0313, "COMBINING COMMA ABOVE"),
    (0x0314, "COMBINING REVERSED COMMA ABOVE"),
    (0x0315, "COMBINING COMMA ABOVE RIGHT"),
    (0x0316, "COMBINING GRAVE ACCENT BELOW"),
    (0x0317, "COMBINING ACUTE ACCENT BELOW"),
    (0x0318, "COMBINING LEFT TACK BELOW"),
    (0x0319, "COMBINING RIGHT TACK BELOW"),
    (0x031a, "COMBINING LEFT ANGLE ABOVE"),
    (0x031b, "COMBINING HORN"),
    (0x031c, "COMBINING LEFT HALF RING BELOW"),
    (0x031d, "COMBINING UP TACK BELOW"),
    (0x031e, "COMBINING DOWN TACK BELOW"),
    (0x031f, "COMBINING PLUS SIGN BELOW"),
    (0x0320, "COMBINING MINUS SIGN BELOW"),
    (0x0321, "COMBINING PALATALIZED HOOK BELOW"),
    (0x0322, "COMBINING RETROFLEX HOOK BELOW"),
    (0x0323, "COMBINING DOT BELOW"),
    (0x0324, "COMBINING DIAERESIS BELOW"),
    (0x0325, "COMBINING RING BELOW"),
    (0x0326, "COMBINING COMMA BELOW"),
    (0x0327, "COMBINING CEDILLA"),
    (0x0328, "COMBINING OGONEK"),
    (0x0329, "COMBINING VERTICAL LINE BELOW"),
    (0x032a, "COMBINING BRIDGE BELOW"),
    (0x032b, "COMBINING INVERTED DOUBLE ARCH BELOW"),
    (0x032c, "COMBINING CARON BELOW"),
    (0x032d, "COMBINING CIRCUMFLEX ACCENT BELOW"),
    (0x032e, "COMBINING BREVE BELOW"),
    (0x032f, "COMBINING INVERTED BREVE BELOW"),
    (0x0330, "COMBINING TILDE BELOW"),
    (0x0331, "COMBINING MACRON BELOW"),
    (0x0332, "COMBINING LOW LINE"),
    (0x0333, "COMBINING DOUBLE LOW LINE"),
    (0x0334, "COMBINING TILDE OVERLAY"),
    (0x0335, "COMBINING SHORT STROKE OVERLAY"),
    (0x0336, "COMBINING LONG STROKE OVERLAY"),
    (0x0337, "COMBINING SHORT SOLIDUS OVERLAY"),
    (0x0338, "COMBINING LONG SOLIDUS OVERLAY"),
    (0x0339, "COMBINING RIGHT HALF RING BELOW"),
    (0x033a, "COMBINING INVERTED BRIDGE BELOW"),
    (0x033b, "COMBINING SQUARE BELOW"),
    (0x033c, "COMBINING SEAGULL BELOW"),
    (0x033d, "COMBINING X ABOVE"),
    (0x033e, "COMBINING VERTICAL TILDE"),
    (0x033f, "COMBINING DOUBLE OVERLINE"),
    (0x0340, "COMBINING GRAVE TONE MARK"),
    (0x0341, "COMBINING ACUTE TONE MARK"),
    (0x0342, "COMBINING GREEK PERISPOMENI"),
    (0x0343, "COMBINING GREEK KORONIS"),
    (0x0344, "COMBINING GREEK DIALYTIKA TONOS"),
    (0x0345, "COMBINING GREEK YPOGEGRAMMENI"),
    (0x0600, "ARABIC NUMBER SIGN"),
    (0x0601, "ARABIC SIGN SANAH"),
    (0x0602, "ARABIC FOOTNOTE MARKER"),
    (0x0603, "ARABIC SIGN SAFHA"),
    (0x0604, "ARABIC SIGN SAMVAT"),
    (0x0605, "ARABIC NUMBER MARK ABOVE"),
    (0x061c, "ARABIC LETTER MARK"),
    (0x06dd, "ARABIC END OF AYAH"),
    (0x070f, "SYRIAC ABBREVIATION MARK"),
    (0x0890, "ARABIC POUND MARK ABOVE"),
    (0x0891, "ARABIC PIASTRE MARK ABOVE"),
    (0x08e2, "ARABIC DISPUTED END OF AYAH"),
    (0x1680, "OGHAM SPACE MARK"),
    (0x180e, "MONGOLIAN VOWEL SEPARATOR"),
    (0x2000, "EN QUAD"),
    (0x2001, "EM QUAD"),
    (0x2002, "EN SPACE"),
    (0x2003, "EM SPACE"),
    (0x2004, "THREE-PER-EM SPACE"),
    (0x2005, "FOUR-PER-EM SPACE"),
    (0x2006, "SIX-PER-EM SPACE"),
    (0x2007, "FIGURE SPACE"),
    (0x2008, "PUNCTUATION SPACE"),
    (0x2009, "THIN SPACE"),
    (0x200a, "HAIR SPACE"),
    (0x200b, "ZERO WIDTH SPACE"),
    (0x200c, "ZERO WIDTH NON-JOINER"),
    (0x200d, "ZERO WIDTH JOINER"),
    (0x200e, "LEFT-TO-RIGHT MARK"),
    (0x200f, "RIGHT-TO-LEFT MARK"),
    (0x2028, "LINE SEPARATOR"),
    (0x2029, "PARAGRAPH SEPARATOR"),
    (0x202a, "LEFT-TO-RIGHT EMBEDDING"),
    (0x202b, "RIGHT-TO-LEFT EMBEDDING"),
    (0x202c, "POP DIRECTIONAL FORMATTING"),
    (0x202d, "LEFT-TO-RIGHT OVERRIDE"),
    (0x202e, "RIGHT-TO-LEFT OVERRIDE"),
    (0x202f, "NARROW NO-BREAK SPACE"),
    (0x205f, "MEDIUM MATHEMATICAL SPACE"),
    (0x2060, "WORD JOINER"),
    (0x2061, "FUNCTION APPLICATION"),
    (0x2062, "INVISIBLE TIMES"),
    (0x2063, "INVISIBLE SEPARATOR"),
    (0x2064, "INVISIBLE PLUS"),
    (0x2066, "LEFT-TO-RIGHT ISOLATE"),
    (0x2067, "RIGHT-TO-LEFT ISOLATE"),
    (0x2068, "FIRST STRONG ISOLATE"),
    (0x2069, "POP DIRECTIONAL ISOLATE"),
    (0x206a, "INHIBIT SYMMETRIC SWAPPING"),
    (0x206b, "ACTIVATE SYMMETRIC SWAPPING"),
    (0x206c, "INHIBIT ARABIC FORM SHAPING"),
    (0x206d, "ACTIVATE ARABIC FORM SHAPING"),
    (0x206e, "NATIONAL DIGIT SHAPES"),
    (0x206f, "NOMINAL DIGIT SHAPES"),
    (0x3000, "IDEOGRAPHIC SPACE"),
    (0xfeff, "ZERO WIDTH NO-BREAK SPACE"),
    (0xfff9, "INTERLINEAR ANNOTATION ANCHOR"),
    (0xfffa, "INTERLINEAR ANNOTATION SEPARATOR"),
    (0xfffb, "INTERLINEAR ANNOTATION TERMINATOR"),
];
