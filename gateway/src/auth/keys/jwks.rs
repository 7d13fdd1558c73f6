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
}

fn jwk(key: &OwnKey) -> Option<String> {
    let public = key.public()?.canonical();
    let members = public.strip_suffix('}')?;
    Some(format!(r#"{members},"use":"sig","alg":"{}","kid":"{}"}}"#, key.algorithm(), key.kid()))
}
