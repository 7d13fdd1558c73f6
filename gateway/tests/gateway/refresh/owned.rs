//! A user sees and ends their own sessions with the access tokens of these, and hears nothing of anybody else's.

use compat_tests::client::{Answer, Client};
use serde_json::{Value, json};

use super::stand::{Given, Stand, assert_refused, refresh};
use crate::{
    attacks::signatures::twin,
    house::{House, SECRET, bearer, signed, token},
};

const BAD_TOKEN: &str = r#"{"detail":"Could not validate credentials"}"#;

async fn ask(client: &mut Client, method: &str, target: &str, access: &str) -> Answer {
    let authorization = bearer(access);
    client.request(method, target, &[("authorization", &authorization)], b"").await.unwrap()
}

async fn listed(client: &mut Client, access: &str) -> Vec<(String, bool)> {
    let answer = ask(client, "GET", "/auth/sessions", access).await;
    assert_eq!((answer.status, answer.headers.one("cache-control")), (200, Some("no-store")));
    let sessions: Vec<Value> = serde_json::from_slice(&answer.body).unwrap();
    let shown = sessions.iter().map(|session| {
        let mut members: Vec<&str> = session.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        let expected = ["created_at", "current", "expires_at", "id", "ip", "refreshed_at", "user_agent"];
        assert_eq!(members, expected);
        assert_eq!((&session["ip"], &session["user_agent"]), (&"192.0.2.7".into(), &"Browser/1".into()));
        (session["id"].as_str().unwrap().to_owned(), session["current"].as_bool().unwrap())
    });
    shown.collect()
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_whom_they_belong_to() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let client = &mut house.client().await;
    let mut given = Vec::new();
    for user in [1, 1, 1, 2] {
        let first = stand.open(user).await;
        given.push(Given::of(&refresh(client, &first).await));
    }
    let [one, other, third, stranger] = &given[..] else { unreachable!() };
    // The last used first.
    let expected = [(&third.session, false), (&other.session, false), (&one.session, true)];
    let expected: Vec<_> = expected.map(|(id, current)| (id.clone(), current)).into();
    assert_eq!(listed(client, &one.access).await, expected);
    assert_eq!(listed(client, &stranger.access).await, [(stranger.session.clone(), true)]);

    // Somebody else's is none, as is one that there never was.
    for id in [&stranger.session, "6f2b8e0a-5f0c-4b8e-9a53-111111111111"] {
        let answer = ask(client, "DELETE", &format!("/auth/sessions/{id}"), &one.access).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, r#"{"detail":"Session not found"}"#));
    }
    assert_eq!(ask(client, "DELETE", "/auth/sessions/7", &one.access).await.status, 422);
    let target = format!("/auth/sessions/{}", other.session);
    let twin = twin(&other.access);
    assert_ne!(twin, other.access);
    assert_eq!(ask(client, "GET", "/auth/sessions", &twin).await.status, 200);
    assert_eq!(ask(client, "DELETE", &target, &one.access).await.status, 204);
    // 132: a session is over for every spelling of its tokens.
    assert_eq!(ask(client, "GET", "/auth/sessions", &twin).await.status, 401);
    // 99: what refreshes lets nobody in.
    assert_eq!(ask(client, "GET", "/auth/sessions", &one.refresh).await.status, 401);
    assert_eq!(ask(client, "DELETE", &target, &one.access).await.status, 404);
    assert_refused(&refresh(client, &other.refresh).await);
    // Whoever is told so is refused here already.
    let answer = ask(client, "GET", "/auth/sessions", &other.access).await;
    assert_eq!((answer.status, answer.text().as_str()), (401, BAD_TOKEN));

    assert_eq!(ask(client, "POST", "/auth/logout", &one.access).await.status, 204);
    assert_eq!(ask(client, "GET", "/auth/sessions", &one.access).await.status, 401);
    assert_refused(&refresh(client, &one.refresh).await);
    assert_eq!(listed(client, &third.access).await, [(third.session.clone(), true)]);

    assert_eq!(ask(client, "POST", "/auth/logout-all", &third.access).await.status, 204);
    assert_eq!(ask(client, "GET", "/auth/sessions", &third.access).await.status, 401);
    assert_refused(&refresh(client, &third.refresh).await);
    assert_eq!(listed(client, &stranger.access).await, [(stranger.session.clone(), true)]);
    Given::of(&refresh(client, &stranger.refresh).await);

    let audited = "SELECT kind, user_key, detail->>'sessions' FROM gateway.auth_audit ORDER BY id";
    let expected = "session_revoked|1|null\nlogout|1|null\nlogout_all|1|1";
    assert_eq!(stand.watcher.text(audited).await, expected);
    for change in [
        "UPDATE gateway.auth_audit SET kind = 'x'",
        "DELETE FROM gateway.auth_audit",
        "TRUNCATE gateway.auth_audit",
    ] {
        assert_eq!(stand.watcher.refused(change).await, "gateway.auth_audit is only added to", "{change}");
    }
    house.close();
}

/// Nothing is aged or confirmed by hand here but the hour that passes.
#[tokio::test]
async fn an_access_token_that_passed_shows_that_its_refresh_token_has_arrived() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let client = &mut house.client().await;
    let first = stand.open(1).await;
    let second = Given::of(&refresh(client, &first).await);
    assert_eq!(ask(client, "GET", "/auth/sessions", &second.access).await.status, 200);
    stand.watcher.wait_for("SELECT confirmed_gen FROM gateway.auth_session", "1").await;
    stand.age(&second.session).await;
    assert_refused(&refresh(client, &first).await);
    assert_eq!(ask(client, "GET", "/auth/sessions", &second.access).await.status, 401);
    house.close();
}

/// Of the legacy's own tokens each is logged out alone: the same user's others go on.
#[tokio::test]
async fn a_token_of_the_legacys_is_logged_out_alone() {
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let client = &mut house.client().await;
    let (gone, stays) = (token(1), signed(&json!({ "sub": "1", "exp": 3_999_999_999_u32 }), SECRET));
    let answer = ask(client, "POST", "/auth/logout", &gone).await;
    assert_eq!((answer.status, answer.text().as_str()), (204, ""));
    let stored = "SELECT octet_length(digest), expires_at > now() FROM gateway.revoked_token";
    assert_eq!(stand.watcher.text(stored).await, "32|t");
    let audited = "SELECT kind, user_key, sid FROM gateway.auth_audit";
    assert_eq!(stand.watcher.text(audited).await, "logout|1|null");
    assert_eq!(ask(client, "GET", "/auth/sessions", &gone).await.status, 401);
    assert_eq!(ask(client, "GET", "/auth/sessions", &stays).await.status, 200);
    assert_eq!(ask(client, "POST", "/auth/logout-all", &stays).await.status, 204);
    assert_eq!(ask(client, "GET", "/auth/sessions", &stays).await.status, 401);
    house.close();
}
