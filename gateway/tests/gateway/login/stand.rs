//! A gateway that lets users in, beside the legacy that did so before.

use compat_tests::{
    client::{Answer, Client},
    sample::Version,
};
use serde_json::Value;

use crate::house::Setting;

pub(super) const ROUTES: [(&str, &str); 6] = [
    ("POST /auth/login", "\"native\""),
    ("POST /auth/login/json", "\"native\""),
    ("POST /auth/register", "\"native\""),
    ("PATCH /users/me/password", "\"native\""),
    ("GET /users/me", "\"native\""),
    ("POST /auth/refresh", "\"native\""),
];

/// What is warned of where keys end with the process, as they do in these tests.
pub(super) const EPHEMERAL: &str = "GATEWAY_KEYS_DIR";

/// The repository's own profile, with hashes that cost little.
pub(super) fn setting(version: Version, legacy_url: String, database_url: &str) -> Setting {
    let mut setting = Setting::sample(version).with_routes(&ROUTES);
    setting.legacy_url = legacy_url;
    setting.database_url = database_url.to_owned();
    setting.profile = setting.profile.replace("new = \"bcrypt:12\"", "new = \"bcrypt:4\"");
    // What is wrong with a login is asked often, of few users.
    setting.profile.push_str("\n[auth.throttle]\nfree = 100\n");
    setting
}

#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) method: &'static str,
    pub(super) target: String,
    pub(super) content_type: Option<String>,
    pub(super) authorization: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Ask {
    pub(super) fn new(
        method: &'static str,
        target: &str,
        content_type: &str,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let content_type = Some(content_type.to_owned()).filter(|kind| !kind.is_empty());
        Self { method, target: target.to_owned(), content_type, authorization: None, body: body.into() }
    }

    pub(super) fn form(target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", target, "application/x-www-form-urlencoded", body)
    }

    pub(super) fn json(target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", target, "application/json", body)
    }

    pub(super) fn patch(target: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { method: "PATCH", ..Self::json(target, body) }
    }

    pub(super) fn by(self, authorization: &str) -> Self {
        Self { authorization: Some(authorization.to_owned()), ..self }
    }

    /// On a connection of its own: after a 500 there is none left.
    pub(super) async fn send(&self, to: std::net::SocketAddr) -> Answer {
        let mut client = Client::connect(to).await.unwrap();
        let mut headers = vec![("host", "api.example.com")];
        headers.extend(self.content_type.as_deref().map(|kind| ("content-type", kind)));
        headers.extend(self.authorization.as_deref().map(|value| ("authorization", value)));
        let answer = client.request(self.method, &self.target, &headers, &self.body).await;
        answer.unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub(super) fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_else(|_| panic!("{} {}", answer.status, answer.text()))
}

/// A text of the answer's object.
pub(super) fn text(answer: &Answer, name: &str) -> String {
    json_of(answer)[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", answer.text())).to_owned()
}
