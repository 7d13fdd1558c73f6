//! The process that takes over: what it was given, and when it says that it is ready.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener},
    os::unix::net::UnixStream,
    time::Duration,
};

use rustix::net::sockopt::{socket_peercred, socket_type};

use super::{
    directory::RunDirectory,
    wire::{self, WireError, Word},
};

/// A predecessor answers at once, unless another process is about to take its place.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("nobody serves there")]
    Nobody,
    #[error("the process there ({pid}) belongs to another user ({user})")]
    Foreign { pid: i32, user: u32 },
    #[error("the process there does not answer: perhaps another one is about to take its place")]
    Silent,
    #[error("the process there {0}")]
    Wire(WireError),
}

/// Sockets of the process that serves until now, which goes on serving until it is told otherwise.
#[derive(Debug)]
pub struct Inherited {
    /// Of the predecessor.
    pub(super) pid: i32,
    sockets: Vec<(String, TcpListener)>,
    predecessor: UnixStream,
}

impl Inherited {
    pub fn ask(directory: &RunDirectory) -> Result<Self, AskError> {
        let mut predecessor = connect(directory)?;
        let patience = Some(ANSWER_WITHIN);
        let prepared =
            predecessor.set_read_timeout(patience).and_then(|()| predecessor.set_write_timeout(patience));
        let asked = prepared.and_then(|()| predecessor.write_all(Word::ask().line().as_bytes()));
        asked.map_err(refused)?;
        let peer = socket_peercred(&predecessor).map_err(|error| refused(error.into()))?;
        let (pid, user) = (peer.pid.as_raw_nonzero().get(), peer.uid.as_raw());
        if user != rustix::process::geteuid().as_raw() {
            return Err(AskError::Foreign { pid, user });
        }
        let offered = wire::take_offer(&predecessor).map_err(|error| match error {
            WireError::Io(error) => refused(error),
            other => AskError::Wire(other),
        })?;
        let mut sockets = Vec::new();
        for (name, socket) in offered {
            if socket_type(&socket).map_err(|error| refused(error.into()))? != rustix::net::SocketType::STREAM
            {
                return Err(AskError::Wire(WireError::Unexpected(name)));
            }
            sockets.push((name, TcpListener::from(socket)));
        }
        Ok(Self { pid, sockets, predecessor })
    }

    /// The process that was there before.
    pub fn predecessor(&self) -> i32 {
        self.pid
    }

    /// The socket that listens there already. One of any port is the one that had this name before.
    pub(in crate::host) fn take(&mut self, name: &str, address: SocketAddr) -> Option<TcpListener> {
        let fits = |(named, socket): &(String, TcpListener)| {
            let Ok(found) = socket.local_addr() else { return false };
            found == address || address.port() == 0 && found.ip() == address.ip() && named == name
        };
        let position = self.sockets.iter().position(fits)?;
        Some(self.sockets.swap_remove(position).1)
    }

    /// To end what is said while another thread waits for an answer.
    pub(super) fn line(&self) -> io::Result<UnixStream> {
        self.predecessor.try_clone()
    }

    /// Whether the predecessor still was there to hear it. Its listeners have been told to close once this has returned.
    pub(super) fn ready(self) -> Result<(), WireError> {
        let Self { mut predecessor, sockets, .. } = self;
        // What was not taken over is given up.
        drop(sockets);
        // Given up here, it would hear of it too late and go on as well; its own end is the end of this.
        predecessor.set_read_timeout(None)?;
        predecessor.write_all(Word::Ready.line().as_bytes())?;
        let mut answer = String::new();
        predecessor.read_to_string(&mut answer)?;
        if answer.is_empty() {
            return Err(WireError::Gone);
        }
        match Word::read(&answer)? {
            Word::Yours => Ok(()),
            _ => Err(wire::unexpected(&answer)),
        }
    }
}

pub(super) fn connect(directory: &RunDirectory) -> Result<UnixStream, AskError> {
    use io::ErrorKind::{ConnectionRefused, NotFound};
    UnixStream::connect(directory.socket()).map_err(|error| match error.kind() {
        NotFound | ConnectionRefused => AskError::Nobody,
        _ => refused(error),
    })
}

fn refused(error: io::Error) -> AskError {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => AskError::Silent,
        _ => AskError::Wire(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader},
        sync::mpsc,
        thread,
    };

    use super::*;

    #[test]
    fn a_predecessor_that_takes_its_time_is_waited_for() {
        let (mut other, predecessor) = UnixStream::pair().expect("a pair");
        let patience = Duration::from_millis(50);
        predecessor.set_read_timeout(Some(patience)).expect("a time");
        let inherited = Inherited { pid: 1, sockets: Vec::new(), predecessor };
        let (tell, told) = mpsc::channel();
        thread::spawn(move || tell.send(inherited.ready()));
        let mut heard = String::new();
        BufReader::new(&other).read_line(&mut heard).expect("it is ready");
        assert_eq!(heard, Word::Ready.line());
        assert!(told.recv_timeout(4 * patience).is_err(), "it did not give up");
        other.write_all(Word::Yours.line().as_bytes()).expect("it listens");
        drop(other);
        assert!(told.recv_timeout(Duration::from_secs(60)).expect("it ends").is_ok());
    }
}
