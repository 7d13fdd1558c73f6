//! Undoes the packing of a WebSocket's messages, one direction of one connection (RFC 7692).

use flate2::{Decompress, FlushDecompress};

pub(in crate::parity) struct Messages {
    unpacker: Decompress,
    forgets: bool,
}

/// A message may be this much larger than it came.
const MOST: usize = 16 << 20;
/// What every packed message ends with and none is sent with (section 7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

impl Messages {
    /// By the `Sec-WebSocket-Extensions` that the server agreed to; `forgetting` is the parameter by which this
    /// direction begins anew with each message.
    pub(in crate::parity) fn of(extensions: &str, forgetting: &str) -> Option<Self> {
        let is_packed = extensions.contains("permessage-deflate");
        is_packed.then(|| Self { unpacker: Decompress::new(false), forgets: extensions.contains(forgetting) })
    }

    /// Section 7.2.2. Nothing where it is not packed like that, or too large.
    pub(in crate::parity) fn unpacked(&mut self, packed: &[u8]) -> Option<Vec<u8>> {
        let mut rest = &[packed, &TAIL].concat()[..];
        let mut whole = Vec::with_capacity(packed.len().saturating_mul(4).max(256));
        loop {
            let before = self.unpacker.total_in();
            let room = whole.len();
            self.unpacker.decompress_vec(rest, &mut whole, FlushDecompress::Sync).ok()?;
            rest = &rest[usize::try_from(self.unpacker.total_in() - before).ok()?..];
            if rest.is_empty() && whole.len() < whole.capacity() {
                break;
            }
            if whole.len() > MOST || (whole.len() == room && whole.len() < whole.capacity()) {
                return None;
            }
            whole.reserve(whole.len().max(256));
        }
        if self.forgets {
            self.unpacker.reset(false);
        }
        Some(whole)
    }
}
