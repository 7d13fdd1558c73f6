//! A gateway with keys and sessions of its own, and clients that refresh.

use std::path::Path;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use compat_tests::{
    client::{Answer, Client},
    sample::Version,
};
use gateway::auth::{keys::Keys, refresh::RefreshToken};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    house::{Setting, command, database, migrate},
    units::session::Session,
};

/// What is added to the legacy's routes.
pub(super) const ADDED: [(&str, &str); 5] = [
    ("POST /auth/refresh", "\"native\""),
    ("POST /auth/logout", "\"native\""),
    ("POST /auth/logout-all", "\"native\""),
    ("GET /auth/sessions", "\"native\""),
    ("DELETE /auth/sessions/{session_id}", "\"native\""),
];

/// The sample's contract, with its users; `refresh` is what is said of sessions.
fn profile(refresh: &str) -> String {
    format!(
        r#"schema = 1
[[legacy.tokens]]
name = "access"
scheme = "Bearer"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
leeway = "0s"
[legacy.users]
table = "users"
id = {{ column = "id", type = "int" }}
login = ["email"]
password = {{ column = "hashed_password" }}
active = {{ column = "is_active", equals = true }}
[auth]
access = "10m"
refresh = {refresh}
[errors]
shape = "detail"
bad_token = {{ status = 401, body = '{{"detail":"Could not validate credentials"}}', headers = {{ WWW-Authenticate = "Bearer" }} }}
"#
    )
}

pub(super) const USUAL: &str = r#"{ idle = "30d", longest = "90d", grace = "30s" }"#;

/// A database with the sample's rows and our tables, and the keys of every gateway before it.
pub(super) struct Stand {
    pub(super) url: String,
    pub(super) watcher: Session,
    keys: Keys,
    directory: TempDir,
}

impl Stand {
    pub(super) async fn new() -> Self {
        Self::on(database()).await
    }

    pub(super) async fn on(url: String) -> Self {
        let directory = tempfile::tempdir().unwrap();
        migrate(&url);
        let keygen = ["auth", "keygen", "--dir", directory.path().to_str().unwrap()];
        let made = command(&keygen, Path::new("/"), &[("ENVIRONMENT", "test")]);
        assert_eq!(made.code, Some(0), "{made:?}");
        let keys = Keys::open(directory.path()).unwrap().keys;
        Self { watcher: Session::open(&url).await, url, keys, directory }
    }

    pub(super) fn setting(&self) -> Setting {
        self.setting_with(USUAL)
    }

    pub(super) fn setting_with(&self, refresh: &str) -> Setting {
        let mut setting = Setting::sample(Version::Newest).with_routes(&ADDED);
        setting.database_url = self.url.clone();
        setting.profile = profile(refresh);
        setting.with_environment("GATEWAY_KEYS_DIR", self.directory.path().to_str().unwrap())
    }

    /// A session as a login of this user leaves it, and its first refresh token.
    pub(super) async fn open(&self, user: u32) -> String {
        let token = RefreshToken::draw().unwrap();
        let hex: String = token.handle_digest().iter().map(|byte| format!("{byte:02x}")).collect();
        let sql = format!(
            "INSERT INTO gateway.auth_session (rt_handle, user_key, user_agent, ip, expires_at, password_fp) \
             SELECT '\\x{hex}', '{user}', 'Browser/1', '192.0.2.7', now() + interval '90 days', sha256(convert_to(hashed_password, 'UTF8')) \
             FROM users WHERE id = {user}"
        );
        self.watcher.execute(&sql).await;
        self.write(&token)
    }

    pub(super) fn write(&self, token: &RefreshToken) -> String {
        let set = self.keys.current();
        let keys = set.refresh();
        token.encode(keys.current(), |id, said| keys.mac(id, said)).unwrap()
    }

    pub(super) fn read(&self, text: &str) -> RefreshToken {
        let set = self.keys.current();
        RefreshToken::decode(text, |id, said| set.refresh().mac(id, said)).unwrap()
    }

    pub(super) async fn age(&self, session: &str) {
        age(&self.watcher, session).await;
    }

    pub(super) async fn confirm(&self, session: &str) {
        confirm(&self.watcher, session).await;
    }

    /// `gen|revoke_reason` of all sessions of a user.
    pub(super) async fn standing(&self, user: u32) -> String {
        let sql = format!(
            "SELECT gen, revoke_reason FROM gateway.auth_session WHERE user_key = '{user}' ORDER BY created_at"
        );
        self.watcher.text(&sql).await
    }
}

/// Long enough ago for no tab to be still on its way.
pub(super) async fn age(watcher: &Session, session: &str) {
    let sql = format!(
        "UPDATE gateway.auth_session SET rotated_at = rotated_at - interval '1 hour' WHERE id = '{session}'"
    );
    watcher.execute(&sql).await;
}

/// As when an access token of the last generation has passed, and that was stored.
pub(super) async fn confirm(watcher: &Session, session: &str) {
    let sql = format!("UPDATE gateway.auth_session SET confirmed_gen = gen WHERE id = '{session}'");
    watcher.execute(&sql).await;
}

pub(super) async fn refresh(client: &mut Client, token: &str) -> Answer {
    let body = json!({ "refresh_token": token }).to_string();
    let headers = [("content-type", "application/json")];
    client.request("POST", "/auth/refresh", &headers, body.as_bytes()).await.unwrap()
}

/// What a good answer holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    pub(super) access: String,
    pub(super) refresh: String,
    pub(super) session: String,
    pub(super) generation: i64,
}

impl Given {
    pub(super) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        let claims = claims(&text("access_token"));
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
            session: claims["sid"].as_str().unwrap().to_owned(),
            generation: claims["rg"].as_i64().unwrap(),
        }
    }
}

pub(super) fn claims(token: &str) -> Value {
    let claims = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

pub(super) const REFUSED: &str =
    r#"{"error":"invalid_grant","detail":"The refresh token is not valid any more: log in again"}"#;

pub(super) fn assert_refused(answer: &Answer) {
    assert_eq!((answer.status, answer.text().as_str()), (401, REFUSED));
    assert_eq!(answer.headers.one("www-authenticate"), Some("Bearer"));
    assert_eq!(answer.headers.one("cache-control"), Some("no-store"));
}
