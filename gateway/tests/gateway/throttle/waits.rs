//! Each refusal says when it is worth coming back, and none says so too early.

use std::{net::Ipv4Addr, ops::RangeInclusive};

use compat_tests::client::Answer;
use serde_json::json;
use tokio::task::JoinSet;

use super::siege::{AWAY, HOME, RIGHT, Siege, email, log_in, retry_after, send, status};
use crate::{
    house::{House, SECRET, signed},
    units::session::Session,
};

fn told(answer: &Answer, waits: RangeInclusive<u64>) {
    assert_eq!((answer.status, answer.text().as_str()), (429, r#"{"detail":"Too Many Requests"}"#));
    assert!(waits.contains(&retry_after(answer)), "{answer:?} {waits:?}");
}

#[tokio::test]
async fn each_limit_says_for_how_long_it_lasts() {
    let siege = Siege::begin().await;
    let limits = "networks = \"all\"\nfree = 2\nper_hour = 4\nnetwork = 3\noverall = 10\nregister = 2";
    let house = House::open(&siege.setting(limits)).await;
    let to = house.gateway.public();
    let fraction = "UPDATE gateway.login_throttle SET blocked_until = now() + interval '41.5 seconds' \
                    WHERE blocked_until > last_at AND fails > 0";

    for _ in 0..2 {
        assert_eq!(status(HOME, to, &email(101), "wrong").await, 401);
    }
    siege.database.execute(fraction).await;
    // Whoever comes back then is not half a second too early.
    told(&log_in(HOME, to, &email(101), RIGHT, None).await, 40..=42);

    let token = signed(&json!({ "sub": "102", "exp": 4_000_000_000_u64 }), SECRET);
    let change = async || {
        let body = json!({ "current_password": "wrong", "new_password": "a longer one" });
        send(AWAY, to, ("PATCH", "/users/me/password"), &body, Some(&token)).await
    };
    assert_eq!(log_in(AWAY, to, &email(102), "wrong", Some(&token)).await.status, 401);
    assert_eq!(change().await.status, 400);
    siege.database.execute(fraction).await;
    told(&log_in(AWAY, to, &email(102), RIGHT, Some(&token)).await, 40..=42);
    told(&change().await, 40..=42);

    for network in 0..4 {
        assert_eq!(status(Ipv4Addr::new(127, 1, network, 1), to, &email(104), "wrong").await, 401);
    }
    told(&log_in(AWAY, to, &email(104), RIGHT, None).await, 3500..=3600);

    let office = Ipv4Addr::new(127, 2, 0, 1);
    for user in 105..108 {
        assert_eq!(status(office, to, &email(user), "wrong").await, 401);
    }
    told(&log_in(office, to, &email(108), RIGHT, None).await, 1100..=1200);

    // The tenth of all, and then two that this site has of its own.
    assert_eq!(status(Ipv4Addr::new(127, 3, 0, 1), to, &email(109), "wrong").await, 401);
    for user in 110..112 {
        assert_eq!(status(AWAY, to, &email(user), "wrong").await, 401);
    }
    told(&log_in(AWAY, to, &email(112), RIGHT, None).await, 1700..=1800);

    let register = async |name: &str| {
        let body = json!({ "email": format!("{name}@example.com"), "password": "long enough" });
        send(HOME, to, ("POST", "/auth/register"), &body, None).await
    };
    for name in ["first", "second"] {
        assert_eq!(register(name).await.status, 201);
    }
    told(&register("third").await, 1700..=1800);

    let page = house.admin("/metrics").await.text();
    let counted = |outcome: &str| {
        let line = format!("gateway_login_attempts_total{{outcome=\"{outcome}\"}} ");
        page.lines().find_map(|seen| seen.strip_prefix(&line)?.parse::<u64>().ok())
    };
    let outcomes = ["account_network", "device", "account", "network", "overall", "register", "allowed"];
    assert_eq!(outcomes.map(counted), [1, 2, 1, 1, 1, 1, 14].map(Some), "{page}");
    house.close_expecting(&["wrong passwords come from many networks"]);
}

#[tokio::test]
async fn who_does_not_come_to_their_turn_is_told_to_come_back_in_two_seconds() {
    let siege = Siege::begin().await;
    let house = House::open(&siege.setting("networks = \"all\"\nfree = 1")).await;
    let to = house.gateway.public();
    let locker = Session::open(&siege.url).await;
    locker.execute("BEGIN; LOCK TABLE gateway.login_throttle").await;
    let mut first = JoinSet::new();
    first.spawn(async move { status(HOME, to, &email(101), "wrong").await });
    siege.database.wait_for_waiting(1).await;
    let answer = log_in(HOME, to, &email(101), RIGHT, None).await;
    assert_eq!((answer.status, answer.text().as_str()), (503, r#"{"detail":"Service Unavailable"}"#));
    assert_eq!(retry_after(&answer), 2);
    locker.execute("ROLLBACK").await;
    assert_eq!(first.join_all().await, [401]);
    house.close();
}
