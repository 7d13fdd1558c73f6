//! A new client from its registration to its logout, and beside it an old one that never hears of any of it.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use compat_tests::{client::Answer, sample::Version};
use gateway::auth::keys::Keys;
use serde_json::{Value, json};

use super::stand::{Ask, EPHEMERAL, ROUTES, json_of, setting, text};
use crate::house::{House, SECRET, bearer, comparable, keys, migrated_database, routes, serve, signed};

/// One route that the gateway answers, and one that the legacy does.
const PROTECTED: [&str; 2] = ["/api/tasks", "/api/projects"];

async fn reach(to: SocketAddr, token: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for target in PROTECTED {
        answers.push(Ask::new("GET", target, "", "").by(&bearer(token)).send(to).await);
    }
    answers
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

fn assert_same(answers: &[Answer], expected: &[Answer]) {
    let seen = |answers: &[Answer]| answers.iter().map(comparable).collect::<Vec<_>>();
    assert_eq!(seen(answers), seen(expected));
}

#[tokio::test]
async fn an_old_client_goes_on_and_a_new_one_lives_a_whole_session_on_0_115() {
    live(Version::V0_115).await;
}

#[tokio::test]
async fn an_old_client_goes_on_and_a_new_one_lives_a_whole_session_on_the_newest() {
    live(Version::Newest).await;
}

async fn live(version: Version) {
    let url = migrated_database();
    let legacy = serve(version, &url);
    // The legacy alone, on the last day before the gateway.
    let login = r#"{"email":"ada@example.com","password":"correct horse battery staple"}"#;
    let old = text(&Ask::json("/auth/login/json", login).send(legacy.address()).await, "access_token");
    let mut setting = setting(version, legacy.url(), &url);
    let native = [("GET /api/tasks", "\"native\""), ("POST /auth/logout", "\"native\"")];
    setting.routes = routes(&[&ROUTES[..], &native[..]].concat());
    let house = House::open(&setting).await;
    let gateway = house.gateway.public();

    // Day one: the old user's old token, and the answers that it always got.
    assert_same(&reach(gateway, &old).await, &reach(legacy.address(), &old).await);
    assert_eq!(statuses(&reach(gateway, &old).await), [200, 200]);

    let account = r#"{"email":"eve@example.com","password":"of an evening"}"#;
    let registered = Ask::json("/auth/register", account).send(gateway).await;
    assert_eq!(registered.status, 201, "{}", registered.text());
    let admitted = Ask::json("/auth/login/json", account).send(gateway).await;
    assert_eq!(admitted.status, 200, "{}", admitted.text());
    let access = text(&admitted, "access_token");
    assert_eq!(statuses(&reach(gateway, &access).await), [200, 200]);
    assert_ne!(
        statuses(&reach(legacy.address(), &access).await),
        [200, 200],
        "the legacy alone knows it not"
    );

    // An expired token of ours is told what an expired token of the legacy's is told by the legacy.
    let expired = signed(&json!({ "sub": "1", "exp": 1_000_000_000 }), SECRET);
    let refused = reach(legacy.address(), &expired).await;
    assert_same(&reach(gateway, &aged(&access)).await, &refused);
    assert_eq!(statuses(&reach(gateway, &old).await), [200, 200]);

    let refresh = |answer: &Answer| {
        let body = format!("{{\"refresh_token\":{}}}", json_of(answer)["refresh_token"]);
        async move { Ask::json("/auth/refresh", body).send(gateway).await }
    };
    let again = refresh(&admitted).await;
    assert_eq!(again.status, 200, "{}", again.text());
    let access = text(&again, "access_token");
    assert_eq!(statuses(&reach(gateway, &access).await), [200, 200]);

    let left = Ask::new("POST", "/auth/logout", "", "").by(&bearer(&access)).send(gateway).await;
    assert_eq!(left.status, 204, "{}", left.text());
    assert_same(&reach(gateway, &access).await, &refused);
    assert_eq!(refresh(&again).await.status, 401);
    assert_eq!(statuses(&reach(gateway, &old).await), [200, 200], "nobody else was logged out");
    house.close_expecting(&[EPHEMERAL]);
    legacy.stop().unwrap();
}

/// What the token will be once its time is over: the same claims, signed by the same key, an age ago.
fn aged(token: &str) -> String {
    let keys = Keys::open(keys()).unwrap_or_else(|mistakes| panic!("{mistakes}")).keys;
    let mut parts = token.split('.');
    let (header, claims) = (parts.next().unwrap(), parts.next().unwrap());
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let moment = |name: &str| claims[name].as_u64().unwrap();
    let lifetime = moment("exp") - moment("iat");
    let (issued, expired) = (moment("iat") - lifetime - 1, moment("exp") - lifetime - 1);
    (claims["iat"], claims["exp"]) = (issued.into(), expired.into());
    let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = keys.current().signing().unwrap().sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
