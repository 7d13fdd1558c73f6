//! Headers by which somebody behind the gateway could take a request for another, under every reading of their names.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::Choices;
use crate::{
    auth::trust::{OTHER_REQUEST, OWN, OWN_PREFIX, TrustedHeaders},
    contract::profile::CanonicalHeader,
    legacy::headers::{Said, drop_hop_by_hop, set_forwarded},
};

/// As a profile names them, and as their readers know them.
const NAMED: [&str; 2] = ["X-User-Id", "x_roles"];
const AS_READ: [&str; 2] = ["x-user-id", "x-roles"];

/// What this gateway protects: always, by its prefix, and because a profile names it.
fn protected() -> Vec<&'static str> {
    OWN.into_iter().chain(OTHER_REQUEST).chain([OWN_PREFIX, "x-gateway-identity"]).chain(AS_READ).collect()
}

/// What may stand in a name (RFC 9110 section 5.6.2) without being a letter or a digit.
const MARKS: &[u8] = b"-_.^!~#$%&'*+|`";

/// How servers and frameworks read a name.
const READERS: [fn(&str) -> String; 4] = [
    // As it stands, in any case.
    str::to_ascii_lowercase,
    // CGI, WSGI, Rack: `HTTP_X_USER_ID`.
    |name| name.to_ascii_lowercase().replace('_', "-"),
    // PHP makes a `_` of a dot as well.
    |name| name.to_ascii_lowercase().replace(['_', '.'], "-"),
    // Whoever makes an environment variable of it.
    |name| {
        name.chars()
            .map(|mark| if mark.is_ascii_alphanumeric() { mark.to_ascii_lowercase() } else { '-' })
            .collect()
    },
];

fn is_protected(name: &str) -> bool {
    let protected = protected();
    READERS.iter().any(|read| {
        let name = read(name);
        name.starts_with(OWN_PREFIX) || protected.contains(&name.as_str())
    })
}

/// Names near those that are protected and names by chance, with any values.
fn chosen(choices: &mut Choices<'_>) -> HeaderMap {
    let (mut headers, protected) = (HeaderMap::new(), protected());
    for _ in 0..=choices.below(8) {
        let name = match choices.below(4) {
            0 => choices.some(24).to_vec(),
            1 => b"connection".to_vec(),
            _ => spelled(choices.of_these(&protected), choices),
        };
        let value = match choices.below(2) {
            0 => choices.of_these(&protected).as_bytes(),
            _ => choices.some(12),
        };
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&name), HeaderValue::from_bytes(value)) {
            headers.append(name, value);
        }
    }
    headers
}

fn spelled(name: &str, choices: &mut Choices<'_>) -> Vec<u8> {
    let mut name: Vec<u8> = name
        .bytes()
        .map(|byte| match byte {
            b'-' => choices.of_these(MARKS),
            _ if choices.byte() & 1 == 1 => byte.to_ascii_uppercase(),
            _ => byte,
        })
        .collect();
    match choices.below(4) {
        0 => name.extend(choices.some(4)),
        1 => drop(name.pop()),
        _ => {}
    }
    name
}

/// Of what a client sends nothing is left that anybody behind takes for something protected, everything else is, and what
/// the gateway says itself afterwards is there once, whatever the client nominated.
pub fn headers(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let trusted = TrustedHeaders::new(&NAMED.map(CanonicalHeader::of));
    let sent = chosen(&mut choices);
    let mut left = sent.clone();
    trusted.strip(&mut left);
    for name in sent.keys() {
        let (kept, all) = (left.get_all(name).iter(), sent.get_all(name).iter());
        match is_protected(name.as_str()) {
            true => assert_eq!(kept.count(), 0, "{name} passes"),
            false => assert!(kept.eq(all), "{name} is gone, or not what it was"),
        }
    }
    assert!(left.keys().all(|name| sent.contains_key(name)), "{left:?}");

    drop_hop_by_hop(&mut left);
    let (client, scheme) = (HeaderValue::from_static("192.0.2.7"), HeaderValue::from_static("http"));
    set_forwarded(&mut left, &Said { client, scheme, host: None, is_believed: false });
    assert!(left.get_all("x-forwarded-for").iter().eq(["192.0.2.7"]), "{left:?}");
    assert!(left.get_all("x-forwarded-proto").iter().eq(["http"]), "{left:?}");
    assert!(!left.contains_key("connection"), "{left:?}");
    let others = left.keys().filter(|name| !OWN.contains(&name.as_str()));
    assert!(others.into_iter().all(|name| !is_protected(name.as_str())), "{left:?}");
}

/// What the legacy was told of who asks does not come back with its answer.
pub fn answers(bytes: &[u8]) {
    let sent = chosen(&mut Choices::of(bytes));
    let mut left = sent.clone();
    TrustedHeaders::strip_answer(&mut left);
    let is_own = |name: &str| READERS.iter().any(|read| read(name).starts_with(OWN_PREFIX));
    for name in sent.keys() {
        let kept = left.get_all(name).iter();
        match is_own(name.as_str()) {
            true => assert_eq!(kept.count(), 0, "{name} passes"),
            false => assert!(kept.eq(sent.get_all(name)), "{name} is gone, or not what it was"),
        }
    }
}
