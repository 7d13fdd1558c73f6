//! Tokens whose user is named by something that is no id, and tokens where nobody asked for one.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use compat_tests::client::Answer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    away::behind,
    scene::{Scene, ask, status},
};
use crate::{
    chaos::proxy::Wire,
    fake_legacy::{FakeLegacy, header},
    house::{House, SECRET, Setting, signed},
};

/// Nobody is asked for a token there.
const OPEN: &str = "/api/feed";

/// A legacy that says who it was told asks.
async fn echo() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            let (head, _) = connection.request().await?;
            connection.answer(header(&head, "authorization").unwrap_or("nobody")).await?;
        }
    })
    .await
}

fn by_name(setting: &mut Setting, legacy: &FakeLegacy) {
    setting.legacy_url = format!("http://{}", legacy.address());
    for (written, instead) in
        [("\"sub:int\"", "\"username:lookup(users.full_name)\""), ("\n# deleted = ", "\ndeleted = ")]
    {
        assert!(setting.profile.contains(written));
        setting.profile = setting.profile.replacen(written, instead, 1);
    }
}

fn named(name: &str) -> String {
    signed(&json!({ "username": name, "exp": 4_000_000_000_u32 }), SECRET)
}

async fn shown(house: &House, authorization: &str) -> String {
    let answer: Answer = house.get(OPEN, &[("authorization", authorization)]).await;
    assert_eq!(answer.status, 200, "{authorization}");
    answer.text()
}

#[tokio::test]
async fn a_name_is_of_one_user_who_is_there_and_what_is_known_does_not_wait_for_it() {
    let scene = Scene::open().await;
    let legacy = echo().await;
    let (proxy, mut setting) = behind(&scene, "", &[]).await;
    by_name(&mut setting, &legacy);
    scene
        .database
        .batch_execute(
            "ALTER TABLE users ADD deleted_at timestamp; INSERT INTO users \
             (id, email, full_name, hashed_password, is_active, created_at, deleted_at) VALUES \
             (9001, 'a@x', 'anna', '!', true, now(), NULL), (9002, 'b@x', 'twin', '!', true, now(), NULL), \
             (9003, 'c@x', 'twin', '!', true, now(), NULL), (9004, 'd@x', 'gone', '!', true, now(), now())",
        )
        .await
        .unwrap();
    let lost = named("whose token was logged out");
    let digest = Sha256::digest(lost.rsplit_once('.').unwrap().0);
    let forget = "INSERT INTO gateway.revoked_token (digest, expires_at) VALUES ($1, 'infinity')";
    scene.database.execute(forget, &[&digest.as_slice()]).await.unwrap();
    let house = House::open(&setting).await;
    for (name, expected) in [("anna", 200), ("twin", 401), ("gone", 401), ("nobody", 401)] {
        assert_eq!(status(&house, &named(name)).await, expected, "{name}");
    }
    // What the legacy is told is what the user is called now.
    let (_, own) = scene.session(9001).await;
    for name in ["anna", "berta"] {
        let rename = "UPDATE users SET full_name = $1 WHERE id = 9001";
        scene.database.execute(rename, &[&name]).await.unwrap();
        let minted = shown(&house, &format!("Bearer {own}")).await;
        let claims = URL_SAFE_NO_PAD.decode(minted.split('.').nth(1).unwrap()).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["username"], name);
    }
    proxy.switch(Wire::Refuse);
    assert_eq!(ask(&house, "GET", OPEN, &lost).await.text(), "nobody");
    assert_eq!(status(&house, &lost).await, 401);
    assert_eq!(status(&house, &named("who was never asked for")).await, 503);
    proxy.switch(Wire::Pass);
    house.close_expecting(&super::away::COMPLAINTS);
}

#[tokio::test]
async fn what_was_taken_back_reaches_nobody_behind_another_word_either() {
    let scene = Scene::open().await;
    let legacy = echo().await;
    let ((revoked, gone), (_, good)) = (scene.session(1).await, scene.session(1).await);
    assert_eq!(scene.auth(&["revoke", "--session", &revoked.to_string()]).code, Some(0));
    let mut setting = scene.setting("");
    setting.legacy_url = format!("http://{}", legacy.address());
    let house = House::open(&setting).await;
    for word in ["Token ", "JWT  ", "Bearer, ", "Bearer ", ""] {
        assert_eq!(shown(&house, &format!("{word}{gone}")).await, "nobody", "{word:?}");
    }
    for word in ["Token ", "JWT ", ""] {
        let credential = format!("{word}{good}");
        assert_eq!(shown(&house, &credential).await, credential);
    }
    house.close();
}
