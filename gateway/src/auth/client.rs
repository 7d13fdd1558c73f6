//! From where a request comes, as sessions and the audit remember it.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::{
    HeaderMap, HeaderValue,
    header::{AUTHORIZATION, HOST, USER_AGENT},
    request::Parts,
};
use tracing::error;

use crate::contract::Failure;

/// Longer ones are cut: what a client calls itself is its own choice, and it is stored.
const LONGEST_AGENT: usize = 256;

#[derive(Clone, Debug)]
pub struct Client {
    pub ip: IpAddr,
    /// As it was sent: nothing is copied for handlers that do not ask.
    agent: Option<HeaderValue>,
    host: Option<HeaderValue>,
    authorization: Option<HeaderValue>,
}

impl Client {
    pub fn of(ip: IpAddr, headers: &HeaderMap) -> Self {
        let mut tokens = headers.get_all(AUTHORIZATION).iter();
        let mut authorization = tokens.next().filter(|_| tokens.next().is_none()).cloned();
        if let Some(value) = &mut authorization {
            value.set_sensitive(true);
        }
        let (agent, host) = (headers.get(USER_AGENT).cloned(), headers.get(HOST).cloned());
        Self { ip, agent, host, authorization }
    }

    /// What it shows of itself beside what it asks: nothing where it stands twice.
    pub(super) fn authorization(&self) -> Option<&HeaderValue> {
        self.authorization.as_ref()
    }

    /// What it calls itself, in characters that every database takes.
    pub fn user_agent(&self) -> Option<String> {
        let text = String::from_utf8_lossy(self.agent.as_ref()?.as_bytes());
        Some(text.chars().filter(|character| !character.is_control()).take(LONGEST_AGENT).collect())
    }

    /// The name by which it called the gateway.
    pub fn host(&self) -> Option<&str> {
        self.host.as_ref().and_then(|host| host.to_str().ok())
    }
}

impl<S: Sync> FromRequestParts<S> for Client {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.remove::<Self>().ok_or_else(|| {
            error!("a handler asked for its client a second time, or outside of a request");
            Failure::Internal
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_client_calls_itself_is_cut_and_free_of_controls() {
        let agent = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_bytes(value).expect("a legal value"));
            Client::of(IpAddr::from([127, 0, 0, 1]), &headers).user_agent().expect("an agent")
        };
        assert_eq!(agent(b"curl/8\t(x)"), "curl/8(x)");
        assert_eq!(agent(b"\xff\xc3\xa4"), "\u{fffd}\u{e4}");
        assert_eq!(agent("\u{e4}".repeat(300).as_bytes()), "\u{e4}".repeat(LONGEST_AGENT));
        assert_eq!(Client::of(IpAddr::from([127, 0, 0, 1]), &HeaderMap::new()).user_agent(), None);
    }

    #[test]
    fn what_a_client_shows_of_itself_is_not_shown_on_and_counts_only_once() {
        let mut headers = HeaderMap::new();
        headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer a.secret.token"));
        let client = Client::of(IpAddr::from([127, 0, 0, 1]), &headers);
        assert_eq!(client.authorization().expect("a token"), "Bearer a.secret.token");
        assert!(!format!("{client:?}").contains("secret"), "{client:?}");
        headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer another"));
        assert_eq!(Client::of(IpAddr::from([127, 0, 0, 1]), &headers).authorization(), None);
    }
}
