//! What looks like a secret or like a person wherever it stands: by its form, and by its check digits where it has some.

use std::{net::IpAddr, ops::Range, sync::LazyLock};

use regex::{Regex, RegexBuilder};

use super::{pseudonym::mark, words};

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Class {
    Pem,
    Jwt,
    Url,
    Email,
    Uuid,
    ProviderKey,
    Iban,
    Card,
    Address,
    Ssn,
    Phone,
    /// Too random to be a word.
    Token,
}

/// What it may be, before its check digits are looked at; the order decides where two begin at one place.
const FORMS: &[(Class, &str)] = &[
    (Class::Pem, r"-----BEGIN [A-Z0-9 ]+-----(?s:.)*?(?:-----END [A-Z0-9 ]+-----|\z)"),
    (Class::Jwt, r"eyJ[A-Za-z0-9_-]{5,}\.eyJ[A-Za-z0-9_-]{3,}\.[A-Za-z0-9_-]*"),
    (Class::Url, r#"[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s"'<>\\^`{|}]+"#),
    (
        Class::Email,
        r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}",
    ),
    (Class::Uuid, r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    (
        Class::ProviderKey,
        r"(?:AKIA|ASIA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|[spr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{10,}|xox[abeprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{10,}|glpat-[A-Za-z0-9_-]{15,}|npm_[A-Za-z0-9]{30,}|SG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}|sk-[A-Za-z0-9_-]{20,}",
    ),
    (Class::Iban, r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"),
    (Class::Address, r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}"),
    (Class::Ssn, r"[0-9]{3}-[0-9]{2}-[0-9]{4}"),
    (
        Class::Phone,
        r"\+[0-9][0-9 ().-]{7,17}[0-9]|\([0-9]{3}\) ?[0-9]{3}[ .-][0-9]{4}|[0-9]{3}[ .-][0-9]{3}[ .-][0-9]{4}",
    ),
    (Class::Card, r"[0-9](?:[ -]?[0-9]){12,18}"),
    (Class::Token, r"[A-Za-z0-9_+/=.~-]{16,}"),
];

static FORM: LazyLock<Regex> = LazyLock::new(|| compiled(FORMS));

static WHOLE: LazyLock<Vec<(Class, Regex)>> = LazyLock::new(|| {
    let whole = |(class, form): &(Class, &str)| (*class, one(&format!("^(?:{form})$")));
    FORMS.iter().map(whole).collect()
});

/// What a long word that is not random may have in it.
static INNER: LazyLock<Regex> = LazyLock::new(|| compiled(&FORMS[..FORMS.len() - 1]));

fn compiled(forms: &[(Class, &str)]) -> Regex {
    let forms: Vec<_> = forms.iter().map(|(_, form)| format!("(?:{form})")).collect();
    one(&forms.join("|"))
}

/// The states that texts of all sorts lead to fit into memory, or each would be computed again and again.
fn one(form: &str) -> Regex {
    let built = RegexBuilder::new(form).dfa_size_limit(16 << 20).build();
    built.expect("the forms are regular expressions, which a test compiles")
}

/// Shorter texts have none of the forms.
const SHORTEST: usize = 4;

/// Where in the text something is found, in order, and never twice at one place.
pub(super) fn spans(text: &str) -> Vec<(Range<usize>, Class)> {
    let mut found = Vec::new();
    if text.len() == 36 && uuid::Uuid::try_parse(text).is_ok() {
        found.push((0..text.len(), Class::Uuid));
    } else if text.len() >= SHORTEST && may_have_one(text) {
        search(&FORM, text, 0, &mut found);
    }
    found
}

/// Whether anything of what the forms are made of is there; most sentences have nothing of it.
fn may_have_one(text: &str) -> bool {
    let (mut digits, mut points, mut run, mut longest) = (0, 0, 0, 0);
    for byte in text.bytes() {
        match byte {
            b'@' | b':' => return true,
            b'0'..=b'9' => digits += 1,
            b'.' => points += 1,
            _ => {}
        }
        run = if byte.is_ascii_alphanumeric() || b"_+/=.~-".contains(&byte) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let begins_iban = |four: &[u8]| {
        four[..2].iter().all(u8::is_ascii_uppercase) && four[2..].iter().all(u8::is_ascii_digit)
    };
    longest >= 15
        || digits >= 7
        || digits >= 4 && points >= 3
        || digits >= 2 && text.as_bytes().windows(4).any(begins_iban)
        || text.contains("-----")
}

fn search(form: &Regex, text: &str, from: usize, found: &mut Vec<(Range<usize>, Class)>) {
    let mut at = from;
    while let Some(hit) = form.find_at(text, at) {
        let (place, part) = (hit.range(), hit.as_str());
        let Some(class) = class_of(part) else { break };
        let is_whole = stands_alone(text, &place) || matches!(class, Class::Pem | Class::Url);
        at = place.end;
        if is_whole && holds(class, part) {
            found.push((place, class));
        } else if class == Class::Token {
            search(&INNER, &text[..place.end], place.start, found);
        } else {
            // What it is not may hide what it is: looked at again from the next word.
            let word = part.bytes().take_while(u8::is_ascii_alphanumeric).count();
            at = place.start + word.max(part.chars().next().map_or(1, char::len_utf8));
        }
    }
}

/// Of those that begin at one place the first one was found.
fn class_of(part: &str) -> Option<Class> {
    let fits = |(class, form): &&(Class, Regex)| may_be(*class, part) && form.is_match(part);
    WHOLE.iter().find(fits).map(|(class, _)| *class)
}

/// By what every one of the class has, so that few forms are tried.
fn may_be(class: Class, part: &str) -> bool {
    let first = part.as_bytes().first().copied().unwrap_or_default();
    match class {
        Class::Pem => part.starts_with("-----"),
        Class::Jwt => part.starts_with("eyJ"),
        Class::Url => part.contains("://"),
        Class::Email => part.contains('@'),
        Class::Uuid => part.len() == 36,
        Class::ProviderKey => part.len() >= 15,
        Class::Token => part.len() >= 16,
        Class::Iban => first.is_ascii_uppercase(),
        Class::Address => part.contains(['.', ':']),
        Class::Ssn => part.len() == 11,
        Class::Phone => matches!(first, b'+' | b'(' | b'0'..=b'9'),
        Class::Card => first.is_ascii_digit(),
    }
}

fn stands_alone(text: &str, place: &Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let before = place.start.checked_sub(1).and_then(|at| bytes.get(at));
    let goes_on = is_word(before) && is_word(bytes.get(place.start));
    !(goes_on || is_word(bytes.get(place.end)))
}

fn holds(class: Class, part: &str) -> bool {
    match class {
        Class::Pem | Class::Jwt | Class::Url | Class::Email | Class::Uuid | Class::ProviderKey => true,
        Class::Ssn => !part.starts_with("000"),
        Class::Phone => !is_date(part),
        Class::Iban => is_iban(part),
        Class::Card => is_card(part),
        Class::Address => part.parse::<IpAddr>().is_ok_and(is_somebodys) && has_groups(part),
        Class::Token => is_random(part),
    }
}

/// `::` and `a::b` are more often code.
fn has_groups(part: &str) -> bool {
    part.split([':', '.']).filter(|group| !group.is_empty()).count() > 2
}

/// Not of this machine, of a private network or of documentation.
fn is_somebodys(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let is_benchmark = address.octets()[0] == 198 && address.octets()[1] & 0xfe == 18;
            !(address.is_loopback()
                || address.is_private()
                || address.is_documentation()
                || address.is_unspecified()
                || address.is_link_local()
                || address.is_broadcast()
                || is_benchmark
                // `1.2.3.4` and `0.115.0.1` are more often versions, but the first part of a version is small.
                || address.octets()[0] == 0)
        }
        IpAddr::V6(address) => {
            let first = address.segments();
            !(address.is_loopback() || address.is_unspecified() || first[0] == 0x2001 && first[1] == 0xdb8)
        }
    }
}

pub(super) fn is_email(text: &str) -> bool {
    matches!(spans(text).as_slice(), [(place, Class::Email)] if place.len() == text.len())
}

/// An address that belongs to nobody (RFC 2606 and 6761), as in test data.
pub(super) fn is_nobodys_email(email: &str) -> bool {
    let domain = email.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let last = domain.rsplit('.').next().unwrap_or_default();
    let under = |name: &str| domain == name || domain.ends_with(&format!(".{name}"));
    ["example", "test", "invalid", "localhost"].contains(&last)
        || ["example.com", "example.org", "example.net"].into_iter().any(under)
}

pub(super) fn is_card(text: &str) -> bool {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
    let is_spelled = text.bytes().all(|byte| byte.is_ascii_digit() || b" -".contains(&byte));
    (13..=19).contains(&digits.len())
        && is_spelled
        && (2..=6).contains(&digits[0])
        && luhn(&digits).is_multiple_of(10)
}

/// As [`super::pseudonym`] makes them.
pub(super) fn is_nobodys_card(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).skip(1).take(5).all(|digit| digit == b'0')
}

/// The sum that ISO/IEC 7812-1 wants to be a multiple of ten.
pub(super) fn luhn(digits: &[u8]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let digits = digits.iter().rev().map(|digit| u32::from(*digit)).enumerate();
    digits.map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum()
}

pub(super) fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = text.bytes().filter(|byte| *byte != b' ').count();
    (15..=34).contains(&plain)
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' ')
        && mod97(text) == 1
}

/// The remainder that ISO 7064 computes, the first four characters last.
pub(super) fn mod97(text: &str) -> u32 {
    let (first, rest) = text.split_at(4);
    rest.chars().chain(first.chars()).filter_map(|character| character.to_digit(36)).fold(0, |sum, digit| {
        let factor = if digit > 9 { 100 } else { 10 };
        (sum * factor + digit) % 97
    })
}

/// `1985-04-12`, with or without a time.
pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
        && bytes.get(10).is_none_or(|byte| b"T ".contains(byte))
}

/// Letters and digits in no order that a word, an identifier or a version would have.
fn is_random(text: &str) -> bool {
    if is_name_of_a_header(text) || words::is_code(text) {
        return false;
    }
    let longest = text.split(['/', '.', '=', '+', '~']).max_by_key(|part| part.len()).unwrap_or_default();
    let bytes = longest.as_bytes();
    if bytes.len() < 16 {
        return text.len() >= 32 && entropy(text.as_bytes()) > 4.2;
    }
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let changes = bytes.windows(2).filter(|pair| sort(pair[0]) != sort(pair[1])).count();
    let is_hex = bytes.len() >= 24 && bytes.iter().all(u8::is_ascii_hexdigit) && digits < bytes.len();
    is_hex && entropy(bytes) > 2.8
        || digits > 0 && digits < bytes.len() && changes * 5 >= bytes.len() && entropy(bytes) > 3.0
        || changes * 3 >= bytes.len() && entropy(bytes) > 3.5
}

/// `Access-Control-Request-Headers`: words with a capital each.
fn is_name_of_a_header(text: &str) -> bool {
    let is_word = |word: &str| {
        let mut bytes = word.bytes();
        bytes.next().is_some_and(|first| first.is_ascii_uppercase())
            && bytes.len() < 12
            && bytes.all(|byte| byte.is_ascii_lowercase())
    };
    text.contains('-') && text.split('-').all(is_word)
}

fn sort(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    }
}

/// In bits for a character.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let share = |count: u32| f64::from(count) / bytes.len() as f64;
    -counts.iter().filter(|count| **count > 0).map(|count| share(*count) * share(*count).log2()).sum::<f64>()
}

/// Whether what was found is one of our own pseudonyms, as far as that can be seen without the key.
pub(super) fn is_pseudonym(class: Class, part: &str) -> bool {
    match class {
        Class::Email => part.ends_with(".example"),
        Class::Card => is_nobodys_card(part),
        Class::Uuid | Class::Url => true,
        Class::Jwt => is_pseudonymous_jwt(part),
        Class::Iban => mark::is_marked(&part[4..]),
        Class::Pem | Class::ProviderKey | Class::Address => false,
        Class::Ssn | Class::Phone => mark::is_marked(part) || !mark::has_room(part),
        Class::Token => mark::is_marked_among_words(part) || !mark::has_room(part),
    }
}

/// Whether a pseudonym came out as something that anybody would take for a secret: one number of ten is a card's.
pub(super) fn looks_real(pseudonym: &str) -> bool {
    spans(pseudonym).into_iter().any(|(place, class)| !is_pseudonym(class, &pseudonym[place]))
}

/// What the signature of a pseudonymous token begins with: no algorithm gives it.
pub(super) const SIGNED: &str = "pseudonym";

fn is_pseudonymous_jwt(token: &str) -> bool {
    let signature = token.rsplit('.').next().unwrap_or_default();
    signature.starts_with(&SIGNED[..SIGNED.len().min(signature.len())])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_passed_over_has_none_of_the_forms(text in "[a-zA-Z0-9 .,:@/+()-]{0,30}|[A-Z]{2}[0-9]{2} [A-Z ]{9,20}|([0-9]{1,3}[. -]){2,4}[0-9]{1,4}|\\PC{0,30}") {
            let mut found = Vec::new();
            search(&FORM, &text, 0, &mut found);
            prop_assert_eq!(spans(&text), found);
        }
    }

    #[test]
    fn the_classes_of_what_is_found_whole() {
        for (text, class) in [
            ("xoxb-1234567890", Class::ProviderKey),
            ("ya29.abcdefghij", Class::ProviderKey),
            ("+290 8 1234 5", Class::Phone),
            ("GB82 WEST 1234 5698 7654 32", Class::Iban),
            ("203.12.4.5", Class::Address),
            ("2a02:beef::cafe:face", Class::Address),
            ("123-45-6789", Class::Ssn),
            ("-----BEGIN KEY-----\nx", Class::Pem),
            ("9999411b-7547-4a3c-8d2e-1b2c3d4e5f60", Class::Uuid),
            ("ada@corp.com", Class::Email),
            ("postgres://corp/x", Class::Url),
        ] {
            assert_eq!(spans(text), [(0..text.len(), class)], "{text}");
        }
        for text in
            ["Paint the fence of house 17 before 2026", "OAuth2PasswordBearer", "Access-Control-Allow-Origin"]
        {
            assert_eq!(spans(text), [], "{text}");
        }
    }
}
