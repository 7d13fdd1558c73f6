//! The public keys as `/.well-known/jwks.json` shows them: made once for a set, never with anything private.

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::OwnKey;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwks {
    pub body: Bytes,
    /// A strong validator, in its quotes.
    pub etag: String,
}

impl Jwks {
    /// Upcoming keys are in it as well, so that nobody meets a token before they have seen its key.
    pub(super) fn of(keys: &[OwnKey]) -> Self {
        let listed: Vec<String> = keys.iter().filter_map(jwk).collect();
        let body = format!(r#"{{"keys":[{}]}}"#, listed.join(","));
        let digest = Sha256::digest(&body);
        let etag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { body: Bytes::from(body), etag: format!("\"{etag}\"") }
    }

    /// In `If-None-Match` (RFC 9110 section 13.1.2): weakly compared, any of a list, or whatever there is.
    pub fn is_named_in(&self, held: &str) -> bool {
        let names = |one: &str| one == "*" || one.strip_prefix("W/").unwrap_or(one) == self.etag;
        held.split(',').map(str::trim).any(names)
    }
}

fn jwk(key: &OwnKey) -> Option<String> {
    let public = key.public()?.canonical();
    let members = public.strip_suffix('}')?;
    Some(format!(r#"{members},"use":"sig","alg":"{}","kid":"{}"}}"#, key.algorithm(), key.kid()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_names_what_it_has() {
        let jwks = Jwks { body: Bytes::new(), etag: "\"a\"".to_owned() };
        for (held, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(jwks.is_named_in(held), expected, "{held}");
        }
    }
}
