//! How a recorded exchange went on after its request: what was said over a WebSocket, and where the client left.
//!
//! An event stream ends only when its client leaves, so the client leaves again once it has heard as much.

use std::io;

use crate::parity::{
    compare::{answers::is_stream, events},
    exchange::{Broken, CLIENT_LEFT, Exchange, Outcome, content::Content, frame::Frame},
};

#[derive(Default)]
pub struct Course {
    pub(super) frames: Vec<Frame>,
    pub(super) route: String,
    leaves: Option<Leaves>,
}

enum Leaves {
    /// Before an answer began.
    AtOnce,
    /// After so many whole events.
    Events(usize),
    Bytes(usize),
}

pub(super) const LEFT: io::ErrorKind = io::ErrorKind::Interrupted;

pub(super) fn left() -> io::Error {
    io::Error::new(LEFT, CLIENT_LEFT)
}

impl Course {
    pub fn of(recorded: &Exchange) -> Self {
        let route = recorded.route.clone();
        match &recorded.outcome {
            Outcome::Answered(answered) => Self { frames: answered.frames.clone(), route, leaves: None },
            Outcome::Broken(broken) => Self { frames: Vec::new(), route, leaves: leaves(broken) },
            Outcome::Blocked(_) => Self::default(),
        }
    }

    /// Whether the client has heard what it stayed for; what came with the end of that and beyond it is not kept.
    pub(super) fn is_over(&self, heard: &mut Vec<u8>) -> bool {
        let end = match self.leaves {
            None => None,
            Some(Leaves::AtOnce) => Some(0),
            Some(Leaves::Bytes(length)) => (heard.len() >= length).then_some(length),
            Some(Leaves::Events(count)) => end_of_events(heard, count),
        };
        end.inspect(|end| heard.truncate(*end)).is_some()
    }

    pub(super) fn is_unheard(&self) -> bool {
        matches!(self.leaves, Some(Leaves::AtOnce))
    }
}

fn leaves(broken: &Broken) -> Option<Leaves> {
    if broken.reason != CLIENT_LEFT {
        return None;
    }
    let Some(begun) = &broken.begun else { return Some(Leaves::AtOnce) };
    Some(match &begun.body.content {
        Content::Text(text) if is_stream(begun) => Leaves::Events(events::whole(text).1),
        // A stream that has said nothing yet.
        Content::Nothing => Leaves::Bytes(0),
        _ => Leaves::Bytes(usize::try_from(begun.body.length).unwrap_or(usize::MAX)),
    })
}

fn end_of_events(heard: &[u8], count: usize) -> Option<usize> {
    let text = match str::from_utf8(heard) {
        Ok(text) => text,
        // A character whose end has not come.
        Err(error) => str::from_utf8(&heard[..error.valid_up_to()]).ok()?,
    };
    let ends = text.split_inclusive('\n').scan(0, |end, line| {
        *end += line.len();
        Some((*end, line.trim_end_matches(['\r', '\n']).is_empty() && line.ends_with('\n')))
    });
    let mut ends = ends.filter(|(_, is_end)| *is_end).map(|(end, _)| end);
    if count == 0 { Some(0) } else { ends.nth(count - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_left_after_its_last_whole_event() {
        let stream = "id: 1\ndata: a\n\n: ping\r\n\r\ndata: b\n\ndata: c";
        assert_eq!(events::whole(stream), (&stream[..stream.len() - 7], 3));
        let course = |count| Course { leaves: Some(Leaves::Events(count)), ..Course::default() };
        let over = |count, heard: &str| {
            let mut heard = heard.as_bytes().to_vec();
            course(count).is_over(&mut heard).then_some(heard.len())
        };
        assert_eq!(over(1, "data: a\n"), None);
        assert_eq!(over(1, "data: a\n\ndata: b\n\n"), Some(9));
        assert_eq!(over(3, stream), Some(stream.len() - 7));
        assert_eq!(over(4, stream), None);
        assert_eq!(over(0, ""), Some(0));
        let mut cut = "data: \u{e4}\n\n\u{e4}".as_bytes().to_vec();
        cut.pop();
        assert!(course(1).is_over(&mut cut));
        assert_eq!(cut.len(), 10);
    }
}
