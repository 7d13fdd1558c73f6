//! Where the frames of a WebSocket end (RFC 6455 section 5.2), so that one can be put between two of them.

/// Follows one direction, byte by byte, without keeping any of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Frames {
    state: State,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    /// Between two frames.
    #[default]
    Between,
    Length,
    /// The bytes of the length, and of the mask, that are still to come.
    Extended {
        left: u8,
        length: u64,
        mask: u64,
    },
    Payload(u64),
}

impl Frames {
    pub(super) fn is_between(&self) -> bool {
        matches!(self.state, State::Between)
    }

    /// Takes bytes, and tells how many of them belong to the frame that they begin with, if it ends among them.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while taken < bytes.len() {
            taken += self.step(&bytes[taken..]);
            if self.is_between() {
                break;
            }
        }
        taken
    }

    fn step(&mut self, bytes: &[u8]) -> usize {
        let byte = bytes[0];
        match self.state {
            State::Between => self.state = State::Length,
            State::Length => {
                let mask = if byte & 0x80 == 0 { 0 } else { 4 };
                self.state = match byte & 0x7f {
                    126 => State::Extended { left: 2, length: 0, mask },
                    127 => State::Extended { left: 8, length: 0, mask },
                    length => payload(u64::from(length) + mask),
                };
            }
            State::Extended { left, length, mask } => {
                let length = length << 8 | u64::from(byte);
                self.state = match left - 1 {
                    0 => payload(length.saturating_add(mask)),
                    left => State::Extended { left, length, mask },
                };
            }
            State::Payload(left) => {
                let here = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
                self.state = payload(left - here as u64);
                return here;
            }
        }
        1
    }
}

fn payload(left: u64) -> State {
    if left == 0 { State::Between } else { State::Payload(left) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: usize, masked: bool) -> Vec<u8> {
        let mask = if masked { 0x80 } else { 0 };
        let mut frame = vec![0x81];
        match length {
            0..126 => frame.push(mask | u8::try_from(length).unwrap()),
            126..65_536 => {
                frame.push(mask | 126);
                frame.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(mask | 127);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        frame.extend([0; 4].iter().take(if masked { 4 } else { 0 }));
        frame.extend(vec![0x81; length]);
        frame
    }

    #[test]
    fn a_frame_ends_where_it_ends_however_it_arrives() {
        for length in [0, 1, 125, 126, 127, 65_535, 65_536] {
            for masked in [false, true] {
                let one = frame(length, masked);
                let two = [one.clone(), frame(3, false)].concat();
                for piece in [1, 2, 7, two.len()] {
                    let (mut frames, mut ends, mut at) = (Frames::default(), Vec::new(), 0);
                    for chunk in two.chunks(piece) {
                        let mut rest = chunk;
                        while !rest.is_empty() {
                            let taken = frames.follow(rest);
                            at += taken;
                            rest = &rest[taken..];
                            if frames.is_between() {
                                ends.push(at);
                            }
                        }
                    }
                    assert_eq!(ends, [one.len(), two.len()], "{length} {masked} {piece}");
                }
            }
        }
    }
}
