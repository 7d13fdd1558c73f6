//! The headers nobody outside may set: the gateway's own, and those that the legacy believes.
//!
//! Servers disagree on spelling: `X-User-Id`, `x_user_id` and `X.User.Id` reach some application as one header. So
//! names are compared in a canonical form, every character that is not alphanumeric being a `-`.

use http::{HeaderMap, HeaderName};

use crate::contract::profile::CanonicalHeader;

/// Set by the gateway itself; another spelling from a client must not stand beside ours.
pub(super) const OWN: [&str; 3] = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"];

/// By these some server or framework behind takes a request for another one than was judged here.
pub(super) const OTHER_REQUEST: [&str; 11] = [
    "x-original-url",
    "x-original-uri",
    "x-original-method",
    "x-rewrite-url",
    "x-forwarded-uri",
    "x-forwarded-path",
    "x-forwarded-prefix",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-envoy-original-path",
];

pub(super) const OWN_PREFIX: &str = "x-gateway-";

pub struct TrustedHeaders {
    canonical: Vec<CanonicalHeader>,
}

impl TrustedHeaders {
    pub fn new(named: &[CanonicalHeader]) -> Self {
        let always = OWN.into_iter().chain(OTHER_REQUEST).map(CanonicalHeader::of);
        Self { canonical: always.chain(named.iter().cloned()).collect() }
    }

    /// Removes every spelling of a protected header.
    pub fn strip(&self, headers: &mut HeaderMap) {
        let forged: Vec<HeaderName> =
            headers.keys().filter(|name| self.protects(name.as_str())).cloned().collect();
        for name in forged {
            headers.remove(name);
        }
    }

    /// Removes from an answer what only the gateway says, and only to the legacy.
    pub fn strip_answer(headers: &mut HeaderMap) {
        let own: Vec<HeaderName> = headers.keys().filter(|name| is_own(name.as_str())).cloned().collect();
        for name in own {
            headers.remove(name);
        }
    }

    pub fn protects(&self, name: &str) -> bool {
        let same = |protected: &str| {
            name.len() == protected.len()
                && protected.bytes().zip(name.bytes()).all(|(left, right)| left == folded(right))
        };
        is_own(name) || self.canonical.iter().any(|protected| same(protected.as_str()))
    }
}

fn is_own(name: &str) -> bool {
    begins_with(name, OWN_PREFIX)
}

/// Whatever the spelling of the name; the prefix is canonical.
pub fn begins_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len())
        .is_some_and(|start| prefix.bytes().zip(start.bytes()).all(|(left, right)| left == folded(right)))
}

fn folded(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { b'-' }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_of_a_protected_header_is_stripped() {
        let trusted = TrustedHeaders::new(&[CanonicalHeader::of("X-User-Id")]);
        let forged = [
            "X-User-Id",
            "x_user_id",
            "X.User.Id",
            "x^user!id",
            "X-Gateway-Identity",
            "x_gateway_anything",
            "X_Forwarded_For",
            "X_HTTP_Method_Override",
            "x.original.url",
        ];
        for name in forged {
            let mut headers = HeaderMap::new();
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).expect("legal"),
                HeaderValue::from_static("1"),
            );
            headers.append("x-user-idea", HeaderValue::from_static("2"));
            trusted.strip(&mut headers);
            assert_eq!(headers.len(), 1, "{name}");
            assert!(headers.contains_key("x-user-idea"), "{name}");
        }
    }

    #[test]
    fn an_answer_loses_what_only_the_gateway_says() {
        let mut headers = HeaderMap::new();
        for name in ["x-gateway-identity", "x_gateway_other", "x-gatewa", "x-gatewayidentity", "x-user-id"] {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static("1"));
        }
        TrustedHeaders::strip_answer(&mut headers);
        let mut left: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["x-gatewa", "x-gatewayidentity", "x-user-id"]);
    }

    proptest! {
        /// What is left is what nobody protects, as it was; what is gone is protected under every reading of its name.
        #[test]
        fn whatever_is_sent_nothing_protected_is_left(
            sent in prop::collection::vec(
                (
                    "[xX][-_.^!~][uUgGfF][sSaAoO][eEtTrR][rReEwW][-_.^!A-Za-z]{0,12}|[A-Za-z0-9!#$%&'*+.^_`|~-]{1,16}",
                    "[ -~]{0,8}",
                ),
                0..8,
            ),
        ) {
            let trusted = TrustedHeaders::new(&[CanonicalHeader::of("X-User-Id"), CanonicalHeader::of("X_Roles")]);
            let mut headers = HeaderMap::new();
            for (name, value) in &sent {
                let name = HeaderName::from_bytes(name.as_bytes()).expect("a legal name");
                headers.append(name, HeaderValue::from_str(value).expect("a legal value"));
            }
            let is_protected = |name: &HeaderName| {
                let canonical = CanonicalHeader::of(name.as_str());
                let named = ["x-user-id", "x-roles"].into_iter().chain(OWN).chain(OTHER_REQUEST);
                canonical.as_str().starts_with(OWN_PREFIX) || named.into_iter().any(|own| canonical.as_str() == own)
            };
            let expected: HeaderMap = headers
                .iter()
                .filter(|(name, _)| !is_protected(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            trusted.strip(&mut headers);
            prop_assert!(!headers.keys().any(is_protected));
            prop_assert_eq!(headers.len(), headers.iter().count());
            for name in expected.keys() {
                prop_assert!(headers.contains_key(name));
            }
            let left: Vec<_> = headers.iter().collect();
            let mut again = headers.clone();
            trusted.strip(&mut again);
            prop_assert_eq!(again.iter().collect::<Vec<_>>(), left);
        }
    }
}
