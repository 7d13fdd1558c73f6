//! A password that somebody else knew has been changed: what they proved with it counts no more.

use serde_json::json;

use super::{
    owners::{attack, days_ago},
    siege::{AWAY, HOME, RIGHT, Siege, email, log_in, send, status},
};
use crate::house::{SECRET, signed};

const NEW: &str = "a longer one";

fn own_token(answer: &compat_tests::client::Answer) -> String {
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_the_backend_changes_is_seen() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let login = email(108);
    let issued = |iat: u64| signed(&json!({ "sub": "108", "iat": iat, "exp": 4_000_000_000 + iat }), SECRET);
    let stolen = issued(days_ago(0) - 60);
    let session = own_token(&log_in(HOME, to, &login, RIGHT, None).await);
    attack(to, &login).await;
    assert_eq!(status(HOME, to, &login, "wrong").await, 401);
    for token in [&session, &stolen] {
        assert_eq!(log_in(AWAY, to, &login, "wrong", Some(token)).await.status, 401);
    }

    let change = |password: &str| {
        let hash = bcrypt::hash(password, 4).unwrap();
        format!("UPDATE users SET hashed_password = '{hash}' WHERE id = 108")
    };
    siege.database.execute(&change(NEW)).await;
    assert_eq!(status(HOME, to, &login, NEW).await, 429);
    // Nobody knows since when the new one is right, so of this one neither whether it was issued before.
    let unknown = issued(days_ago(0));
    for token in [&session, &stolen, &unknown] {
        assert_eq!(log_in(AWAY, to, &login, NEW, Some(token)).await.status, 429);
    }

    // Whoever knows the new one is known again, and what was issued since proves them, but nothing from before.
    siege.pass("1 hour").await;
    let own = own_token(&log_in(AWAY, to, &login, NEW, None).await);
    let later = issued(days_ago(0) + 1);
    attack(to, &login).await;
    assert_eq!(status(AWAY, to, &login, "wrong").await, 401);
    assert_eq!(status(HOME, to, &login, NEW).await, 429);
    for (token, expected) in [(&own, 401), (&later, 401), (&session, 429), (&stolen, 429), (&unknown, 429)] {
        assert_eq!(log_in(HOME, to, &login, "wrong", Some(token)).await.status, expected);
    }
    house.close();
}

#[tokio::test]
async fn what_its_owner_changes_forgets_networks_and_keeps_the_device() {
    let siege = Siege::begin().await;
    let house = siege.replica().await;
    let to = house.gateway.public();
    let login = email(109);
    let [own, thiefs] = [
        own_token(&log_in(AWAY, to, &login, RIGHT, None).await),
        own_token(&log_in(HOME, to, &login, RIGHT, None).await),
    ];
    let body = json!({ "current_password": RIGHT, "new_password": NEW });
    assert_eq!(send(AWAY, to, ("PATCH", "/users/me/password"), &body, Some(&own)).await.status, 200);
    attack(to, &login).await;
    for from in [HOME, AWAY] {
        assert_eq!(status(from, to, &login, NEW).await, 429);
    }
    assert_eq!(log_in(HOME, to, &login, NEW, Some(&thiefs)).await.status, 429);
    assert_eq!(log_in(AWAY, to, &login, NEW, Some(&own)).await.status, 200);
    // It is known from there again.
    assert_eq!(status(AWAY, to, &login, "wrong").await, 401);
    assert_eq!(status(HOME, to, &login, NEW).await, 429);
    house.close();
}
