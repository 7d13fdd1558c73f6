//! The process that serves: it waits for a successor, gives it the sockets, and goes on until the other one accepts.

use std::{
    fs::symlink_metadata,
    io,
    net::{Shutdown, TcpListener},
    os::fd::AsFd,
    os::unix::{fs::MetadataExt, net::UnixListener as Socket},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use parking_lot::Mutex;
use pingora_core::{server::ShutdownWatch, services::background::BackgroundService};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::Semaphore,
    task::spawn_blocking,
    time::{sleep, timeout},
};
use tracing::{error, info, warn};

use super::{
    directory::RunDirectory,
    successor::{AskError, Inherited, connect},
    wire::{self, LONGEST_LINE, WireError, Word},
};
use crate::host::{
    drain::{Cause, Closing, Drain},
    launched::Launched,
    supervisor,
};

/// Whoever connects has something to say.
const ASKED_WITHIN: Duration = Duration::from_secs(5);

/// A predecessor that is busy is waited for; one that is stopped is worth a word.
const TOLD_AFTER: Duration = Duration::from_secs(10);

/// After a failure that the next attempt would only repeat.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("another gateway serves there")]
    Taken,
    #[error("`{}`: {source}", path.display())]
    Bind { path: PathBuf, source: io::Error },
}

/// Where a successor will ask; nobody finds it before this process serves.
#[derive(Debug)]
pub struct Place {
    socket: Socket,
    /// The number of the draft's file, which it keeps where it is published.
    file: u64,
    draft: PathBuf,
    published: PathBuf,
}

impl Place {
    /// `succeeds`: whoever is asked there now is about to be replaced.
    pub fn reserve(directory: &RunDirectory, succeeds: bool) -> Result<Self, PlaceError> {
        if !succeeds && !matches!(connect(directory), Err(AskError::Nobody)) {
            return Err(PlaceError::Taken);
        }
        let (draft, published) = (directory.draft(), directory.socket());
        match bind(&draft) {
            Ok((socket, file)) => Ok(Self { socket, file, draft, published }),
            Err(source) => Err(PlaceError::Bind { path: draft, source }),
        }
    }

    /// In one step: there is no moment in which nobody is found.
    fn publish(&self) -> io::Result<UnixListener> {
        let listener = UnixListener::from_std(self.socket.try_clone()?)?;
        std::fs::rename(&self.draft, &self.published)?;
        Ok(listener)
    }

    /// Whether who asks there is heard here. A successor that did not come to serve may have left its own name.
    fn is_found(&self) -> bool {
        symlink_metadata(&self.published).is_ok_and(|found| found.ino() == self.file)
    }

    fn publish_again(&mut self) -> io::Result<UnixListener> {
        (self.socket, self.file) = bind(&self.draft)?;
        self.publish()
    }
}

fn bind(draft: &Path) -> io::Result<(Socket, u64)> {
    // One that a process of the same number left behind.
    drop(std::fs::remove_file(draft));
    let socket = Socket::bind(draft)?;
    socket.set_nonblocking(true)?;
    Ok((socket, symlink_metadata(draft)?.ino()))
}

impl Drop for Place {
    fn drop(&mut self) {
        // Gone where it was published; that name may be a successor's already.
        drop(std::fs::remove_file(&self.draft));
    }
}

/// The listening sockets, beside those that are accepted from; none once they are closed.
pub(in crate::host) type Estate = Mutex<Vec<(&'static str, TcpListener)>>;

/// Takes over at the start, and hands over at the end.
pub(in crate::host) struct HandOver {
    pub(in crate::host) drain: Arc<Drain>,
    /// A permit for each listener that accepts, and how many there are.
    pub(in crate::host) accepting: (Arc<Semaphore>, u32),
    pub(in crate::host) estate: Arc<Estate>,
    pub(in crate::host) succession: Mutex<Succession>,
}

/// Between which two processes this one stands.
#[derive(Debug, Default)]
pub struct Succession {
    pub inherited: Option<Inherited>,
    /// Without it nobody can take over from here.
    pub place: Option<Place>,
    pub launched: Option<Launched>,
}

#[async_trait]
impl BackgroundService for HandOver {
    async fn start(&self, mut shutdown: ShutdownWatch) {
        let succession = std::mem::take(&mut *self.succession.lock());
        tokio::select! {
            // The first is asked first: it leaves its predecessor alone before it is given up.
            biased;
            () = self.serve(succession) => {}
            // There is nothing to hand over any more.
            () = self.drain.closing(Closing::Clients) => {}
            _ = shutdown.changed() => {}
        }
    }
}

impl HandOver {
    async fn serve(&self, succession: Succession) {
        let Succession { inherited, mut place, launched } = succession;
        let (accepting, listeners) = &self.accepting;
        // The semaphore is never closed.
        let _ = accepting.acquire_many(*listeners).await;
        if let Some(launched) = launched
            && !launched.tell().await
        {
            self.drain.end(Cause::Unwanted);
            return std::future::pending().await;
        }
        // Before the predecessor may end: systemd would take its end for the end of the service.
        supervisor::ready();
        // Last: should this process be killed before it has taken over, the one before would not be found any more.
        let mut found_at = place.as_ref().map(Place::publish).and_then(found);
        if let Some(inherited) = inherited {
            take_over(inherited, &self.drain).await;
        }
        while let Some(listener) = &found_at {
            let Ok((stream, _)) = listener.accept().await else {
                // No descriptor is free, for one.
                sleep(PAUSE).await;
                continue;
            };
            match attend(stream, &self.estate).await {
                Ok(Some((successor, stream))) => {
                    info!(successor, "the successor accepts");
                    self.drain.hand_over();
                    // The successor waits for its end.
                    drop(stream);
                    return self.estate.lock().clear();
                }
                Ok(None) => {}
                Err(error) => {
                    warn!("the successor {error}: this process goes on");
                    if let Some(place) = place.as_mut().filter(|place| !place.is_found()) {
                        found_at = found(place.publish_again());
                    }
                }
            }
        }
        std::future::pending().await
    }
}

fn found(published: io::Result<UnixListener>) -> Option<UnixListener> {
    match published {
        Ok(listener) => {
            info!("a successor would be heard");
            Some(listener)
        }
        Err(error) => {
            warn!(error = %error, "no successor would be heard: the next start cannot be an upgrade");
            None
        }
    }
}

async fn take_over(inherited: Inherited, drain: &Drain) {
    let (predecessor, line) = (inherited.predecessor(), inherited.line());
    tokio::select! {
        () = ask_for_it(inherited) => {}
        () = drain.begun() => {
            // A thread still waits there: would the answer find it, the other process would end as well.
            if let Ok(line) = line {
                let _ = line.shutdown(Shutdown::Both);
            }
            info!(predecessor, "the process before has not answered yet: it goes on, and this one ends");
        }
    }
}

async fn ask_for_it(inherited: Inherited) {
    let predecessor = inherited.predecessor();
    let mut asking = spawn_blocking(move || inherited.ready());
    let answer = match timeout(TOLD_AFTER, &mut asking).await {
        Ok(answer) => answer,
        Err(_) => {
            warn!(predecessor, "the process before does not answer: both serve until it does, or is gone");
            asking.await
        }
    };
    match answer {
        Ok(Ok(())) => info!(predecessor, "taken over"),
        Ok(Err(error)) => warn!(predecessor, "the process before {error}: this one serves without it"),
        Err(error) => error!(error = %error, "the process before was not told"),
    }
}

/// Who accepts now in place of this process, and has been told so; nobody where somebody only looked whether it is here.
async fn attend(
    stream: UnixStream,
    estate: &Estate,
) -> Result<Option<(i32, BufReader<UnixStream>)>, WireError> {
    let peer = stream.peer_cred()?;
    if peer.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
    }
    let mut stream = BufReader::new(stream);
    match timeout(ASKED_WITHIN, hear(&mut stream)).await {
        Err(_) => return Err(io::Error::from(io::ErrorKind::TimedOut).into()),
        Ok(Err(WireError::Gone)) => return Ok(None),
        Ok(heard) => match heard? {
            Word::Ask { .. } => {}
            other => return Err(wire::unexpected(&other.line())),
        },
    }
    let successor = peer.pid().unwrap_or_default();
    {
        let estate = estate.lock();
        if estate.is_empty() {
            return Ok(None);
        }
        let named: Vec<_> = estate.iter().map(|(name, socket)| (*name, socket.as_fd())).collect();
        wire::offer(stream.get_ref(), &named)?;
    }
    info!(successor, "a successor starts");
    // It may have a schema to migrate: it is not hurried.
    match hear(&mut stream).await? {
        Word::Ready => {}
        other => return Err(wire::unexpected(&other.line())),
    }
    stream.write_all(Word::Yours.line().as_bytes()).await?;
    Ok(Some((successor, stream)))
}

async fn hear(stream: &mut BufReader<UnixStream>) -> Result<Word, WireError> {
    let mut line = String::new();
    let most = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
    stream.take(most).read_line(&mut line).await?;
    if line.is_empty() { Err(WireError::Gone) } else { Word::read(&line) }
}
