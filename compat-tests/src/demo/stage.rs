//! Starts everything in the order in which each needs the one before, and stops it the other way round.
#![expect(clippy::print_stdout, reason = "the demo speaks to the person who started it")]

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use tokio::task::spawn_blocking;

use super::folder::Folder;
use crate::gateway_process::GatewayProcess;
use crate::sample::{self, SampleLegacy, SampleSettings, Version};

/// Dropped in this order: nobody loses what they still use.
#[derive(Debug)]
pub struct Stage {
    pub(super) gateway: GatewayProcess,
    backend: Backend,
    pub(super) folder: Folder,
}

#[derive(Debug)]
struct Backend {
    legacy: SampleLegacy,
    settings: SampleSettings,
    cluster: Cluster,
}

impl Stage {
    /// Each step runs where blocking is allowed; who drops this between two of them stops what runs so far.
    pub async fn set(gateway: &Path, version: Version) -> anyhow::Result<Self> {
        ensure!(gateway.is_file(), "`{}` is missing: `./dev demo` builds it", gateway.display());
        println!("Starting:");
        let backend = Backend::start(version).await?;
        let (binary, settings) = (gateway.to_owned(), backend.settings.clone());
        let folder = step("legacy.lock, imported from the application", move || {
            let folder = Folder::make()?;
            settings.import(&binary, &folder.lock())?;
            Ok(folder)
        })
        .await?;
        let started = Instant::now();
        let gateway = start_gateway(gateway, &backend, &folder).await?;
        beside(&backend, &folder)?;
        tell("the gateway", started);
        Ok(Self { gateway, backend, folder })
    }

    /// The file with the settings of a gateway that is started by hand beside this one.
    pub fn shell(&self) -> PathBuf {
        self.folder.shell()
    }

    pub(super) fn legacy(&self) -> SocketAddr {
        self.backend.legacy.address()
    }

    pub(super) fn database_url(&self) -> &str {
        &self.backend.settings.database_url
    }

    /// Stops everything and says so.
    pub async fn strike(self) -> anyhow::Result<()> {
        let Self { mut gateway, backend, folder } = self;
        let Backend { legacy, cluster, .. } = backend;
        let public = gateway.public();
        step("the gateway", move || {
            let status = gateway.stop()?;
            ensure!(status.success(), "it ended with {status}: {}", gateway.errors());
            TcpListener::bind(public).with_context(|| format!("{public} is still taken"))?;
            Ok(())
        })
        .await?;
        step("the FastAPI backend", move || legacy.stop()).await?;
        step("PostgreSQL", move || {
            cluster.stop();
            Ok(())
        })
        .await?;
        drop(folder);
        Ok(())
    }
}

impl Backend {
    async fn start(version: Version) -> anyhow::Result<Self> {
        let cluster = step("PostgreSQL, a private cluster", || {
            let place = Place::Temporary;
            let options = ClusterOptions { binaries: None, place, durability: Durability::None };
            let cluster = Cluster::start(&options)?;
            cluster.create_database("app", None)?;
            Ok(cluster)
        })
        .await?;
        let secret = random_secret().context("make a secret")?;
        let settings = SampleSettings { version, database_url: cluster.url("app"), secret };
        let prepared = settings.clone();
        step("schema and sample data", move || SampleLegacy::prepare(&prepared)).await?;
        let served = settings.clone();
        let legacy = step("the FastAPI backend, on uvicorn", move || SampleLegacy::serve(&served)).await?;
        Ok(Self { legacy, settings, cluster })
    }
}

async fn start_gateway(binary: &Path, backend: &Backend, folder: &Folder) -> anyhow::Result<GatewayProcess> {
    let (public, admin) = (address(8080).to_string(), address(9090).to_string());
    let (routes, profile, lock) = (folder.routes(), folder.profile(), folder.lock());
    let environment = [
        ("ENVIRONMENT", "local"),
        ("LOG_FORMAT", "json"),
        ("GATEWAY_LISTEN", public.as_str()),
        ("GATEWAY_ADMIN_LISTEN", &admin),
        ("LEGACY_URL", &backend.legacy.url()),
        ("DATABASE_URL", &backend.settings.database_url),
        ("SECRET_KEY", &backend.settings.secret),
        ("ROUTES_FILE", text(&routes)?),
        ("LEGACY_PROFILE", text(&profile)?),
        ("LEGACY_LOCK", text(&lock)?),
    ];
    GatewayProcess::start(binary, folder.path(), &environment).await
}

/// Ports of its own, and no files: those are the ones of the folder where it is started.
fn beside(backend: &Backend, folder: &Folder) -> anyhow::Result<()> {
    folder.write_shell(&[
        ("ENVIRONMENT", "local"),
        ("GATEWAY_LISTEN", &free(8081)?.to_string()),
        ("GATEWAY_ADMIN_LISTEN", &free(9091)?.to_string()),
        ("LEGACY_URL", &backend.legacy.url()),
        ("DATABASE_URL", &backend.settings.database_url),
        ("SECRET_KEY", &backend.settings.secret),
        ("API_KEY", sample::API_KEY),
    ])
}

/// One that can be named before anybody listens there.
fn free(usual: u16) -> anyhow::Result<SocketAddr> {
    let wanted = address(usual);
    let listener = TcpListener::bind(wanted).with_context(|| format!("find a port like {usual}"))?;
    Ok(listener.local_addr()?)
}

/// The usual port when it is free, else one that the system picks.
fn address(usual: u16) -> SocketAddr {
    let usual = SocketAddr::from(([127, 0, 0, 1], usual));
    if TcpListener::bind(usual).is_ok() { usual } else { SocketAddr::from(([127, 0, 0, 1], 0)) }
}

fn random_secret() -> std::io::Result<String> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    }))
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("`{}` is not UTF-8", path.display()))
}

async fn step<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let started = Instant::now();
    let done = spawn_blocking(work).await?.context(name)?;
    tell(name, started);
    Ok(done)
}

fn tell(name: &str, started: Instant) {
    println!("  {name:<46} {:>5.1} s", started.elapsed().as_secs_f64());
}
