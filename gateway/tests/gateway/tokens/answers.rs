//! What a refused client is told, where the legacy tells its reasons apart; and who may do what.

use compat_tests::client::Answer;
use serde_json::{Value, json};

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, SECRET, Setting, TASK, bearer, routes, signed},
};

const ERRORS: &str = r#"
missing_token = { status = 403, body = '{"errors":["authentication required"]}' }
wrong_scheme = { status = 403, body = '{"errors":["unsupported authorization type"]}' }
expired_token = { status = 401, body = '{"errors":["expired"]}', headers = { WWW-Authenticate = 'Bearer error="invalid_token"' } }
bad_claims = { status = 403, body = '{"errors":["claims"]}' }
unknown_user = { status = 404, body = '{"errors":["user not found"]}' }
"#;

const BY_NAME: &str = r#"
[[legacy.tokens]]
name = "by name"
scheme = "Token"
algorithm = "HS256"
subject = "username:lookup(users.email)"
require = ["exp"]
equals = { sub = "access" }
"#;

fn profile(text: &str) -> String {
    text.replacen("\n[errors]\n", &format!("{BY_NAME}\n[errors]\n{ERRORS}"), 1)
}

async fn ask(house: &House, target: &str, authorization: Option<&str>) -> Answer {
    let headers: Vec<_> = authorization.map(|value| ("authorization", value)).into_iter().collect();
    house.get(target, &headers).await
}

async fn told(house: &House, target: &str, authorization: Option<&str>) -> (u16, String) {
    let answer = ask(house, target, authorization).await;
    (answer.status, answer.text())
}

fn token(claims: &Value) -> String {
    signed(claims, SECRET)
}

#[tokio::test]
async fn each_way_to_be_refused_has_the_answer_that_the_profile_gives_it() {
    let mut setting =
        Setting::sample(compat_tests::sample::Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.profile = profile(&setting.profile);
    let house = House::open(&setting).await;
    let century = 4_000_000_000_u32;
    let named = |name: &str| {
        format!("Token {}", token(&json!({ "exp": century, "sub": "access", "username": name })))
    };
    for target in ["/users/me", "/api/tasks/1"] {
        for (authorization, status, body) in [
            (None, 403, r#"{"errors":["authentication required"]}"#),
            (Some("Basic dTpw".to_owned()), 403, r#"{"errors":["unsupported authorization type"]}"#),
            (Some(bearer("a.b.c")), 401, r#"{"detail":"Could not validate credentials"}"#),
            (
                Some(bearer(&token(&json!({ "sub": "1", "exp": 1_000_000_000 })))),
                401,
                r#"{"errors":["expired"]}"#,
            ),
            (Some(bearer(&token(&json!({ "sub": "1" })))), 403, r#"{"errors":["claims"]}"#),
            (Some(bearer(&token(&json!({ "sub": [1], "exp": century })))), 403, r#"{"errors":["claims"]}"#),
            (Some(named("nobody@example.com")), 404, r#"{"errors":["user not found"]}"#),
            (Some(named("ada@example.com' OR '1'='1")), 404, r#"{"errors":["user not found"]}"#),
        ] {
            let seen = told(&house, target, authorization.as_deref()).await;
            assert_eq!(seen, (status, body.to_owned()), "{target} {authorization:?}");
        }
    }
    let expired = bearer(&token(&json!({ "sub": "1", "exp": 1 })));
    let answer = ask(&house, "/users/me", Some(&expired)).await;
    assert_eq!(answer.headers.one("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    // By name is by id: the handler sees the same user.
    let me = ask(&house, "/users/me", Some(&bearer(&token(&json!({ "sub": "1", "exp": century }))))).await;
    let me: Value = serde_json::from_slice(&me.body).unwrap();
    let by_id =
        told(&house, "/api/tasks/1", Some(&bearer(&token(&json!({ "sub": "1", "exp": century }))))).await;
    for _ in 0..2 {
        let by_name = told(&house, "/api/tasks/1", Some(&named(me["email"].as_str().unwrap()))).await;
        assert_eq!(by_name, by_id);
    }
    house.close();
}

#[tokio::test]
async fn a_name_that_cannot_be_looked_up_now_is_no_bad_token() {
    let mut setting = Setting::sample(compat_tests::sample::Version::Newest).without_database();
    setting.profile = profile(&setting.profile);
    let house = House::open(&setting).await;
    let named = token(&json!({ "exp": 4_000_000_000_u32, "sub": "access", "username": "ada@example.com" }));
    let answer = ask(&house, "/users/me", Some(&format!("Token {named}"))).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.headers.one("retry-after").is_some(), "{answer:?}");
    house.close_expecting(&["database"]);
}

#[tokio::test]
async fn a_route_asks_for_all_of_its_scopes_and_one_of_its_roles() {
    let legacy = FakeLegacy::reached().await;
    let mut setting = Setting::in_front_of(legacy.address());
    setting.routes = routes(&[
        ("GET /users/me", "{ scopes = [\"read\", \"me\"] }"),
        ("GET /health", "{ auth = \"required\", roles = [\"admin\", \"ops\"], on_stale = \"deny\" }"),
        (TASK, "{ owner = \"native\", scopes = [\"tasks\"], roles = [\"admin\"] }"),
    ]);
    let house = House::open(&setting).await;
    let with = |more: Value| {
        let mut claims = json!({ "sub": "1", "exp": 4_000_000_000_u32 });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bearer(&token(&claims))
    };
    let refused = (403, r#"{"detail":"Not enough permissions"}"#.to_owned());
    for (target, claims) in [
        ("/users/me", json!({})),
        ("/users/me", json!({ "scope": "read" })),
        ("/users/me", json!({ "scope": "read,me" })),
        ("/users/me", json!({ "scope": "READ ME" })),
        ("/users/me", json!({ "scope": { "read": true, "me": true } })),
        ("/health", json!({ "roles": [] })),
        ("/health", json!({ "roles": ["administrator", 1, ["admin"]] })),
        ("/api/tasks/1", json!({ "scope": "tasks" })),
        ("/api/tasks/1", json!({ "roles": ["admin"] })),
    ] {
        let answer = ask(&house, target, Some(&with(claims.clone()))).await;
        assert_eq!((answer.status, answer.text()), refused, "{target} {claims}");
        let challenge = answer.headers.one("www-authenticate");
        assert_eq!(challenge, Some("Bearer error=\"insufficient_scope\""), "{target} {claims}");
    }
    assert_eq!(legacy.executed(), 0);
    for (target, claims) in [
        ("/users/me", json!({ "scope": "me write read" })),
        ("/users/me", json!({ "scopes": ["read", "me"] })),
        ("/health", json!({ "roles": ["user", "ops"] })),
        ("/health", json!({ "role": "admin" })),
    ] {
        let answer = ask(&house, target, Some(&with(claims.clone()))).await;
        assert_eq!(answer.text(), "reached", "{target} {claims}");
    }
    let native = ask(&house, "/api/tasks/1", Some(&with(json!({ "scope": "tasks", "role": "admin" })))).await;
    assert_eq!(native.status, 200, "{native:?}");
    let metrics = house.admin("/metrics").await.text();
    assert!(metrics.contains("gateway_auth_refused_total{reason=\"missing_scope\"} 9"), "{metrics}");
    house.close();
}
