//! A process that another one started only to wait until it serves: `gateway run --background`.

use std::{
    io::{self, Read, Write},
    os::{fd::AsFd, unix::net::UnixStream},
    time::Duration,
};

use rustix::process::{Pid, getppid};
use tokio::{task::spawn_blocking, time::sleep};

/// What whoever waits is told.
pub const SERVES: &str = "serves\n";

/// For the kernel to notice that the parent, which has closed its end, is gone.
const ORPHANED_WITHIN: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub struct Launched {
    /// It waits at the other end.
    parent: UnixStream,
    id: Option<Pid>,
}

impl Launched {
    /// Standard input is the socket: no descriptor has to be named.
    pub fn from_stdin() -> io::Result<Self> {
        let parent = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        parent.peer_addr()?;
        Ok(Self { parent, id: getppid() })
    }

    /// Whether whoever waited still was there. It has ended then: systemd warns of a main process that is the child of another.
    pub(super) async fn tell(self) -> bool {
        let Self { mut parent, id } = self;
        let told = spawn_blocking(move || {
            parent.write_all(SERVES.as_bytes())?;
            parent.read_to_end(&mut Vec::new())
        });
        if !matches!(told.await, Ok(Ok(_))) {
            return false;
        }
        let orphaned = async {
            while getppid() == id {
                sleep(LOOK).await;
            }
        };
        // Longer is no reason not to serve.
        let _ = tokio::time::timeout(ORPHANED_WITHIN, orphaned).await;
        true
    }
}
