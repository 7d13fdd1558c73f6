//! What else is bounded, and where nothing is: new passwords, registrations, private addresses, a database that is away.

use std::net::Ipv4Addr;

use serde_json::json;

use super::siege::{AWAY, HOME, RIGHT, Siege, email, log_in, retry_after, send, status};
use crate::house::{House, SECRET, signed};

#[tokio::test]
async fn an_old_password_is_guessed_no_faster_by_whoever_holds_a_token() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let tokens = [1_u64, 2].map(|n| signed(&json!({ "sub": "107", "exp": 4_000_000_000 + n }), SECRET));
    let change = async |token: &str, old: &str| {
        let body = json!({ "current_password": old, "new_password": "a longer one" });
        send(HOME, to, ("PATCH", "/users/me/password"), &body, Some(token)).await
    };
    for _ in 0..5 {
        assert_eq!(change(&tokens[0], "wrong").await.status, 400);
    }
    siege.hold().await;
    for token in &tokens {
        assert_eq!(change(token, RIGHT).await.status, 429);
    }
    // What is wrong with the request itself is told all the same.
    let body = json!({ "current_password": RIGHT });
    assert_eq!(send(HOME, to, ("PATCH", "/users/me/password"), &body, Some(&tokens[0])).await.status, 422);
    siege.pass("1 hour 2 seconds").await;
    assert_eq!(change(&tokens[1], RIGHT).await.status, 200);
    assert_eq!(status(HOME, to, &email(107), "a longer one").await, 200);
    house.close();
}

#[tokio::test]
async fn registrations_are_counted_by_network() {
    let siege = Siege::begin().await;
    let house = House::open(&siege.setting("networks = \"all\"\nregister = 3")).await;
    let to = house.gateway.public();
    let register = async |from, name: &str| {
        let body = json!({ "email": format!("{name}@example.com"), "password": "long enough" });
        send(from, to, ("POST", "/auth/register"), &body, None).await
    };
    let mut statuses = Vec::new();
    for name in ["first", "second", "second"] {
        statuses.push(register(HOME, name).await.status);
    }
    assert_eq!(statuses, [201, 201, 400]);
    let answer = register(HOME, "third").await;
    assert!(answer.status == 429 && (1190..=1200).contains(&retry_after(&answer)), "{answer:?}");
    assert_eq!(register(AWAY, "third").await.status, 201);
    siege.pass("20 minutes").await;
    assert_eq!(register(HOME, "fourth").await.status, 201);
    house.close();
}

#[tokio::test]
async fn a_private_address_is_a_proxys_and_stands_for_nobody() {
    let siege = Siege::begin().await;
    let house = House::open(&siege.setting("network = 1\noverall = 1\nregister = 1")).await;
    let to = house.gateway.public();
    for user in 101..=110 {
        assert_eq!(status(HOME, to, &email(user), "wrong").await, 401);
        let body = json!({ "email": format!("new{user}@example.com"), "password": "long enough" });
        assert_eq!(send(HOME, to, ("POST", "/auth/register"), &body, None).await.status, 201);
    }
    // One account is one wherever it is asked for, and nobody's network becomes everybody's.
    assert_eq!(status(HOME, to, &email(111), RIGHT).await, 200);
    for last in 1..=5 {
        assert_eq!(status(Ipv4Addr::new(127, 0, last, 1), to, &email(111), "wrong").await, 401);
    }
    siege.hold().await;
    assert_eq!(status(HOME, to, &email(111), RIGHT).await, 429);
    let known = "SELECT count(*) FROM gateway.login_throttle WHERE known_until IS NOT NULL";
    assert_eq!(siege.database.text(known).await, "0");
    house.close();
}

#[tokio::test]
async fn what_is_switched_off_is_told_and_holds_nobody_up() {
    let siege = Siege::begin().await;
    let house = House::open(&siege.setting("off = \"the proxy in front does it\"")).await;
    let to = house.gateway.public();
    let token = signed(&json!({ "sub": "112", "exp": 4_000_000_000_u64 }), SECRET);
    let change = json!({ "current_password": "wrong", "new_password": "a longer one" });
    for _ in 0..8 {
        assert_eq!(status(HOME, to, &email(112), "wrong").await, 401);
        let changed = send(HOME, to, ("PATCH", "/users/me/password"), &change, Some(&token)).await;
        assert_eq!(changed.status, 400);
    }
    assert_eq!(siege.database.text("SELECT count(*) FROM gateway.login_throttle").await, "0");
    house.close_expecting(&["logins are not throttled"]);
}

#[tokio::test]
async fn what_was_decided_is_counted_and_what_is_old_is_cleared_away() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    for _ in 0..5 {
        assert_eq!(status(HOME, to, &email(113), "wrong").await, 401);
    }
    siege.hold().await;
    assert_eq!(status(HOME, to, &email(113), "wrong").await, 429);
    let page = house.admin("/metrics").await.text();
    for line in [
        "gateway_login_attempts_total{outcome=\"allowed\"} 5",
        "gateway_login_attempts_total{outcome=\"account_network\"} 1",
        "gateway_login_attempts_total{outcome=\"overall\"} 0",
    ] {
        assert!(page.lines().any(|seen| seen == line), "{line}");
    }
    siege.pass("4 hours").await;
    for _ in 0..200 {
        status(HOME, to, &email(114), RIGHT).await;
    }
    let left = "SELECT count(*) FILTER (WHERE known_until IS NOT NULL), count(*) FILTER (WHERE fails = 5) \
                FROM gateway.login_throttle";
    assert_eq!(siege.database.text(left).await, "1|0");
    house.close();
}

#[tokio::test]
async fn nobody_is_let_in_or_told_to_wait_while_the_database_is_away() {
    let siege = Siege::begin().await;
    let house = House::open(&siege.setting("networks = \"all\"").without_database()).await;
    let answer = log_in(HOME, house.gateway.public(), &email(101), RIGHT, None).await;
    assert_eq!(answer.status, 503);
    assert!(retry_after(&answer) >= 1);
    house.close_expecting(&["database", "degraded", "users table", "forms of hashes"]);
}
