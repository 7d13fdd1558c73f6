//! Tokens of the legacy's own, which know no session: all of a user's, or a single one.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::scene::{LISTENERS, Scene, ask, is_told, refused_after, status};
use crate::house::{House, SECRET, signed};

const LIFETIME: u64 = 30 * 60;

/// A token that says only whose it is and until when, issued so many seconds ago.
fn issued(user: i64, ago: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    signed(&json!({ "sub": user.to_string(), "exp": now - ago + LIFETIME }), SECRET)
}

#[tokio::test]
async fn after_logout_all_every_token_of_the_user_from_before_is_refused() {
    let scene = Scene::open().await;
    let mut setting = scene.setting("");
    setting.profile = setting.profile.replace("# lifetime = \"30m\"", "lifetime = \"30m\"");
    let (one, two) = (House::open(&setting).await, House::open(&setting).await);
    let (own, older, other) = (issued(1, 60), issued(1, 600), issued(2, 60));
    for token in [&own, &older, &other] {
        assert_eq!([status(&one, token).await, status(&two, token).await], [200, 200]);
    }
    scene.wait_for(LISTENERS, 2).await;
    assert_eq!(is_told(&two, ask(&one, "POST", "/auth/logout-all", &own)).await.status, 204);
    assert_eq!([status(&one, &own).await, status(&one, &older).await], [401, 401]);
    refused_after(&two, &older).await;
    let three = House::open(&setting).await;
    for house in [&one, &two, &three] {
        assert_eq!([status(house, &own).await, status(house, &older).await], [401, 401]);
        assert_eq!(status(house, &other).await, 200);
    }
    // Whoever logs in afterwards is let in: a token of the next second is none from before.
    scene
        .database
        .execute(
            "UPDATE gateway.user_epoch SET not_before = not_before - interval '5 s', \
        changed_at = clock_timestamp()",
            &[],
        )
        .await
        .unwrap();
    let four = House::open(&setting).await;
    assert_eq!([status(&four, &issued(1, 0)).await, status(&four, &own).await], [200, 401]);
    [one, two, three, four].into_iter().for_each(House::close);
}

#[tokio::test]
async fn without_a_lifetime_a_token_that_says_no_age_is_from_before() {
    let scene = Scene::open().await;
    let house = scene.gateway().await;
    let (own, other) = (issued(1, 0), issued(2, 0));
    assert_eq!([status(&house, &own).await, status(&house, &other).await], [200, 200]);
    assert_eq!(ask(&house, "POST", "/auth/logout-all", &own).await.status, 204);
    assert_eq!([status(&house, &issued(1, 0)).await, status(&house, &other).await], [401, 200]);
    house.close();
}

#[tokio::test]
async fn a_logout_ends_one_token_and_no_other() {
    let scene = Scene::open().await;
    let (one, two) = (scene.gateway().await, scene.gateway().await);
    let (own, other) = (issued(1, 60), issued(1, 61));
    for house in [&one, &two] {
        assert_eq!([status(house, &own).await, status(house, &other).await], [200, 200]);
    }
    scene.wait_for(LISTENERS, 2).await;
    assert_eq!(is_told(&two, ask(&one, "POST", "/auth/logout", &own)).await.status, 204);
    refused_after(&two, &own).await;
    // Moments that the database cannot write, and one before.
    let never = [9_300_000_000_000_u64, 253_402_300_800, 8_210_266_876_800]
        .map(|expiry| signed(&json!({ "sub": "1", "exp": expiry }), SECRET));
    for token in &never {
        assert_eq!(status(&one, token).await, 200);
        assert_eq!(ask(&one, "POST", "/auth/logout", token).await.status, 204);
    }
    let three = scene.gateway().await;
    for house in [&one, &two, &three] {
        assert_eq!([status(house, &own).await, status(house, &other).await], [401, 200]);
        for token in &never {
            refused_after(house, token).await;
        }
    }
    [one, two, three].into_iter().for_each(House::close);
}
