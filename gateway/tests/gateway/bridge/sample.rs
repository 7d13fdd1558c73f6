//! The real sample: it answers a token of the gateway's own with the very bytes that its own tokens get.

use compat_tests::{
    client::{Answer, websocket::Frame},
    sample::Version,
};

use super::{bridge_token, with_auth};
use crate::{
    attacks::armory::{Armory, Signer},
    house::{House, Setting, bearer, comparable, migrated_database, serve, token},
    units::session::Session,
};

/// Every protected route of the sample, asked so that nothing is changed.
const ASKS: [(&str, &str, &str); 12] = [
    ("GET", "/users/me", ""),
    ("PATCH", "/users/me/password", "{}"),
    ("GET", "/api/tasks", ""),
    ("POST", "/api/tasks", "{}"),
    ("GET", "/api/tasks/1", ""),
    ("PATCH", "/api/tasks/999999", "{}"),
    ("DELETE", "/api/tasks/999999", ""),
    ("GET", "/api/projects", ""),
    ("POST", "/api/projects", "{}"),
    ("GET", "/api/projects/1", ""),
    ("GET", "/api/feed", ""),
    ("GET", "/api/tasks/999999", ""),
];

async fn ask(house: &House, (method, target, body): (&str, &str, &str), token: &str) -> Answer {
    let authorization = bearer(token);
    let mut headers = vec![("authorization", authorization.as_str())];
    if !body.is_empty() {
        headers.push(("content-type", "application/json"));
    }
    house.client().await.request(method, target, &headers, body.as_bytes()).await.unwrap()
}

#[tokio::test]
async fn a_token_of_ours_is_answered_as_one_of_its_own_and_one_taken_back_is_nobodys() {
    for version in Version::ALL {
        let url = migrated_database();
        let watcher = Session::open(&url).await;
        // Everything of the second user's that was issued before now, and of their legacy tokens everything.
        watcher
            .execute("INSERT INTO gateway.user_epoch (user_key, not_before, reason) VALUES ('2', now(), 'logout_all')")
            .await;
        let legacy = serve(version, &url);
        let armory = Armory::new();
        let setting = armory.setting(legacy.address());
        let setting = Setting {
            database_url: url.clone(),
            lock: Setting::sample(version).lock,
            profile: with_auth(&setting, "issuer = \"gateway\""),
            ..setting
        };
        let house = House::open(&setting).await;
        let (own, old) = (armory.token(Signer::Own), token(1));
        for asked in ASKS {
            let expected = ask(&house, asked, &old).await;
            let seen = ask(&house, asked, &own).await;
            assert_eq!(comparable(&seen), comparable(&expected), "{version:?} {asked:?}");
            assert_ne!(expected.status, 401, "{asked:?}");
        }
        let feed = ("GET", "/api/feed", "");
        let nobody = comparable(&house.get("/api/feed", &[]).await);
        assert_ne!(comparable(&ask(&house, feed, &own).await), nobody);
        for refused in [bridge_token(), token(2), format!("{}=", token(2)), format!("{}!", token(1))] {
            assert_eq!(comparable(&ask(&house, feed, &refused).await), nobody, "{refused}");
            assert_eq!(ask(&house, ("GET", "/users/me", ""), &refused).await.status, 401);
        }
        watch(&house, &own).await;
        house.close();
    }
}

async fn watch(house: &House, own: &str) {
    let mut client = house.client().await;
    let head = client.handshake(&format!("/ws/tasks?token={own}"), &[]).await.unwrap();
    assert_eq!(head.status, 101);
    let mut socket = client.into_websocket();
    let hello = socket.hear().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&hello.payload).contains("\"user\":1"), "{hello:?}");
    socket.say(&Frame::text("bye")).await.unwrap();
    assert_eq!(socket.hear().await.unwrap().unwrap().close_code(), Some(1000));
    for refused in [bridge_token(), token(2)] {
        let mut client = house.client().await;
        let head = client.handshake(&format!("/ws/tasks?token={refused}"), &[]).await.unwrap();
        assert_eq!(head.status, 403);
    }
}
