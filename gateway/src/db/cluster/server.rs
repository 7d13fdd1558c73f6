//! Starts `postgres` on a port that the system picks and waits until it says that it is ready.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{ChildStderr, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use parking_lot::Mutex;

use super::account::Account;
use super::binaries::Binaries;
use super::home::Home;
use super::{ClusterError, Durability, predecessor, prepare};
use crate::db::tethered::{StopSignal, Tether, Tethered};

#[derive(Debug)]
pub(super) struct Server {
    /// Interrupted it rolls back what is open and ends at once; terminated it would wait for its clients.
    process: Tethered,
    log: Option<JoinHandle<()>>,
    port: u16,
}

const ATTEMPTS: u32 = 10;
const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(20);

impl Server {
    pub(super) fn start(
        binaries: &Binaries,
        account: Option<&Account>,
        home: &Home,
        durability: Durability,
    ) -> Result<Self, ClusterError> {
        predecessor::wait_until_ended(&home.data(), STOPPED_WITHIN);
        for _ in 0..ATTEMPTS {
            let port = free_port().map_err(prepare(&home.data()))?;
            match attempt(binaries, account, home, durability, port) {
                Err(ClusterError::Ended { log }) if log.contains("Address already in use") => {}
                Err(ClusterError::Ended { log })
                    if log.contains("lock file \"postmaster.pid\" already exists") =>
                {
                    return Err(ClusterError::InUse { data: home.data() });
                }
                started_or_failed => return started_or_failed,
            }
        }
        Err(ClusterError::NoPort { attempts: ATTEMPTS })
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both end by themselves once the process is gone; there is nobody left to tell about a failure.
        let _ = self.process.stop();
        let _ = self.log.take().map(JoinHandle::join);
    }
}

/// Another process may take the port before the server binds it: hence the attempts.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn attempt(
    binaries: &Binaries,
    account: Option<&Account>,
    home: &Home,
    durability: Durability,
    port: u16,
) -> Result<Server, ClusterError> {
    let mut tether =
        Tether::cleaning(&binaries.postgres(), StopSignal::Interrupt, STOPPED_WITHIN, home.temporary());
    let command = tether.command();
    command.arg("-D").arg(home.data()).arg("-p").arg(port.to_string());
    for setting in SETTINGS.iter().chain(if durability == Durability::None { RECKLESS } else { &[] }) {
        command.args(["-c", setting]);
    }
    command.env("LC_ALL", "C").current_dir("/").stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some(account) = account {
        account.become_in(command);
    }
    let mut process =
        tether.spawn().map_err(|source| ClusterError::Run { program: binaries.postgres(), source })?;
    let stderr = process.take_stderr().expect("stderr was piped four lines above");
    let (ready, readiness) = mpsc::channel();
    let tail = Arc::default();
    let log = thread::spawn({
        let tail = Arc::clone(&tail);
        move || follow(stderr, &tail, &ready)
    });
    let server = Server { process, log: Some(log), port };
    match readiness.recv_timeout(READY_WITHIN) {
        Ok(()) => Ok(server),
        Err(RecvTimeoutError::Disconnected) => Err(ClusterError::Ended { log: tail.lock().text() }),
        Err(RecvTimeoutError::Timeout) => {
            Err(ClusterError::Late { seconds: READY_WITHIN.as_secs(), log: tail.lock().text() })
        }
    }
}

/// A Unix socket is one more path that may be too long; TCP alone serves every client we have.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_destination=stderr",
    "logging_collector=off",
    "log_min_messages=warning",
];

const RECKLESS: &[&str] = &["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// The last lines of the server's log, which is otherwise read only so that the server never blocks on it.
#[derive(Debug, Default)]
struct Tail(VecDeque<String>);

impl Tail {
    fn push(&mut self, line: String) {
        if self.0.len() == 20 {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    fn text(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join("; ")
    }
}

fn follow(stderr: ChildStderr, tail: &Mutex<Tail>, ready: &Sender<()>) {
    for line in BufReader::new(stderr).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.contains("database system is ready to accept connections") {
            // Nobody waits any more when the server was late.
            let _ = ready.send(());
        }
        tail.lock().push(line);
    }
}
