//! Tokens at the door: a bad one reaches neither the handler nor the legacy, and looks like the legacy's own answer.

mod answers;

use compat_tests::{
    client::{Answer, Client},
    sample::Version,
};
use serde_json::json;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, SECRET, Setting, TASK, bearer, comparable, routes, shared, signed, token},
};

/// Authorization headers that are refused on a protected route.
fn refused() -> Vec<Option<String>> {
    let expired = signed(&json!({ "sub": "1", "exp": 1_000_000_000 }), SECRET);
    let forged = signed(&json!({ "sub": "1", "exp": 4_000_000_000_u32 }), "another secret, but just as long");
    let nobody = signed(&json!({ "exp": 4_000_000_000_u32 }), SECRET);
    let eternal = signed(&json!({ "sub": "1" }), SECRET);
    let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwiZXhwIjo0MDAwMDAwMDAwfQ.";
    let headers = [
        bearer(&expired),
        bearer(&forged),
        bearer(&nobody),
        bearer(&eternal),
        bearer(none),
        bearer("nonsense"),
        bearer(""),
        "Bearer".to_owned(),
        "Basic dTpw".to_owned(),
        token(1),
    ];
    std::iter::once(None).chain(headers.into_iter().map(Some)).collect()
}

async fn ask(client: &mut Client, authorization: Option<&str>, target: &str) -> Answer {
    let mut headers = vec![("host", "api.example.com"), ("origin", "http://localhost:5173")];
    headers.extend(authorization.map(|value| ("authorization", value)));
    client.request("GET", target, &headers, b"").await.unwrap()
}

#[tokio::test]
async fn a_refused_token_is_answered_as_the_legacy_answers_it_whoever_owns_the_route() {
    for version in Version::ALL {
        let mut legacy = Client::connect(shared(version).legacy.address()).await.unwrap();
        let setting = Setting::sample(version).with_routes(&[(TASK, "\"native\"")]);
        let house = House::open(&setting).await;
        let mut client = house.client().await;
        for authorization in refused() {
            for target in ["/users/me", "/api/tasks/1", "/api/tasks/abc"] {
                let expected = ask(&mut legacy, authorization.as_deref(), target).await;
                assert_eq!(expected.status, 401, "{authorization:?} {target}");
                let seen = ask(&mut client, authorization.as_deref(), target).await;
                let case = format!("{version:?} {authorization:?} {target}");
                assert_eq!(comparable(&seen), comparable(&expected), "{case}");
                let id = seen.headers.one("x-request-id").unwrap();
                let line = house.gateway.logged_request(id).await.unwrap();
                assert_eq!(line["owner"], "gateway", "{case}");
            }
        }
        house.close();
    }
}

#[tokio::test]
async fn a_refused_token_never_reaches_the_legacy_and_a_public_route_stays_public() {
    let legacy = FakeLegacy::reached().await;
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    let mut client = house.client().await;
    for authorization in refused() {
        assert_eq!(ask(&mut client, authorization.as_deref(), "/users/me").await.status, 401);
    }
    let twice = [("authorization", bearer(&token(1))), ("authorization", bearer(&token(1)))];
    let twice: Vec<_> = twice.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(client.request("GET", "/users/me", &twice, b"").await.unwrap().status, 401);
    assert_eq!(legacy.executed(), 0);

    for authorization in refused() {
        assert_eq!(ask(&mut client, authorization.as_deref(), "/health").await.status, 200);
    }
    assert_eq!(ask(&mut client, Some(&bearer(&token(1))), "/users/me").await.text(), "reached");
    house.close();
}

#[tokio::test]
async fn a_route_may_tighten_observe_or_loosen_with_a_reason() {
    let legacy = FakeLegacy::reached().await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes = routes(&[
        ("GET /health", "{ auth = \"required\" }"),
        ("GET /users/me", "{ auth = \"report\" }"),
        ("GET /api/projects", "{ auth = \"none\", auth_override = \"a public page reads it\" }"),
    ]);
    let house = House::open(&setting).await;
    let mut client = house.client().await;
    let refused = ask(&mut client, None, "/health").await;
    assert_eq!((refused.status, refused.headers.one("www-authenticate")), (401, Some("Bearer")));
    for target in ["/users/me", "/api/projects"] {
        assert_eq!(ask(&mut client, None, target).await.status, 200, "{target}");
    }
    assert_eq!(ask(&mut client, Some(&bearer(&token(1))), "/health").await.status, 200);
    let metrics = house.admin("/metrics").await.text();
    assert!(metrics.contains("gateway_auth_reported_total{reason=\"missing\"} 1"), "{metrics}");
    house.close();
}
