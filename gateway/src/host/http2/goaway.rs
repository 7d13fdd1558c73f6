//! Why HTTP/2 itself has ended a connection: h2 says GOAWAY to what no client does, and tells us when it is over.

use std::error::Error;

use strum::{IntoStaticStr, VariantArray};

/// The code of the GOAWAY that went out (RFC 9113 section 7), but for the last two. The name is a label of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Goaway {
    ProtocolError,
    InternalError,
    FlowControlError,
    SettingsTimeout,
    StreamClosed,
    FrameSizeError,
    CompressionError,
    /// Too many resets, frames of a head that does not end, much too large a head.
    EnhanceYourCalm,
    /// Another one of the codes.
    Other,
    /// A ping was not answered.
    PingTimeout,
}

impl Goaway {
    pub const ALL: &[Self] = Self::VARIANTS;

    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Nothing where the client has ended the connection, in whatever way.
    pub(super) fn of(error: &hyper::Error) -> Option<Self> {
        if error.is_timeout() {
            return Some(Self::PingTimeout);
        }
        let error: &h2::Error = error.source()?.downcast_ref()?;
        if !error.is_go_away() || error.is_remote() {
            return None;
        }
        Some(match error.reason()? {
            h2::Reason::PROTOCOL_ERROR => Self::ProtocolError,
            h2::Reason::INTERNAL_ERROR => Self::InternalError,
            h2::Reason::FLOW_CONTROL_ERROR => Self::FlowControlError,
            h2::Reason::SETTINGS_TIMEOUT => Self::SettingsTimeout,
            h2::Reason::STREAM_CLOSED => Self::StreamClosed,
            h2::Reason::FRAME_SIZE_ERROR => Self::FrameSizeError,
            h2::Reason::COMPRESSION_ERROR => Self::CompressionError,
            h2::Reason::ENHANCE_YOUR_CALM => Self::EnhanceYourCalm,
            _ => Self::Other,
        })
    }
}
