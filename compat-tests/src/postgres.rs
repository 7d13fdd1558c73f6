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
    /// What it is started with beside what every one is.
    settings: &'static [&'static str],
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
    pub fn make(
        folder: &Path,
        settings: &'static [&'static str],
        prepare: impl FnOnce(&Cluster) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
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
        let (process, output) = spawn(&program, folder, address, settings)?;
        output.wait_blocking(READY_WITHIN, ready).context("start PostgreSQL")?;
        Ok(Self { folder: folder.to_owned(), program, settings, superuser, address, process, output })
    }

    pub fn url(&self, database: &str) -> String {
        format!("{}@{}/{database}", self.superuser, self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Of the process that all others of the server are children of.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.process.ended().context("look after PostgreSQL")?.is_some())
    }

    /// As whom the server runs, where that is somebody else than we are.
    pub fn account(&self) -> anyhow::Result<Option<(u32, u32)>> {
        account(&self.folder.join("data"))
    }

    /// Returns when it has ended, also where somebody else has ended it.
    pub fn stop(&mut self, stop: Stop) -> anyhow::Result<()> {
        if stop == Stop::Immediate {
            let postmaster = self.id().to_string();
            let sent = Command::new("/bin/kill").args(["-s", "QUIT", &postmaster]).status();
            ensure!(sent.context("start kill")?.success(), "PostgreSQL had ended already");
            self.process.wait().context("wait for the end of PostgreSQL")?;
        }
        self.process.stop().context("stop PostgreSQL")?;
        self.output.close();
        Ok(())
    }

    /// Returns when it says that it is ready.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        (self.process, self.output) = spawn(&self.program, &self.folder, self.address, self.settings)?;
        self.output.wait_for(READY_WITHIN, ready).await.context("start PostgreSQL")
    }
}

fn ready(line: &str) -> Option<()> {
    line.contains("ready to accept connections").then_some(())
}

/// The server writes down with what it was started.
fn program(data: &Path) -> anyhow::Result<PathBuf> {
    let options = fs::read_to_string(data.join("postmaster.opts")).context("read postmaster.opts")?;
    Ok(PathBuf::from(options.split(" \"").next().unwrap_or_default()))
}

fn account(data: &Path) -> anyhow::Result<Option<(u32, u32)>> {
    let owner = fs::metadata(data).context("look whose the data is")?;
    Ok((nix::unistd::geteuid().as_raw() != owner.uid()).then_some((owner.uid(), owner.gid())))
}

fn spawn(
    program: &Path,
    folder: &Path,
    address: SocketAddr,
    settings: &[&str],
) -> anyhow::Result<(Tethered, Output)> {
    let data = folder.join("data");
    let mut tether = Tether::cleaning(program, StopSignal::Interrupt, STOPPED_WITHIN, Some(folder));
    let command = tether.command();
    command.arg("-D").arg(&data).args(["-p", &address.port().to_string()]);
    // What was committed survives the death of the process: only a power cut would take it, and there is none.
    let usual = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "timezone=UTC",
        "search_path=public",
        "fsync=off",
    ];
    for setting in usual.iter().chain(settings) {
        command.args(["-c", setting]);
    }
    command.env("LC_ALL", "C").current_dir("/").stdout(Stdio::null()).stderr(Stdio::piped());
    if let Some((user, group)) = account(&data)? {
        command.uid(user).gid(group);
    }
    let mut process = tether.spawn().context("start PostgreSQL")?;
    let stderr = process.take_stderr().context("stderr was piped above")?;
    Ok((process, Output::follow(vec![Box::new(stderr)])))
}
