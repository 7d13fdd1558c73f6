//! Pseudonyms of what a program checks: an e-mail address stays one, a card number keeps its check digit.

use std::net::{IpAddr, Ipv6Addr};

use super::{
    super::{detect, key::Key},
    number,
    shape::{Stream, reshaped as plain},
};

pub(super) fn reshaped(value: &str, seed: u64, key: &Key) -> String {
    if uuid::Uuid::try_parse(value).is_ok() && value.len() == 36 {
        return uuid(value, seed);
    }
    if let Some((local, domain)) = value.split_once('@').filter(|_| detect::is_email(value)) {
        return format!("{}@{}", plain(local, seed), host(domain, key));
    }
    if detect::is_card(value) {
        return card(value, seed);
    }
    if detect::is_iban(value) {
        return iban(value, seed);
    }
    if let Ok(address) = value.parse::<IpAddr>() {
        return self::address(address, seed);
    }
    if detect::is_date(value) {
        return date(value, seed);
    }
    plain(value, seed)
}

/// Under `.example`, which nobody has (RFC 2606) and which pydantic's `EmailStr` accepts, unlike `.invalid`.
pub(in crate::parity::redaction) fn host(domain: &str, key: &Key) -> String {
    let domain = domain.to_ascii_lowercase();
    let length = domain.len().saturating_sub(".example".len()).clamp(3, 50);
    let mut stream = Stream::new(number(&key.digest("host", domain.as_bytes())));
    let mut label: String = (0..length).map(|_| char::from(b'a' + stream.below(26) as u8)).collect();
    label = super::mark::marked(&label);
    label + ".example"
}

/// Of the same version and variant.
fn uuid(value: &str, seed: u64) -> String {
    let mut stream = Stream::new(seed);
    let is_upper = value.bytes().any(|byte| byte.is_ascii_uppercase());
    let digits = if is_upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let other = |(at, character): (usize, char)| match (at, character) {
        (14 | 19, _) | (_, '-') => character,
        _ => char::from(digits[stream.below(16) as usize]),
    };
    value.chars().enumerate().map(other).collect()
}

/// In a range of numbers that no bank gives: the kind of card, then five noughts.
fn card(value: &str, seed: u64) -> String {
    let mut stream = Stream::new(seed);
    let count = value.bytes().filter(u8::is_ascii_digit).count();
    let mut digits = Vec::with_capacity(count);
    for (at, digit) in value.bytes().filter(u8::is_ascii_digit).enumerate() {
        digits.push(match at {
            0 => digit - b'0',
            1..=5 => 0,
            _ => stream.below(10) as u8,
        });
    }
    let last = count - 1;
    digits[last] = 0;
    digits[last] = ((10 - detect::luhn(&digits) % 10) % 10) as u8;
    let mut digits = digits.into_iter();
    let other = |character: char| match character {
        '0'..='9' => digits.next().map_or('0', |digit| char::from(b'0' + digit)),
        _ => character,
    };
    value.chars().map(other).collect()
}

/// Of the same country, with its check digits.
fn iban(value: &str, seed: u64) -> String {
    let rest = plain(&value[4..], seed);
    let zero = format!("{}00{rest}", &value[..2]);
    let check = 98 - detect::mod97(&zero);
    format!("{}{check:02}{rest}", &value[..2])
}

/// From those that are for measuring networks (RFC 2544) and for documents (RFC 3849).
fn address(value: IpAddr, seed: u64) -> String {
    let mut stream = Stream::new(seed);
    if value.is_ipv4() {
        return format!("198.{}.{}.{}", 18 + stream.below(2), stream.below(256), stream.below(256));
    }
    let mut group = || stream.below(0x1_0000) as u16;
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, group(), group(), group(), group()).to_string()
}

/// A day of somebody's life, if its name said so: another day.
fn date(value: &str, seed: u64) -> String {
    let mut stream = Stream::new(seed);
    let (year, month, day) = (1950 + stream.below(50), 1 + stream.below(12), 1 + stream.below(28));
    format!("{year}-{month:02}-{day:02}{}", &value[10..])
}
