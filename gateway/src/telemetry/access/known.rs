//! What most lines have in common with the one before: the second, and which instance answered. Its text is kept.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::legacy::address::LegacyAddress;

#[derive(Default)]
pub(in crate::telemetry) struct Known {
    second: Option<(u64, String)>,
    upstream: Option<(LegacyAddress, String)>,
}

impl Known {
    /// In UTC, with microseconds (RFC 3339).
    pub(super) fn time(&mut self, at: SystemTime, lines: &mut Vec<u8>) {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (_, text) = match self.second.take() {
            Some(known) if known.0 == since.as_secs() => self.second.insert(known),
            _ => {
                let text = humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string();
                self.second.insert((since.as_secs(), text.trim_end_matches('Z').to_owned()))
            }
        };
        lines.extend_from_slice(text.as_bytes());
        let mut fraction = *b".000000Z";
        let mut left = since.subsec_micros();
        for digit in fraction[1..7].iter_mut().rev() {
            *digit += (left % 10) as u8;
            left /= 10;
        }
        lines.extend_from_slice(&fraction);
    }

    /// As JSON has it.
    pub(super) fn upstream(&mut self, address: &LegacyAddress) -> &str {
        let (_, text) = match self.upstream.take() {
            Some(known) if known.0 == *address => self.upstream.insert(known),
            _ => {
                let text = serde_json::Value::from(address.authority()).to_string();
                self.upstream.insert((address.clone(), text))
            }
        };
        text
    }
}
