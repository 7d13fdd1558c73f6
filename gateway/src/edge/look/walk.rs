//! Follows what a client sends from message to message, so that each head is found and judged, however it is cut.
//!
//! Pure: bytes in, and how many of them may pass.

use memchr::memchr;

use super::{
    chunks::{Chunks, Led},
    limits::HeadLimits,
};
use crate::edge::{
    Class,
    judge::{Body, Passed, head_length},
};

/// Old clients send an empty line behind a body that its length does not count. Nobody sends more than a few, and each would
/// have what is held looked at again.
const MOST_BEFORE: usize = 8;

/// Where in the stream we are.
#[derive(Debug)]
enum Stage {
    /// Before a head, or within one of which so many bytes have been searched for its end.
    Head {
        searched: usize,
    },
    Body(u64),
    Chunked(Chunks),
    /// A WebSocket was asked for: what comes next is no request if it is granted.
    Asked,
    /// No HTTP any more.
    Tunnel,
    /// Nothing passes any more.
    Over,
}

#[derive(Debug)]
pub(super) struct Walk {
    stage: Stage,
    /// How many have passed.
    heads: u64,
    /// The last of them asks for a WebSocket, which is not decided yet.
    asks: bool,
}

/// What becomes of some bytes: those before `passed` may go on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Walked {
    pub(super) passed: usize,
    pub(super) rest: Rest,
}

/// What becomes of those behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// There are none.
    Nothing,
    /// To be kept, and shown again with what comes next.
    Held,
    /// A head of this length is refused, with all that follows it.
    Refused(Class, usize),
    /// A body that nobody can follow.
    Astray,
}

impl Walk {
    pub(super) fn begin() -> Self {
        Self { stage: Stage::Head { searched: 0 }, heads: 0, asks: false }
    }

    pub(super) fn is_tunnel(&self) -> bool {
        matches!(self.stage, Stage::Tunnel)
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    pub(super) fn has_asked(&self) -> bool {
        matches!(self.stage, Stage::Asked)
    }

    /// The number of the request that asks for a WebSocket; it may have a body, and be answered before its end.
    pub(super) fn asking(&self) -> Option<u64> {
        self.asks.then_some(self.heads)
    }

    /// What was asked for was granted or not.
    pub(super) fn answered(&mut self, granted: bool) {
        self.asks = false;
        self.stage = if granted { Stage::Tunnel } else { Stage::Head { searched: 0 } };
    }

    /// `bytes` begin with what was held the last time.
    pub(super) fn advance(
        &mut self,
        bytes: &[u8],
        too_large: impl Fn(&[u8]) -> Option<Class>,
        judge: impl Fn(&[u8]) -> Result<Passed, Class>,
    ) -> Walked {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            match &mut self.stage {
                Stage::Tunnel => at = bytes.len(),
                Stage::Asked => return Walked { passed: at, rest: Rest::Held },
                Stage::Over => return Walked { passed: at, rest: Rest::Astray },
                Stage::Body(left) => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    *left -= here as u64;
                    at += here;
                    if *left == 0 {
                        self.stage = self.behind_message();
                    }
                }
                Stage::Chunked(chunks) => match chunks.follow(rest) {
                    Led::On => at = bytes.len(),
                    Led::End(end) => {
                        at += end;
                        self.stage = self.behind_message();
                    }
                    Led::Astray(place) => {
                        self.stage = Stage::Over;
                        return Walked { passed: at + place, rest: Rest::Astray };
                    }
                },
                Stage::Head { searched } => {
                    if begins(rest) > MOST_BEFORE {
                        return self.refuse(at, Class::RequestLineMalformed, MOST_BEFORE + 1);
                    }
                    let Some(length) = head_length(rest, *searched) else {
                        *searched = rest.len();
                        return match too_large(rest) {
                            Some(class) => self.refuse(at, class, rest.len()),
                            None => Walked { passed: at, rest: Rest::Held },
                        };
                    };
                    match judge(&rest[..length]) {
                        Ok(passed) => self.pass(passed),
                        Err(class) => return self.refuse(at, class, length),
                    }
                    at += length;
                }
            }
        }
        Walked { passed: at, rest: Rest::Nothing }
    }

    fn pass(&mut self, passed: Passed) {
        self.heads += 1;
        self.asks = passed.websocket;
        self.stage = match passed.body {
            Body::Length(0) => self.behind_message(),
            Body::Length(length) => Stage::Body(length),
            Body::Chunked => Stage::Chunked(Chunks::begin()),
        };
    }

    fn behind_message(&self) -> Stage {
        if self.asks { Stage::Asked } else { Stage::Head { searched: 0 } }
    }

    fn refuse(&mut self, passed: usize, class: Class, length: usize) -> Walked {
        self.stage = Stage::Over;
        Walked { passed, rest: Rest::Refused(class, length) }
    }
}

/// Where a head begins: an empty line before it belongs to nothing (RFC 9112 section 2.2). One that is here alone waits for
/// its head, or hyper would take the connection for one with a request under way.
pub(super) fn begins(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).take(MOST_BEFORE + 1).count()
}

/// Of a head whose end is missing, or is too far away.
pub(crate) fn too_large(head: &[u8], limits: HeadLimits) -> Option<Class> {
    let within = head.get(..limits.bytes).filter(|_| head.len() > limits.bytes)?;
    Some(match memchr(b'\n', within) {
        Some(_) => Class::HeadTooLarge,
        None => Class::TargetTooLong,
    })
}

#[cfg(test)]
mod tests;
