//! What a client is told whose WebSocket ends though its two sides would keep it open.

/// Why a tunnel is over that its two sides would keep open; the client is told the code (RFC 6455 section 7.4, and the
/// IANA registry of close codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goodbye {
    /// 1008, a violation of policy: what FastAPI closes with whose token is not good.
    Policy,
    /// 1012, the service restarts: a client comes back at once, and finds another process.
    Restart,
}

impl Goodbye {
    /// A close frame without a reason, from a server: unmasked (RFC 6455 section 5.5.1).
    pub(super) fn frame(self) -> [u8; 4] {
        let [high, low] = match self {
            Self::Policy => 1008_u16,
            Self::Restart => 1012,
        }
        .to_be_bytes();
        [0x88, 2, high, low]
    }
}
