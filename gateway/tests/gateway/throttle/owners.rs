//! An account is attacked from everywhere, and its owner gets in: by the network that is theirs, or by a token.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::siege::{AWAY, HOME, RIGHT, Siege, count, email, log_in, retry_after, send, status};
use crate::house::{PATIENCE, SECRET, signed};

/// From as many networks as it takes, until the account has no more left.
pub(super) async fn attack(to: std::net::SocketAddr, login: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    for guess in 0..150_u8 {
        let from = Ipv4Addr::new(127, 1, guess / 5, 1);
        statuses.push(status(from, to, login, &format!("guess {guess}")).await);
    }
    statuses
}

pub(super) fn days_ago(days: u64) -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_secs() - days * 86_400
}

#[tokio::test]
async fn however_often_others_guess_the_owner_gets_in() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let login = email(104);
    let first = log_in(HOME, to, &login, RIGHT, None).await;
    assert_eq!(first.status, 200);
    let own: serde_json::Value = serde_json::from_slice(&first.body).unwrap();
    let own = own["access_token"].as_str().unwrap();

    let statuses = attack(to, &login).await;
    assert_eq!(statuses[..100], [401; 100]);
    assert_eq!(count(&statuses[100..], 429), 50, "{statuses:?}");
    // From anywhere else the right password is not looked at, until the first of the hundred is an hour old.
    let answer = log_in(AWAY, to, &login, RIGHT, None).await;
    assert!(answer.status == 429 && (3500..=3600).contains(&retry_after(&answer)), "{answer:?}");

    // From the network where it was right before it is, and with a token from anywhere.
    assert_eq!(status(HOME, to, &login, RIGHT).await, 200);
    assert_eq!(status(Ipv4Addr::new(127, 0, 1, 200), to, &login, RIGHT).await, 200, "the same network");
    assert_eq!(log_in(AWAY, to, &login, "wrong", Some(own)).await.status, 401);
    let legacy = |user: &str, exp| signed(&json!({ "sub": user, "exp": exp }), SECRET);
    for proof in [legacy("104", days_ago(89)), legacy("104", 4_000_000_000)] {
        assert_eq!(log_in(Ipv4Addr::new(127, 0, 3, 1), to, &login, "wrong", Some(&proof)).await.status, 401);
    }
    for none in [
        legacy("104", days_ago(91)),
        legacy("105", days_ago(1)),
        signed(&json!({ "sub": "104", "exp": days_ago(1) }), "the secret of somebody else, for tests"),
        signed(&json!({ "sub": "104", "exp": days_ago(1), "gwb": 1 }), SECRET),
        "nonsense".to_owned(),
    ] {
        let answer = log_in(Ipv4Addr::new(127, 0, 3, 1), to, &login, RIGHT, Some(&none)).await;
        assert_eq!(answer.status, 429, "{none}");
    }
    // It was told once, by the user's number, in the audit and in the log.
    let told = "SELECT string_agg(kind || ' ' || user_key || ' ' || detail, ', ') FROM gateway.auth_audit \
                WHERE kind = 'throttled'";
    assert_eq!(siege.database.text(told).await, r#"throttled 104 {"limit": "account"}"#);
    let is_told = |line: &Value| line["message"] == "audit" && line["kind"] == "throttled";
    house.gateway.logged(PATIENCE, is_told).await.unwrap();
    let lines = house.gateway.log();
    let lines = lines.iter().filter(|line| is_told(line));
    let users: Vec<_> = lines.map(|line| line["user"].clone()).collect();
    assert_eq!(users, [json!("104")]);
    siege.pass("1 hour").await;
    assert_eq!(status(AWAY, to, &login, RIGHT).await, 200);
    house.close();
}

#[tokio::test]
async fn a_device_has_five_of_its_own_however_many_tokens_of_the_backends_it_shows() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let login = email(105);
    let tokens = [1, 2].map(|day| signed(&json!({ "sub": "105", "exp": days_ago(day) }), SECRET));
    for _ in 0..5 {
        assert_eq!(log_in(AWAY, to, &login, "wrong", Some(&tokens[0])).await.status, 401);
    }
    siege.hold().await;
    for token in &tokens {
        assert_eq!(log_in(AWAY, to, &login, RIGHT, Some(token)).await.status, 429);
    }
    // Of a stranger nothing is known.
    for _ in 0..5 {
        assert_eq!(status(AWAY, to, &login, "wrong").await, 401);
    }
    // Whoever is in has their network known, and begins anew.
    siege.pass("1 hour 2 seconds").await;
    assert_eq!(log_in(AWAY, to, &login, RIGHT, Some(&tokens[0])).await.status, 200);
    for _ in 0..5 {
        assert_eq!(log_in(AWAY, to, &login, "wrong", Some(&tokens[0])).await.status, 401);
    }
    // The network is known for ninety days.
    let known = "SELECT count(*) FROM gateway.login_throttle WHERE known_until > now() + interval '89 days'";
    assert_eq!(siege.database.text(known).await, "1");
    house.close();
}

#[tokio::test]
async fn what_was_taken_back_proves_nothing() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let login = email(106);
    let answer = log_in(HOME, to, &login, RIGHT, None).await;
    let own: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let own = own["access_token"].as_str().unwrap().to_owned();
    let iat = days_ago(0) - 60;
    let old = signed(&json!({ "sub": "106", "iat": iat, "exp": 4_000_000_000_u64 }), SECRET);
    let other = signed(&json!({ "sub": "106", "iat": iat, "exp": 4_000_000_001_u64 }), SECRET);
    attack(to, &login).await;
    for token in [&own, &old, &other] {
        assert_eq!(log_in(AWAY, to, &login, "wrong", Some(token)).await.status, 401);
    }
    for token in [&own, &old] {
        let answer = send(HOME, to, ("POST", "/auth/logout"), &json!({}), Some(token)).await;
        assert!(answer.status < 300, "{answer:?}");
        assert_eq!(log_in(AWAY, to, &login, RIGHT, Some(token)).await.status, 429);
    }
    assert_eq!(log_in(AWAY, to, &login, "wrong", Some(&other)).await.status, 401);
    let anew = "INSERT INTO gateway.user_epoch (user_key, not_before, reason) VALUES ('106', now(), 'admin')";
    siege.database.execute(anew).await;
    assert_eq!(log_in(AWAY, to, &login, RIGHT, Some(&other)).await.status, 429);
    house.close();
}
