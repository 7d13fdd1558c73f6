//! What a text is a wrapping of: the secret inside is the one that other places have bare.

use base64::{
    Engine,
    alphabet::{Alphabet, STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use percent_encoding::percent_decode_str;

use crate::parity::json;

/// Deeper, nobody wraps; what is wrapped more often is replaced as a whole.
pub(super) const DEEPEST: u8 = 4;

/// Shorter texts decode to something by chance.
const SHORTEST_BASE64: usize = 8;
const SHORTEST_HEX: usize = 16;

#[derive(Debug)]
pub(super) enum Wrapping {
    Json,
    /// Header and claims, decoded.
    Jwt {
        header: String,
        claims: String,
    },
    /// `Bearer`, `Basic` and the rest behind it.
    Scheme {
        length: usize,
    },
    Url,
    /// `a=1&b=2`: a form that an error repeats.
    Form,
    Percent(String),
    Base64 {
        decoded: String,
        is_url: bool,
        is_padded: bool,
    },
    Hex(String),
}

pub(super) fn of(text: &str) -> Option<Wrapping> {
    let bytes = text.as_bytes();
    if bytes.len() < 6 {
        return None;
    }
    let first = text.trim_start().as_bytes().first();
    if matches!(first, Some(b'{' | b'[' | b'"')) && json::read(text).is_some() {
        return Some(Wrapping::Json);
    }
    if let Some(length) = scheme(text) {
        return Some(Wrapping::Scheme { length });
    }
    if bytes.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    if let Some((header, claims)) = jwt(text) {
        return Some(Wrapping::Jwt { header, claims });
    }
    if is_url(text) {
        return Some(Wrapping::Url);
    }
    if is_form(text) {
        return Some(Wrapping::Form);
    }
    if let Some(decoded) = percent(text) {
        return Some(Wrapping::Percent(decoded));
    }
    if let Some(decoded) = hex(text) {
        return Some(Wrapping::Hex(decoded));
    }
    base64(text)
}

fn scheme(text: &str) -> Option<usize> {
    let (scheme, rest) = text.split_once(' ')?;
    let is_one = !rest.is_empty() && !rest.contains(char::is_whitespace);
    (is_scheme(scheme) && is_one && rest.len() >= 6).then_some(scheme.len() + 1)
}

/// Of the `Authorization` header (RFC 9110 section 11.1), as far as APIs use them.
pub(super) fn is_scheme(text: &str) -> bool {
    ["bearer", "basic", "token", "apikey"].iter().any(|known| text.eq_ignore_ascii_case(known))
}

/// Header and claims of a JWT, if both are JSON objects.
fn jwt(text: &str) -> Option<(String, String)> {
    let mut parts = text.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || header.len() < 8 || !signature.is_ascii() {
        return None;
    }
    let part = |part: &str| {
        let text = String::from_utf8(engine(true, false).decode(part).ok()?).ok()?;
        (text.trim_start().starts_with('{') && json::read(&text).is_some()).then_some(text)
    };
    Some((part(header)?, part(claims)?))
}

fn is_url(text: &str) -> bool {
    let is_absolute = text.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    // Base64 may begin with a slash as well, but then has no second sign of a path.
    is_absolute || text.starts_with('/') && (text[1..].contains('/') || text.contains('?'))
}

fn is_form(text: &str) -> bool {
    let is_pair = |pair: &str| {
        let name = pair.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte))
    };
    text.contains('&') && text.split('&').all(is_pair)
}

fn percent(text: &str) -> Option<String> {
    let is_coded = |at: usize| {
        text.as_bytes()[at + 1..].iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2
    };
    let mut signs = text.match_indices('%').peekable();
    signs.peek()?;
    let all_coded = signs.all(|(at, _)| is_coded(at));
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    (all_coded && decoded != text).then(|| decoded.into_owned())
}

fn hex(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_one_case = !(bytes.iter().any(u8::is_ascii_lowercase) && bytes.iter().any(u8::is_ascii_uppercase));
    if bytes.len() < SHORTEST_HEX
        || bytes.len() % 2 == 1
        || !is_one_case
        || !bytes.iter().all(u8::is_ascii_hexdigit)
    {
        return None;
    }
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or_default() as u8;
    let decoded: Vec<u8> = bytes.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
    printable(decoded)
}

fn base64(text: &str) -> Option<Wrapping> {
    let bytes = text.as_bytes();
    let body = text.trim_end_matches('=');
    let is_alphabet = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    if bytes.len() < SHORTEST_BASE64
        || text.len() - body.len() > 2
        || !body.as_bytes().iter().all(is_alphabet)
    {
        return None;
    }
    let is_url = body.bytes().any(|byte| b"-_".contains(&byte));
    let is_padded = bytes.len().is_multiple_of(4);
    let decoded = engine(is_url, false).decode(body).ok().and_then(printable)?;
    Some(Wrapping::Base64 { decoded, is_url, is_padded })
}

/// Only text that somebody wrote: of random bytes hardly any are that.
fn printable(decoded: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(decoded).ok()?;
    let is_written = |character: char| !character.is_control() || "\n\r\t".contains(character);
    (text.is_ascii() && text.chars().all(is_written) || text.len() >= 24 && text.chars().all(is_written))
        .then_some(text)
}

pub(super) fn base64_of(text: &str, is_url: bool, is_padded: bool) -> String {
    engine(is_url, is_padded).encode(text)
}

pub(super) fn hex_of(text: &str, is_upper: bool) -> String {
    let lower: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    if is_upper { lower.to_uppercase() } else { lower }
}

/// Percent-encoded, but for what the original had bare.
pub(super) fn percent_of(text: &str, original: &str) -> String {
    coded(text, |character| character != '%' && original.contains(character), "%20")
}

/// The same in a form and in a query, where a plus is a space.
pub(super) fn form_of(text: &str, original: &str) -> String {
    let space = if original.contains('+') && !original.contains("%20") { "+" } else { "%20" };
    coded(text, |character| !"%+".contains(character) && original.contains(character), space)
}

fn coded(text: &str, is_bare_too: impl Fn(char) -> bool, space: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for character in text.chars() {
        let is_bare =
            character.is_ascii_alphanumeric() || "-._~".contains(character) || is_bare_too(character);
        if is_bare {
            coded.push(character);
        } else if character == ' ' {
            coded.push_str(space);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                coded.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    coded
}

fn engine(is_url: bool, is_padded: bool) -> GeneralPurpose {
    let alphabet: &Alphabet = if is_url { &URL_SAFE } else { &STANDARD };
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(is_padded)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}
