//! A stream that comes in pieces, walked from beginning to end; for tests, and for whoever looks for streams on purpose.

use super::{
    limits::HeadLimits,
    walk::{Rest, Walk, Walked, too_large},
};
use crate::{
    auth::trust::TrustedHeaders,
    edge::{
        Class, Classes,
        judge::{Rules, judge},
    },
};

/// What passed, and why nothing more did.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) passed: Vec<u8>,
    pub(super) refused: Option<Class>,
}

pub(super) fn walk<'p>(pieces: impl IntoIterator<Item = &'p [u8]>, limits: HeadLimits) -> Cut {
    let trusted = TrustedHeaders::new(&[]);
    let rules = Rules { limits, reported: Classes::default(), trusted: &trusted, declares: &|_| false };
    let (mut walk, mut held, mut all) = (Walk::begin(), Vec::new(), Vec::new());
    let mut refused = None;
    for piece in pieces {
        held.extend_from_slice(piece);
        let Walked { passed, rest } =
            walk.advance(&held, |begun| too_large(begun, limits), |head| judge(head, &rules));
        all.extend(held.drain(..passed));
        match rest {
            Rest::Nothing => assert!(held.is_empty(), "nothing is left"),
            Rest::Held => assert!(!held.is_empty(), "something is held"),
            Rest::Refused(class, length) => {
                assert!(length <= held.len(), "the refused head is there");
                refused = Some(class);
            }
            Rest::Astray => refused = Some(Class::ChunkMalformed),
        }
        if refused.is_some() {
            break;
        }
    }
    Cut { passed: all, refused }
}

/// However a stream is cut, the same passes: the first bytes say where.
pub(crate) fn anywhere(bytes: &[u8], limits: HeadLimits) {
    let (cuts, stream) = bytes.split_at(bytes.len().min(4));
    let whole = walk([stream], limits);
    let mut pieces = Vec::new();
    let mut rest = stream;
    for cut in cuts.iter().cycle().take(stream.len()) {
        let (piece, behind) = rest.split_at(rest.len().min(usize::from(*cut) % 64 + 1));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    assert_eq!(walk(pieces, limits), whole, "{}", stream.escape_ascii());
}
