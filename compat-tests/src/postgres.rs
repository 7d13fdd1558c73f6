//! A PostgreSQL that may be stopped in more than one way and started again, always at the same address with the same data.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use gateway::db::tethered::{StopSignal, Tether, Tethered};

use crate::output::Output;

#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    program: PathBuf,
    /// `postgresql://user:password`
    superuser: String,
    address: SocketAddr,
    process: Tethered,
    output: Output,
}

/// The modes of `pg_ctl stop`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Sessions are told so and rolled back, and what was written is put in order.
    Fast,
    /// As by a crash: the next start recovers from the log of writes.
    Immediate,
}

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(20);

impl Postgres {
    /// In a folder of its own. `prepare` gets it at another address, to make databases and put rows into them.
    pub fn make(folder: &Path, prepare: impl FnOnce(&Cluster) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let place = Place::Kept(folder.to_owned());
        let options = ClusterOptions { binaries: None, place, durability: Durability::None };
        let cluster = Cluster::start(&options)?;
        prepare(&cluster)?;
        let url = cluster.url("");
        let (superuser, _) = url.split_once('@').context("the cluster's address has no user")?;
        let superuser = superuser.to_owned();
        let program = program(&folder.join("data"))?;
        cluster.stop();
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let (process, output) = start(&program, folder, address)?;
        Ok(Self { folder: folder.to_owned(), program, superuser, address, process, output })
    }

    pub fn url(&self, database: &str) -> String {
        format!("{}@{}/{database}", self.superuser, self.address)
    }

    /// Returns when it has ended.
    pub fn stop(&mut self, stop: Stop) -> anyhow::Result<()> {
        if stop == Stop::Immediate {
            let postmaster = self.process.id().to_string();
            let sent = Command::new("/bin/kill").args(["-s", "QUIT", &postmaster]).status();
            ensure!(sent.context("start kill")?.success(), "PostgreSQL had ended already");
            self.process.wait().context("wait for the end of PostgreSQL")?;
        }
        self.process.stop().context("stop PostgreSQL")?;
        self.output.close();
        Ok(())
    }

    /// Returns when it says that it is ready.
    pub fn start(&mut self) -> anyhow::Result<()> {
        (self.process, self.output) = start(&self.program, &self.folder, self.address)?;
        Ok(())
    }
}

/// The server writes down with what it was started.
fn program(data: &Path) -> anyhow::Result<PathBuf> {
    let options = fs::read_to_string(data.join("postmaster.opts")).context("read postmaster.opts")?;
    Ok(PathBuf::from(options.split(" \"").next().unwrap_or_default()))
}

fn start(program: &Path, folder: &Path, address: SocketAddr) -> anyhow::Result<(Tethered, Output)> {
    let data = folder.join("data");
    let mut tether = Tether::cleaning(program, StopSignal::Interrupt, STOPPED_WITHIN, Some(folder));
    let command = tether.command();
    command.arg("-D").arg(&data).args(["-p", &address.port().to_string()]);
    // What was committed survives the death of the process: only a power cut would take it, and there is none.
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "timezone=UTC",
        "search_path=public",
        "fsync=off",
    ] {
        command.args(["-c", setting]);
    }
    command.env("LC_ALL", "C").current_dir("/").stdout(Stdio::null()).stderr(Stdio::piped());
    let owner = fs::metadata(&data)?;
    if nix::unistd::geteuid().as_raw() != owner.uid() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let mut process = tether.spawn().context("start PostgreSQL")?;
    let stderr = process.take_stderr().context("stderr was piped above")?;
    let output = Output::follow(vec![Box::new(stderr)]);
    let ready = |line: &str| line.contains("ready to accept connections").then_some(());
    output.wait_blocking(READY_WITHIN, ready).context("start PostgreSQL")?;
    Ok((process, output))
}
