//! Family I: nobody outside sets a header by which the legacy, or the gateway, knows who asks.

use super::{Fortress, armory::Signer, ask};
use crate::{fake_legacy::header, house::bearer};

const PROTECTED: [&str; 5] =
    ["X-User-Id", "X-Roles", "X-Gateway-Identity", "X-Gateway-Anything", "X-Forwarded-Host"];

pub(super) async fn set_no_identity(fortress: &Fortress) {
    let token = bearer(&fortress.armory.token(Signer::Hs256));
    let mut client = fortress.house.client().await;
    ask(&mut client, "/users/me", &token).await;
    let clean = names(fortress);
    for protected in PROTECTED {
        for spelled in spellings(protected) {
            for values in [&["1"][..], &["1", "2"]] {
                let mut lines = vec![("host", "api.example.com"), ("authorization", token.as_str())];
                lines.extend(values.iter().map(|value| (spelled.as_str(), *value)));
                for target in ["/users/me", "/health"] {
                    let answer = client.request("GET", target, &lines, b"").await.unwrap();
                    assert_eq!(answer.text(), "reached", "{spelled} {target}");
                    assert_eq!(names(fortress), clean, "{spelled} {target}");
                }
            }
        }
    }
    nominated(fortress, &token).await;
}

/// 97: who names a header of ours in `Connection` would have the next hop drop it.
async fn nominated(fortress: &Fortress, token: &str) {
    let mut client = fortress.house.client().await;
    for name in ["x-forwarded-for", "x-request-id", "X-Forwarded-Proto", "x-user-id", "x-gateway-identity"] {
        let lines = [("host", "api.example.com"), ("authorization", token), ("connection", name)];
        let reached = fortress.legacy.executed();
        let answer = client.request("GET", "/users/me", &lines, b"").await.unwrap();
        if fortress.legacy.executed() == reached {
            assert_eq!(answer.status, 400, "{name}");
            client = fortress.house.client().await;
            continue;
        }
        let head = fortress.heads.lock().last().cloned().unwrap();
        for ours in ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-request-id"] {
            assert!(header(&head, ours).is_some(), "{name} took {ours} away: {head}");
        }
        let nominated = header(&head, "connection").unwrap_or_default().to_ascii_lowercase();
        assert!(!nominated.contains("x-"), "{head}");
    }
}

/// The names of the headers that reached the legacy last, sorted.
fn names(fortress: &Fortress) -> Vec<String> {
    let head = fortress.heads.lock().last().cloned().unwrap();
    let mut names: Vec<String> =
        head.lines().skip(1).filter_map(|line| Some(line.split_once(':')?.0.to_ascii_lowercase())).collect();
    names.sort();
    names
}

/// 96: some server behind reads each of them as the same name.
fn spellings(name: &str) -> Vec<String> {
    let with = |between: &str| name.replace('-', between);
    let mixed = name.chars().enumerate().map(|(at, letter)| match at % 2 {
        0 => letter.to_ascii_lowercase(),
        _ => letter.to_ascii_uppercase(),
    });
    vec![
        name.to_owned(),
        name.to_lowercase(),
        name.to_uppercase(),
        mixed.collect(),
        with("_"),
        with("."),
        with("^"),
        with("!"),
        with("~"),
        with("_").to_uppercase(),
    ]
}
