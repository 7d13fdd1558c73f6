//! What the two processes say to each other: lines of JSON, and beside one of them the sockets.

use std::{
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::{
    cmsg_space,
    net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
        SendFlags, recvmsg, sendmsg,
    },
};
use serde::{Deserialize, Serialize};

/// Raised when a process of one release would not understand one of the other.
const VERSION: u32 = 1;

/// More listeners than any gateway has; the kernel takes up to 253 in one message.
const MOST_SOCKETS: usize = 16;

/// Longer than any line of theirs.
pub(super) const LONGEST_LINE: usize = 4096;

/// In the order in which they are said; the successor speaks first, and in turns.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Word {
    /// Give me your sockets.
    Ask { version: u32 },
    /// These are they, by the names of their listeners, in the order of the descriptors beside this line.
    Offer { version: u32, sockets: Vec<String> },
    /// I accept on them.
    Ready,
    /// I do not any more.
    Yours,
}

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("speaks version {0} of the hand-over, this process {VERSION}")]
    Version(u32),
    #[error("says `{0}`, which is not what comes now")]
    Unexpected(String),
    #[error("offers {names} sockets and gives {given}")]
    Miscounted { names: usize, given: usize },
    #[error("closed the connection")]
    Gone,
    #[error("cannot be spoken to: {0}")]
    Io(#[from] io::Error),
}

impl Word {
    pub(super) fn ask() -> Self {
        Self::Ask { version: VERSION }
    }

    pub(super) fn line(&self) -> String {
        let mut line = serde_json::to_string(self).expect("numbers and texts only");
        line.push('\n');
        line
    }

    /// A line with or without its end; of another version it is another version, whatever else it says.
    pub(super) fn read(line: &str) -> Result<Self, WireError> {
        let word: serde_json::Value = serde_json::from_str(line).map_err(|_| unexpected(line))?;
        let version = word.as_object().and_then(|word| word.values().next()?.get("version")?.as_u64());
        match version {
            Some(version) if version != u64::from(VERSION) => {
                Err(WireError::Version(u32::try_from(version).unwrap_or(u32::MAX)))
            }
            _ => serde_json::from_value(word).map_err(|_| unexpected(line)),
        }
    }
}

pub(super) fn unexpected(line: &str) -> WireError {
    WireError::Unexpected(line.trim_end().chars().take(100).collect())
}

/// The line and the sockets are one message, and short enough that a fresh connection takes all of it at once.
pub(super) fn offer(to: impl AsFd, sockets: &[(&str, BorrowedFd<'_>)]) -> Result<(), WireError> {
    let names = sockets.iter().map(|(name, _)| (*name).to_owned()).collect();
    let line = Word::Offer { version: VERSION, sockets: names }.line();
    let descriptors: Vec<_> = sockets.iter().map(|(_, socket)| *socket).collect();
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(MOST_SOCKETS))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !beside.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(WireError::Miscounted { names: descriptors.len(), given: 0 });
    }
    let sent = sendmsg(to, &[IoSlice::new(line.as_bytes())], &mut beside, SendFlags::NOSIGNAL)
        .map_err(io::Error::from)?;
    if sent == line.len() { Ok(()) } else { Err(io::Error::from(io::ErrorKind::WriteZero).into()) }
}

/// Waits as long as the connection itself is set to.
pub(super) fn take_offer(from: impl AsFd) -> Result<Vec<(String, OwnedFd)>, WireError> {
    let (mut line, mut descriptors) = (Vec::new(), Vec::new());
    while line.last() != Some(&b'\n') {
        let mut bytes = [0; LONGEST_LINE];
        let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(MOST_SOCKETS))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let mut into = [IoSliceMut::new(&mut bytes)];
        let received = recvmsg(from.as_fd(), &mut into, &mut beside, RecvFlags::CMSG_CLOEXEC)
            .map_err(io::Error::from)?;
        for message in beside.drain() {
            if let RecvAncillaryMessage::ScmRights(sockets) = message {
                descriptors.extend(sockets);
            }
        }
        if received.bytes == 0 {
            return Err(WireError::Gone);
        }
        line.extend(&bytes[..received.bytes]);
        if line.len() > LONGEST_LINE {
            return Err(unexpected(&String::from_utf8_lossy(&line)));
        }
    }
    let line = String::from_utf8_lossy(&line);
    let Word::Offer { sockets, .. } = Word::read(&line)? else { return Err(unexpected(&line)) };
    if sockets.len() != descriptors.len() {
        return Err(WireError::Miscounted { names: sockets.len(), given: descriptors.len() });
    }
    Ok(sockets.into_iter().zip(descriptors).collect())
}

#[cfg(test)]
mod tests {
    use std::{io::Write, net::TcpListener, os::unix::net::UnixStream};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_said_is_heard() {
        let names = vec!["public".to_owned(), "admin".to_owned()];
        let words = [Word::ask(), Word::Offer { version: VERSION, sockets: names }, Word::Ready, Word::Yours];
        for word in words {
            assert_eq!(Word::read(&word.line()).expect("our own words"), word);
        }
    }

    #[test]
    fn another_version_is_told_from_nonsense() {
        let newer = r#"{"ask":{"version":2,"with":"more"}}"#;
        assert!(matches!(Word::read(newer), Err(WireError::Version(2))));
        for nonsense in ["", "GET / HTTP/1.1", "\"readyy\"", r#"{"ask":{"version":1,"with":"more"}}"#, "[]"] {
            assert!(matches!(Word::read(nonsense), Err(WireError::Unexpected(_))), "{nonsense}");
        }
    }

    #[test]
    fn the_sockets_themselves_arrive_under_their_names() {
        let (one, other) = UnixStream::pair().expect("a pair");
        let sockets = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
        let named = [("public", sockets[0].as_fd()), ("admin", sockets[1].as_fd())];
        offer(&one, &named).expect("room for a line");
        let taken = take_offer(&other).expect("it was offered");
        let addresses = taken.into_iter().map(|(name, socket)| {
            (name, TcpListener::from(socket).local_addr().expect("a listening socket"))
        });
        let expected = ["public", "admin"].into_iter().zip(&sockets);
        let expected =
            expected.map(|(name, socket)| (name.to_owned(), socket.local_addr().expect("listening")));
        assert_eq!(addresses.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn names_without_sockets_and_an_early_end_are_refused() {
        let (mut one, other) = UnixStream::pair().expect("a pair");
        let word = Word::Offer { version: VERSION, sockets: vec!["public".to_owned()] };
        one.write_all(word.line().as_bytes()).expect("room for a line");
        assert!(matches!(take_offer(&other), Err(WireError::Miscounted { names: 1, given: 0 })));
        one.write_all(b"{\"offer\"").expect("room for a line");
        drop(one);
        assert!(matches!(take_offer(&other), Err(WireError::Gone)));
    }

    proptest! {
        #[test]
        fn no_line_is_more_than_refused(line in ".*") {
            let _ = Word::read(&line);
        }
    }
}
