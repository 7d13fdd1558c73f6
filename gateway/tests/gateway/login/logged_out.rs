//! Who has logged out is out, in whichever shape their token is, and whoever logs in right afterwards is in.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use compat_tests::{client::Answer, sample::Version};
use serde_json::Value;

use super::stand::{Ask, EPHEMERAL, ROUTES, json_of, setting, text};
use crate::{
    house::{House, Setting, bearer, migrated_database, serve},
    revocation::metric,
    units::session::Session,
};

const EMAIL: &str = "barbara@example.com";
const PASSWORD: &str = "nanoseconds are short";
/// A warning.
const LONG: &str = "the legacy's tokens live";
const ME: &str = "/users/me";
const SHAPE: &str =
    "format = \"legacy\"\naccess = \"10m\"\nextra_claims = { user_id = \"id\", name = \"full_name\" }";

/// With these lines in `[auth]`; tokens of the legacy's live much longer than those that are handed out here.
fn with_auth(legacy_url: String, url: &str, lines: &str) -> Setting {
    let mut setting = setting(Version::Newest, legacy_url, url);
    let added = ["POST /auth/logout", "POST /auth/logout-all", "GET /auth/sessions"];
    setting.routes += &added.map(|route| format!("\"{route}\" = \"native\"\n")).concat();
    let auth = format!("\n[auth]\nrehash = \"off\"\n{lines}\n");
    setting.profile = setting
        .profile
        .replacen("\n[auth]\n", &auth, 1)
        .replace("# lifetime = \"30m\"", "lifetime = \"24h\"");
    setting
}

async fn register(gateway: SocketAddr) {
    let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}","full_name":"Barbara"}}"#);
    assert_eq!(Ask::json("/auth/register", body).send(gateway).await.status, 201);
}

async fn log_in(gateway: SocketAddr) -> Answer {
    let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
    let answer = Ask::json("/auth/login/json", body).send(gateway).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

async fn ask(gateway: SocketAddr, method: &'static str, target: &str, access: &str) -> u16 {
    Ask::new(method, target, "", "").by(&bearer(access)).send(gateway).await.status
}

async fn refresh(gateway: SocketAddr, given: &Answer) -> Answer {
    let body = format!("{{\"refresh_token\":{}}}", json_of(given)["refresh_token"]);
    Ask::json("/auth/refresh", body).send(gateway).await
}

fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

/// The sample decides about these tokens itself, as about its own.
#[tokio::test]
async fn a_token_in_the_legacys_shape_ends_with_its_session() {
    let url = migrated_database();
    let legacy = serve(Version::Newest, &url);
    let house = House::open(&with_auth(legacy.url(), &url, SHAPE)).await;
    let gateway = house.gateway.public();
    register(gateway).await;
    let (mine, other) = (log_in(gateway).await, log_in(gateway).await);
    let (access, others) = (text(&mine, "access_token"), text(&other, "access_token"));
    let said = claims(&access);
    let sid = Session::open(&url)
        .await
        .text("SELECT id FROM gateway.auth_session ORDER BY created_at LIMIT 1")
        .await;
    assert!(said["gws"].as_str().unwrap().starts_with(&format!("{sid}.0.")), "{said}");
    assert_eq!(
        (&said["user_id"].to_string(), &said["name"]),
        (&said["sub"].as_str().unwrap().to_owned(), &"Barbara".into())
    );
    // Natively, at a route of the legacy's, and at the legacy itself.
    for target in [ME, "/api/tasks"] {
        assert_eq!(ask(gateway, "GET", target, &access).await, 200, "{target}");
        assert_eq!(ask(legacy.address(), "GET", target, &access).await, 200, "{target}");
    }
    let listed = Ask::new("GET", "/auth/sessions", "", "").by(&bearer(&access)).send(gateway).await;
    let current = json_of(&listed).as_array().unwrap().iter().filter(|one| one["current"] == true).count();
    assert_eq!(current, 1, "{}", listed.text());

    assert_eq!(ask(gateway, "POST", "/auth/logout", &access).await, 204);
    assert_eq!(refresh(gateway, &mine).await.status, 401);
    assert_eq!(ask(gateway, "GET", ME, &access).await, 401);
    assert_eq!(ask(gateway, "GET", ME, &others).await, 200);
    let next = refresh(gateway, &other).await;
    assert!(claims(&text(&next, "access_token"))["gws"].as_str().unwrap().contains(".1."));
    assert_eq!(ask(gateway, "GET", "/api/tasks", &text(&next, "access_token")).await, 200);

    let counted = [
        ("gateway_sessions_opened_total{by=\"login\"}", 2.0),
        ("gateway_sessions_opened_total{by=\"register\"}", 0.0),
        ("gateway_sessions_ended_total{reason=\"logout\"}", 1.0),
        ("gateway_auth_refreshes_total{result=\"good\"}", 1.0),
        ("gateway_auth_refreshes_total{result=\"over\"}", 1.0),
        ("gateway_auth_refused_total{reason=\"revoked\"}", 1.0),
    ];
    for (name, value) in counted {
        assert_eq!(metric(&house, name).await, value, "{name}");
    }
    house.close_expecting(&[EPHEMERAL, LONG]);
    legacy.stop().unwrap();
}

/// Wherever in the second it happens, and whoever issues the token.
#[tokio::test]
async fn whoever_logs_in_right_after_they_have_logged_out_everywhere_is_in() {
    let url = migrated_database();
    let legacy = serve(Version::Newest, &url);
    for (lines, native_login) in [("", true), (SHAPE, true), ("", false)] {
        let mut setting = with_auth(legacy.url(), &url, lines);
        if !native_login {
            for (route, _) in &ROUTES[..3] {
                setting.routes = setting.routes.replace(&format!("\"{route}\" = \"native\""), "");
            }
        }
        let house = House::open(&setting).await;
        let gateway = house.gateway.public();
        if lines.is_empty() && native_login {
            register(gateway).await;
        }
        let mut access = text(&log_in(gateway).await, "access_token");
        for round in 0..4 {
            assert_eq!(ask(gateway, "POST", "/auth/logout-all", &access).await, 204);
            let next = text(&log_in(gateway).await, "access_token");
            assert_eq!(ask(gateway, "GET", ME, &access).await, 401, "{lines} {round}");
            for target in [ME, "/auth/sessions", "/api/tasks"] {
                assert_eq!(ask(gateway, "GET", target, &next).await, 200, "{lines} {round} {target}");
            }
            access = next;
        }
        house.close_expecting(&[EPHEMERAL, LONG]);
    }
    legacy.stop().unwrap();
}

/// Neither is there without the other, whatever happens in between: there is no in between.
#[tokio::test]
async fn a_new_password_is_not_stored_where_the_sessions_of_the_old_one_would_go_on() {
    let url = migrated_database();
    let watcher = Session::open(&url).await;
    let house = House::open(&with_auth("http://127.0.0.1:9".to_owned(), &url, "")).await;
    let gateway = house.gateway.public();
    register(gateway).await;
    let mine = text(&log_in(gateway).await, "access_token");
    let stored = format!("SELECT hashed_password FROM users WHERE email = '{EMAIL}'");
    let before = watcher.text(&stored).await;
    watcher.execute("ALTER TABLE gateway.user_epoch ADD CONSTRAINT closed CHECK (false)").await;
    let body = format!(r#"{{"current_password":"{PASSWORD}","new_password":"a better one"}}"#);
    let change = Ask::patch("/users/me/password", body).by(&bearer(&mine));
    let refused = change.send(gateway).await;
    assert!(refused.status >= 500, "{}", refused.text());
    assert_eq!(watcher.text(&stored).await, before);
    watcher.execute("ALTER TABLE gateway.user_epoch DROP CONSTRAINT closed").await;
    let other = text(&log_in(gateway).await, "access_token");
    assert_eq!(change.send(gateway).await.status, 200);
    assert_ne!(watcher.text(&stored).await, before);
    assert_eq!([ask(gateway, "GET", ME, &mine).await, ask(gateway, "GET", ME, &other).await], [200, 401]);
    assert_eq!(metric(&house, "gateway_sessions_ended_total{reason=\"password_change\"}").await, 1.0);
    // The old password is not the present one: nothing ends.
    let late = Ask { authorization: Some(bearer(&mine)), ..change };
    assert_eq!(late.send(gateway).await.status, 400);
    assert_eq!(ask(gateway, "GET", ME, &mine).await, 200);
    house.close_expecting(&[EPHEMERAL, LONG, "degraded", "statement", "database"]);
}

/// The claim of the legacy's that names a user need not be their id.
#[tokio::test]
async fn a_token_in_the_legacys_shape_names_its_user_as_the_legacys_do() {
    let url = migrated_database();
    let mut setting = with_auth("http://127.0.0.1:9".to_owned(), &url, SHAPE);
    let subject = "subject   = \"username:lookup(users.email)\"\n#";
    setting.profile = setting.profile.replace("subject   = \"sub:int\"", subject);
    let house = House::open(&setting).await;
    let gateway = house.gateway.public();
    register(gateway).await;
    let given = log_in(gateway).await;
    let access = text(&given, "access_token");
    let said = claims(&access);
    assert_eq!((&said["username"], said.get("sub")), (&EMAIL.into(), None));
    assert_eq!(ask(gateway, "GET", "/auth/sessions", &access).await, 200);
    let next = text(&refresh(gateway, &given).await, "access_token");
    assert_eq!(ask(gateway, "POST", "/auth/logout-all", &next).await, 204);
    assert_eq!(ask(gateway, "GET", "/auth/sessions", &next).await, 401);
    house.close_expecting(&[EPHEMERAL, LONG, "degraded"]);
}
