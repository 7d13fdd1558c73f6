//! A request that is over, as it was kept: nothing of it is text yet, so that to keep it costs the request little.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Version};

use super::budget::Share;
use crate::parity::exchange::frame::Side;

/// A smaller piece is copied: shared, it would keep the whole of what was read with it.
const SHARED: usize = 4096;

/// What a piece takes beside its bytes.
const PIECE: u64 = 64;

#[derive(Debug, Default)]
pub enum Head {
    #[default]
    Nothing,
    /// HTTP/1: as it came, names, order and all.
    Raw(Bytes),
    /// HTTP/2: names are in lower case, and those of one name stand together.
    Parsed(Box<ParsedHead>),
}

#[derive(Debug)]
pub struct ParsedHead {
    pub method: Method,
    pub target: String,
    pub version: Version,
    pub headers: HeaderMap,
}

impl Head {
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Raw(bytes) => bytes.len(),
            Self::Parsed(head) => {
                let fields = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 8);
                head.target.len() + fields.sum::<usize>()
            }
        }
    }
}

/// How a request ended.
#[derive(Debug)]
pub struct End {
    /// Empty where no route matched.
    pub route: String,
    pub owner: &'static str,
    /// Why there is no answer, or only a part of one.
    pub broken: Option<&'static str>,
    /// The rest of its body was left unread.
    pub is_unread: bool,
    /// Two readers could read its head differently.
    pub is_unreadable: bool,
}

#[derive(Debug)]
pub(super) struct AnswerHead {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) at: u64,
}

/// Bytes of a WebSocket, one way.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) from: Side,
    pub(super) at: u64,
    pub(super) bytes: Box<[u8]>,
}

pub(super) struct Taken {
    pub(super) id: u64,
    pub(super) after: Vec<u64>,
    pub(super) client: Vec<u8>,
    pub(super) began: u64,
    pub(super) took: u64,
    pub(super) head: Head,
    pub(super) asked: Copied,
    pub(super) answer: Option<AnswerHead>,
    pub(super) told: Copied,
    pub(super) trailers: Option<HeaderMap>,
    pub(super) frames: Vec<Heard>,
    pub(super) frames_cut: bool,
    pub(super) end: End,
    /// Held until it is written.
    pub(super) share: Share,
}

/// A body, piece by piece, as long as it is short enough.
#[derive(Debug, Default)]
pub(super) struct Copied {
    /// Each with when it came.
    pub(super) pieces: Vec<(Bytes, u64)>,
    pub(super) length: u64,
    pub(super) is_too_large: bool,
}

impl Copied {
    /// How many bytes more it takes now, and how many it took and takes no longer.
    pub(super) fn add(&mut self, piece: &Bytes, at: u64, most: u64) -> (u64, u64) {
        let held = self.pieces.len() as u64 * PIECE + self.length;
        self.length += piece.len() as u64;
        if self.is_too_large {
            return (0, 0);
        }
        if self.length > most {
            self.is_too_large = true;
            self.pieces = Vec::new();
            return (0, held);
        }
        let piece = if piece.len() < SHARED { Bytes::copy_from_slice(piece) } else { piece.clone() };
        let length = piece.len() as u64;
        self.pieces.push((piece, at));
        (length + PIECE, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_too_long_gives_back_all_it_took() {
        let mut body = Copied::default();
        let took = [vec![b'a'; 10], vec![b'b'; 5000]].map(|piece| body.add(&Bytes::from(piece), 1, 6000));
        let grown: u64 = took.iter().map(|(grown, _)| grown).sum();
        assert_eq!(body.add(&Bytes::from(vec![0; 2000]), 2, 6000), (0, grown));
        assert_eq!(body.add(&Bytes::from(vec![0; 1]), 2, 6000), (0, 0));
        assert_eq!((body.length, body.pieces.len(), body.is_too_large), (7011, 0, true));
    }
}
