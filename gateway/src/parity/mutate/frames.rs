//! Frames of a WebSocket that are missing, joined, or of another kind.

use super::{Bench, Kind, Subject};
use crate::parity::exchange::{
    Answered,
    content::Content,
    frame::{Frame, Side},
};

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;

pub(super) fn break_them(subject: &Subject<'_>, bench: &mut Bench<'_>) {
    let frames = &subject.live.frames;
    let said: Vec<usize> = (0..frames.len())
        .filter(|at| frames[*at].from == Side::Server && frames[*at].opcode < CLOSE)
        .collect();
    let with = |change: &dyn Fn(&mut Vec<Frame>)| {
        let mut answered: Answered = subject.live.clone();
        change(&mut answered.frames);
        answered
    };
    for (number, at) in said.iter().copied().enumerate() {
        let place = format!("frame {}", number + 1);
        bench.lay(Kind::FrameDropped, &place, || with(&|frames| drop(frames.remove(at))));
        let other = if frames[at].opcode == TEXT { BINARY } else { TEXT };
        bench.lay(Kind::FrameKind, &place, || with(&|frames| frames[at].opcode = other));
    }
    for pair in said.windows(2) {
        let (Content::Text(one), Content::Text(other)) = (&frames[pair[0]].content, &frames[pair[1]].content)
        else {
            continue;
        };
        bench.lay(Kind::FramesMerged, "frames", || {
            with(&|frames| {
                frames[pair[1]].content = Content::Text(format!("{one}{other}"));
                frames.remove(pair[0]);
            })
        });
    }
    let closed = frames.iter().position(|frame| frame.from == Side::Server && frame.opcode == CLOSE);
    if let Some((at, code)) = closed.and_then(|at| frames[at].code.map(|code| (at, code))) {
        let other = if code == 1011 { 1000 } else { 1011 };
        bench.lay(Kind::CloseCode, "frame close", || with(&|frames| frames[at].code = Some(other)));
    }
}
