//! The sample and the gateway side by side, each on its own copy of one database: the same bytes, the same rows.

use std::collections::BTreeMap;

use compat_tests::{client::Answer, sample::Version};

use super::{
    asks,
    stand::{Ask, EPHEMERAL, json_of, setting, text},
};
use crate::{
    house::{House, bearer, comparable, database, migrated_database, serve, show, token},
    units::session::Session,
};

#[tokio::test]
async fn whoever_is_not_let_in_hears_the_words_of_fastapi_0_115() {
    compare(Version::V0_115).await;
}

#[tokio::test]
async fn whoever_is_not_let_in_hears_the_words_of_the_newest_fastapi() {
    compare(Version::Newest).await;
}

/// When it was, is not the same.
fn masked(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let (status, mut headers, body) = comparable(answer);
    let Some((before, rest)) = body.split_once("\"created_at\":\"") else { return (status, headers, body) };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    headers.retain(|(name, _)| name != "content-length");
    (status, headers, format!("{before}\"created_at\":*{after}"))
}

async fn compare(version: Version) {
    let databases = [database(), migrated_database()];
    let legacy = serve(version, &databases[0]);
    let house = House::open(&setting(version, legacy.url(), &databases[1])).await;
    let mut census = BTreeMap::<u16, usize>::new();
    let mut asks = [asks::forms(), asks::objects(), asks::registrations()].concat();
    asks.extend(asks::changes(&bearer(&token(2)), "nanoseconds are short wires"));
    let mut differences = Vec::new();
    for ask in &asks {
        let (said, says) = tokio::join!(ask.send(legacy.address()), ask.send(house.gateway.public()));
        let (said, says) = (masked(&said), masked(&says));
        *census.entry(said.0).or_default() += 1;
        if said != says {
            differences.push(format!("{ask:?}\n legacy: {said:?}\ngateway: {says:?}"));
        }
    }
    assert!(differences.is_empty(), "{version:?}:\n{}", differences.join("\n"));
    for status in [200, 201, 400, 401, 422, 500] {
        assert!(census.contains_key(&status), "{version:?}: no {status} among {census:?}");
    }
    let rows = "SELECT id, email, full_name, is_active FROM users ORDER BY id";
    let stored = [Session::open(&databases[0]).await, Session::open(&databases[1]).await];
    assert_eq!(stored[1].text(rows).await, stored[0].text(rows).await);
    let hashes =
        "SELECT left(hashed_password, 4) FROM users WHERE id > 1000 AND length(hashed_password) = 60";
    assert_eq!(stored[1].text(hashes).await, stored[0].text(hashes).await);
    show(&format!("login, {version:?}: {} asks, byte-equal: {census:?}", asks.len()));
    house.close_expecting(&[EPHEMERAL]);
    legacy.stop().unwrap();
}

/// The old members stand where they stood; what is new comes after them.
#[tokio::test]
async fn a_good_login_is_the_legacys_with_a_refresh_token_after_it() {
    let url = migrated_database();
    let legacy = serve(Version::Newest, &url);
    let house = House::open(&setting(Version::Newest, legacy.url(), &url)).await;
    let gateway = house.gateway.public();
    for (ask, id) in [
        (Ask::form("/auth/login", "username=ada@example.com&password=correct+horse+battery+staple"), 1),
        (
            Ask::json(
                "/auth/login/json",
                r#"{"email":"zoe@example.com","password":"überraschung im café ☕"}"#,
            ),
            4,
        ),
    ] {
        let (said, says) = (ask.send(legacy.address()).await, ask.send(gateway).await);
        assert_eq!((said.status, says.status), (200, 200), "{}", says.text());
        let members = |answer: &Answer| {
            let text = answer.text();
            let keys = ["access_token", "token_type", "refresh_token", "refresh_expires_in"];
            let mut found: Vec<_> =
                keys.iter().filter_map(|key| Some((text.find(&format!("\"{key}\":"))?, *key))).collect();
            found.sort_unstable();
            found.into_iter().map(|(_, key)| key).collect::<Vec<_>>()
        };
        assert_eq!(members(&said), ["access_token", "token_type"]);
        assert_eq!(members(&says), ["access_token", "token_type", "refresh_token", "refresh_expires_in"]);
        assert_eq!(json_of(&says)["token_type"], "bearer");
        assert_eq!(json_of(&says)["refresh_expires_in"], 30 * 24 * 3600);
        // The token opens the native route, as the legacy's does; and the refresh token gives another.
        let me = Ask::new("GET", "/users/me", "", "");
        for access in [text(&says, "access_token"), text(&said, "access_token")] {
            let answer = me.clone().by(&bearer(&access)).send(gateway).await;
            assert_eq!(
                (answer.status, &json_of(&answer)["id"]),
                (200, &serde_json::json!(id)),
                "{}",
                answer.text()
            );
        }
        let refresh =
            Ask::json("/auth/refresh", format!("{{\"refresh_token\":{}}}", json_of(&says)["refresh_token"]));
        let again = refresh.send(gateway).await;
        assert_eq!(again.status, 200, "{}", again.text());
        let answer = me.by(&bearer(&text(&again, "access_token"))).send(gateway).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    // A megabyte of password or of anything is refused before any of it is read.
    for target in ["/auth/login", "/auth/register", "/auth/login/json"] {
        let headers = [("host", "x"), ("content-type", "application/json"), ("content-length", "1048576")];
        let mut client = house.client().await;
        client.begin("POST", target, &headers).await.unwrap();
        assert_eq!(client.head().await.unwrap().status, 413, "{target}");
    }
    let watcher = Session::open(&url).await;
    let kinds = watcher
        .text("SELECT kind, user_key FROM gateway.auth_audit WHERE kind <> 'rehash' ORDER BY id")
        .await;
    assert_eq!(kinds, "login|1\nlogin|4", "what was refused unread is no failed login");
    house.close_expecting(&[EPHEMERAL]);
    legacy.stop().unwrap();
}

/// Whoever knew the old password may be in already.
#[tokio::test]
async fn a_new_password_ends_every_session_but_the_one_that_it_was_chosen_in() {
    let url = migrated_database();
    let house = House::open(&setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url)).await;
    let gateway = house.gateway.public();
    let log_in = |password: &'static str| async move {
        let body = format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#);
        Ask::json("/auth/login/json", body).send(gateway).await
    };
    let old = "correct horse battery staple";
    let (mine, other) = (log_in(old).await, log_in(old).await);
    let change = Ask::patch(
        "/users/me/password",
        format!(r#"{{"current_password":"{old}","new_password":"a better one"}}"#),
    );
    let changed = change.by(&bearer(&text(&mine, "access_token"))).send(gateway).await;
    assert_eq!((changed.status, changed.text().as_str()), (200, r#"{"message":"Password changed"}"#));
    let me = |token: String| async move {
        Ask::new("GET", "/users/me", "", "").by(&bearer(&token)).send(gateway).await.status
    };
    assert_eq!(me(text(&mine, "access_token")).await, 200);
    assert_eq!(me(text(&other, "access_token")).await, 401);
    let refresh = |answer: &Answer| {
        let body = format!("{{\"refresh_token\":{}}}", json_of(answer)["refresh_token"]);
        async move { Ask::json("/auth/refresh", body).send(gateway).await.status }
    };
    assert_eq!(refresh(&mine).await, 200);
    assert_eq!(refresh(&other).await, 401);
    assert_eq!((log_in(old).await.status, log_in("a better one").await.status), (401, 200));
    house.close_expecting(&[EPHEMERAL, "degraded"]);
}
