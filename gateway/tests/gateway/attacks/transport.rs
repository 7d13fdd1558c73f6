//! Family F: a good token in the wrong place, twice, or under another word.

use compat_tests::client::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Fortress, PROTECTED, armory::Signer};

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// That it has no token.
    NotAuthenticated,
    BadToken,
    /// That it speaks no HTTP that two readers would understand the same.
    Refused,
}

pub(super) async fn refused(fortress: &Fortress) {
    let reached = fortress.legacy.executed();
    for target in PROTECTED {
        for signer in [Signer::Own, Signer::Hs256] {
            let token = fortress.armory.token(signer);
            let mut client = fortress.house.client().await;
            for (headers, body, expected) in cases(&token) {
                let query = if headers.is_empty() { format!("?{body}") } else { String::new() };
                let lines: Vec<(&str, &str)> =
                    headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let body = if query.is_empty() { body.as_bytes() } else { b"" };
                let answer = client.request("GET", &format!("{target}{query}"), &lines, body).await.unwrap();
                let what = format!("{target} {lines:?} {query}");
                assert_eq!((answer.status, answer.text()), words(expected), "{what}");
                let challenge = answer.headers.one("www-authenticate");
                assert_eq!(challenge, (expected != Told::Refused).then_some("Bearer"), "{what}");
            }
            for raw in no_http(target, &token) {
                let said = said(fortress, &raw).await;
                let sent = String::from_utf8_lossy(&raw).replace(&token, "TOKEN");
                assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{sent:?}: {said}");
                assert!(!said.contains(&token), "{sent:?}: {said}");
            }
        }
    }
    assert_eq!(fortress.legacy.executed(), reached, "something reached the legacy");
}

fn words(told: Told) -> (u16, String) {
    let (status, detail) = match told {
        Told::NotAuthenticated => (401, "Not authenticated"),
        Told::BadToken => (401, "Could not validate credentials"),
        Told::Refused => (400, "Bad Request"),
    };
    (status, format!(r#"{{"detail":"{detail}"}}"#))
}

type Lines = Vec<(String, String)>;

/// Headers and body; a body without headers stands in the query.
fn cases(token: &str) -> Vec<(Lines, String, Told)> {
    let authorization = |value: String| vec![("authorization".to_owned(), value)];
    let mut cases: Vec<(Lines, String, Told)> = Vec::new();
    for value in ["", "Basic dTpw", "Digest x", "bearer-token x", "Negotiate abc"] {
        cases.push((authorization(value.to_owned()), String::new(), Told::NotAuthenticated));
    }
    for scheme in
        ["Basic", "DPoP", "Token", "JWT", "Digest", "Bearer:", "Bearer,", "\"Bearer\"", "Bearer\t", "BearerX"]
    {
        cases.push((authorization(format!("{scheme} {token}")), String::new(), Told::NotAuthenticated));
    }
    cases.push((authorization(token.to_owned()), String::new(), Told::NotAuthenticated));
    for value in [
        "Bearer".to_owned(),
        format!("Bearer {token} {token}"),
        format!("Bearer {token},Bearer {token}"),
        format!("Bearer {token}, Basic dTpw"),
        format!("Bearer bad,Bearer {token}"),
        format!("Bearer \"{token}\""),
        format!("Bearer {token};"),
        format!("Bearer token={token}"),
        format!("Bearer {}", token.replace('.', "\u{e9}")),
    ] {
        cases.push((authorization(value), String::new(), Told::BadToken));
    }
    let good = format!("Bearer {token}");
    for (first, second) in [
        (good.as_str(), "Bearer bad.bad.bad"),
        ("Bearer bad.bad.bad", &good),
        (&good, &good),
        ("", &good),
        (&good, ""),
        ("Basic dTpw", &good),
    ] {
        for name in ["authorization", "AUTHORIZATION"] {
            let lines =
                vec![("authorization".to_owned(), first.to_owned()), (name.to_owned(), second.to_owned())];
            cases.push((lines, String::new(), Told::BadToken));
        }
    }
    for name in ["access_token", "token", "jwt", "auth", "authorization", "bearer_token"] {
        cases.push((Vec::new(), format!("{name}={token}"), Told::NotAuthenticated));
        let form = vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
        cases.push((form, format!("{name}={token}"), Told::NotAuthenticated));
        let cookie = vec![("cookie".to_owned(), format!("{name}={token}"))];
        cases.push((cookie, String::new(), Told::NotAuthenticated));
    }
    for name in [
        "proxy-authorization",
        "x-authorization",
        "x-access-token",
        "x-auth-token",
        "x-api-key",
        "x-forwarded-access-token",
        "x-forwarded-authorization",
        "x-original-authorization",
        "authentication",
        "sec-websocket-protocol",
        "x-gateway-identity",
        "authorization-bearer",
    ] {
        for value in [good.clone(), token.to_owned()] {
            cases.push((vec![(name.to_owned(), value)], String::new(), Told::NotAuthenticated));
        }
    }
    cases.push((
        vec![("connection".to_owned(), "authorization".to_owned()), ("authorization".to_owned(), good)],
        String::new(),
        Told::Refused,
    ));
    cases
}

/// 69: heads that hyper reads as no request, or as one that ends before the token.
fn no_http(target: &str, token: &str) -> Vec<Vec<u8>> {
    let with = |line: &[u8]| {
        let begin = format!("GET {target} HTTP/1.1\r\nhost: api.example.com\r\n").into_bytes();
        [&begin[..], line, b"\r\nconnection: close\r\n\r\n"].concat()
    };
    let good = format!("Bearer {token}");
    [
        format!("Authorization : {good}").into_bytes(),
        format!("Authorization\t: {good}").into_bytes(),
        format!(" Authorization: {good}").into_bytes(),
        format!("Authorization: Bearer\r\n {token}").into_bytes(),
        format!("Authorization: Bearer \0{token}").into_bytes(),
        format!("Authorization: Bearer \x0b{token}").into_bytes(),
        [b"Authorization: Bearer \xff", token.as_bytes()].concat(),
        format!("Authorization\u{a0}: {good}").into_bytes(),
        format!("Authorizati\u{f6}n: {good}").into_bytes(),
        format!("X: y\rAuthorization: {good}").into_bytes(),
        // Two bare line ends are an end of the head: the token stands in what would be the next request.
        format!("X: y\n\nAuthorization: {good}").into_bytes(),
        format!("X: y\n\r\nAuthorization: {good}").into_bytes(),
    ]
    .map(|line| with(&line))
    .into()
}

async fn said(fortress: &Fortress, raw: &[u8]) -> String {
    let mut stream = Client::connect(fortress.address()).await.unwrap().into_stream();
    stream.write_all(raw).await.unwrap();
    let mut said = Vec::new();
    // Reset is an answer as well.
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}
