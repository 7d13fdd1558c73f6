//! The programs of a comparison: nginx as the backend, nginx or HAProxy as a proxy, the gateway, the kit's two servers.

mod haproxy;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use gateway::db::tethered::{StopSignal, Tether, Tethered};

use super::Cores;
use crate::gateway_process::run_to_end;
use crate::repository;
use crate::sample::Version;

pub(super) use haproxy::Verifying;

#[derive(Debug)]
pub(super) struct Contender {
    name: &'static str,
    process: Tethered,
    address: SocketAddr,
}

/// What a gateway is started with.
pub(super) struct Behind<'a> {
    pub(super) folder: &'a Path,
    /// The application that the lock is imported from: `module:name`, and the directory of its code.
    pub(super) application: &'a str,
    pub(super) code: &'a Path,
    pub(super) routes: &'a str,
    /// What `legacy.toml` says.
    pub(super) profile: &'a str,
    pub(super) legacy: SocketAddr,
    pub(super) database_url: &'a str,
    pub(super) secret: &'a str,
    /// The folder of its keys; without one it has keys that end with it.
    pub(super) keys: Option<&'a Path>,
}

const READY_WITHIN: Duration = Duration::from_secs(30);
const STOPPED_WITHIN: Duration = Duration::from_secs(10);
const ATTACK_SECONDS: &str = "120";

impl Contender {
    /// Reads what is uploaded to its end before it answers, as uvicorn does; `/large` is the file of the folder.
    pub(super) fn backend(folder: &Path, cores: Cores) -> anyhow::Result<Self> {
        let answer =
            "location / { default_type application/json; return 200 '{\"id\":1,\"title\":\"small\"}'; }";
        let reading = free_address()?;
        let upstream = format!(
            "upstream reading {{ server {reading}; keepalive 64; }}\n\
             server {{ listen {reading}; {answer} }}"
        );
        let locations = format!(
            "{answer} location = /large {{ root {}; }} location = /upload {{ proxy_pass http://reading; \
             proxy_http_version 1.1; proxy_set_header Connection ''; }}",
            folder.display()
        );
        nginx("backend", folder, cores.others, &upstream, &locations)
    }

    /// What carries bytes and reads none of them.
    pub(super) fn relay(cores: Cores, backend: SocketAddr) -> anyhow::Result<Self> {
        let address = free_address()?;
        let mut tether = tether(&beside("edge")?, cores.measured);
        tether.command().args(["relay", &address.port().to_string(), &backend.to_string()]).env_clear();
        Self::start("relay", tether, address)
    }

    pub(super) fn nginx(folder: &Path, cores: Cores, backend: SocketAddr) -> anyhow::Result<Self> {
        let upstream = format!("upstream backend {{ server {backend}; keepalive 64; }}");
        let proxy = "location / { proxy_pass http://backend; proxy_http_version 1.1; \
                     proxy_set_header Connection ''; proxy_set_header Host $http_host; \
                     proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; \
                     proxy_set_header X-Forwarded-Proto $scheme; proxy_max_temp_file_size 0; }";
        nginx("nginx", folder, cores.measured, &upstream, proxy)
    }

    pub(super) fn gateway(cores: Cores, behind: &Behind<'_>) -> anyhow::Result<Self> {
        let binary = gateway_binary()?;
        let file = |name: &str| behind.folder.join(name).to_string_lossy().into_owned();
        let (routes, profile, lock) = (file("routes.toml"), file("legacy.toml"), file("legacy.lock"));
        fs::write(&routes, behind.routes)?;
        fs::write(&profile, behind.profile)?;
        import(&binary, behind, &lock)?;

        let address = free_address()?;
        let mut tether = tether(&binary, cores.measured);
        let command = tether.command();
        command.arg("run").current_dir(behind.folder).env_clear().envs([
            ("ENVIRONMENT", "local"),
            ("LOG_FORMAT", "json"),
            ("GATEWAY_LISTEN", &address.to_string()),
            ("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0"),
            ("LEGACY_URL", &format!("http://{}", behind.legacy)),
            ("DATABASE_URL", behind.database_url),
            ("SECRET_KEY", behind.secret),
            ("ROUTES_FILE", &routes),
            ("LEGACY_PROFILE", &profile),
            ("LEGACY_LOCK", &lock),
        ]);
        command.envs(behind.keys.map(|keys| ("GATEWAY_KEYS_DIR", keys)));
        Self::start("the gateway", tether, address)
    }

    /// One of the two servers of the kit's comparison.
    pub(super) fn of_kit(name: &'static str, cores: Cores) -> anyhow::Result<Self> {
        let binary = beside("kit")?;
        let address = free_address()?;
        let mut tether = tether(&binary, cores.measured);
        tether.command().args([name, &address.port().to_string()]).env_clear();
        Self::start(name, tether, address)
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// All of its processes are in one group.
    pub(super) fn group(&self) -> u32 {
        self.process.id()
    }

    fn start(name: &'static str, mut tether: Tether, address: SocketAddr) -> anyhow::Result<Self> {
        tether.command().stdout(Stdio::null());
        let mut process = tether.spawn()?;
        let deadline = Instant::now() + READY_WITHIN;
        while TcpStream::connect(address).is_err() {
            ensure!(process.ended()?.is_none(), "{name} ended before it listened");
            ensure!(Instant::now() < deadline, "{name} does not listen after {READY_WITHIN:?}");
            pause();
        }
        Ok(Self { name, process, address })
    }
}

/// The one that was built with this program.
pub(super) fn gateway_binary() -> anyhow::Result<PathBuf> {
    beside("gateway")
}

fn beside(program: &str) -> anyhow::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(program))
}

/// For who has what others leave of a core; it comes with `taskset`.
const LAST_OF_ALL: [&str; 3] = ["chrt", "-i", "0"];

/// Slow connections, which tell on standard output when all of them are held, and at the end how many were cut. It ends
/// by itself some time after any round has.
pub(super) fn attacker(
    cores: Cores,
    kind: &str,
    target: SocketAddr,
    connections: u32,
) -> anyhow::Result<Tethered> {
    let program = beside("edge")?;
    let mut tether = match cores.others {
        // Clients on the same core are to wait for the gateway, and not for those who attack it.
        Some(_) => {
            let [last, arguments @ ..] = LAST_OF_ALL;
            let mut tether = tether(Path::new(last), cores.others);
            tether.command().args(arguments).arg(program);
            tether
        }
        None => tether(&program, None),
    };
    let (target, connections) = (target.to_string(), connections.to_string());
    let command = tether.command().args(["attack", kind, &target, &connections, ATTACK_SECONDS]);
    command.env_clear().stdout(Stdio::piped());
    Ok(tether.spawn()?)
}

/// The gateway's own tables.
pub(super) fn migrate(database_url: &str, folder: &Path) -> anyhow::Result<()> {
    let migrations = repository().join("migrations");
    let arguments =
        ["migrate", "up", "--dir", migrations.to_str().context("the repository's path is a text")?];
    let environment = [("ENVIRONMENT", "local"), ("DATABASE_URL", database_url)];
    let done = run_to_end(&gateway_binary()?, &arguments, folder, &environment)?;
    ensure!(done.code == Some(0), "gateway migrate up: {}{}", done.stdout, done.stderr);
    Ok(())
}

/// The profile of the repository, as it is for the sample.
pub(super) fn sample_profile() -> anyhow::Result<String> {
    let path = repository().join("legacy.toml");
    fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "no runtime here, and nobody but the gateway says when it listens"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}

fn nginx(
    name: &'static str,
    folder: &Path,
    core: Option<u32>,
    upstream: &str,
    location: &str,
) -> anyhow::Result<Contender> {
    let address = free_address()?;
    let configuration = folder.join(format!("{name}.conf"));
    let pid = folder.join(format!("{name}.pid"));
    // Its own places are for root alone.
    let temporary = ["client_body", "proxy"].map(|what| {
        let place = folder.join(format!("{name}-{what}"));
        format!("{what}_temp_path {};", place.display())
    });
    let temporary = temporary.join(" ");
    fs::write(
        &configuration,
        format!(
            "daemon off; worker_processes 1; pid {}; error_log stderr warn;\n\
             events {{ worker_connections 8192; }}\n\
             http {{ access_log off; keepalive_requests 1000000000; {temporary}\n{upstream}\n\
             server {{ listen {address}; {location} }} }}\n",
            pid.display()
        ),
    )?;
    let mut tether = tether(&installed("nginx")?, core);
    tether.command().args(["-e", "stderr", "-c"]).arg(&configuration).arg("-p").arg(folder);
    Contender::start(name, tether, address)
}

/// Writes the lock as any user of the gateway would: from the application.
fn import(gateway: &Path, behind: &Behind<'_>, lock: &str) -> anyhow::Result<()> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (python, code) = (text(&Version::Newest.python()?), text(behind.code));
    let arguments =
        ["legacy", "import", behind.application, "--python", &python, "--app-dir", &code, "--lock", lock];
    let done = run_to_end(gateway, &arguments, behind.folder, &[("PYTHONDONTWRITEBYTECODE", "1")])?;
    ensure!(done.code == Some(0), "gateway legacy import: {}{}", done.stdout, done.stderr);
    Ok(())
}

/// Debian has servers where only root looks by itself.
pub(super) fn installed(server: &'static str) -> anyhow::Result<PathBuf> {
    let places = [PathBuf::from(server), Path::new("/usr/sbin").join(server)];
    let found = places.into_iter().find(|place| place.to_str().is_some_and(on_path));
    found.with_context(|| format!("{server} is not installed: `./dev bench` does it"))
}

pub(super) fn on_path(program: &str) -> bool {
    let look = Command::new("/bin/sh").args(["-c", "command -v \"$1\"", "sh", program]).output();
    look.is_ok_and(|look| look.status.success())
}

/// The program on the one core, or anywhere.
pub(super) fn pinned(program: &str, core: Option<u32>) -> Command {
    let Some(core) = core else { return Command::new(program) };
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string(), program]);
    command
}

fn tether(program: &Path, core: Option<u32>) -> Tether {
    let Some(core) = core else { return Tether::new(program, StopSignal::Terminate, STOPPED_WITHIN) };
    let mut tether = Tether::new(Path::new("taskset"), StopSignal::Terminate, STOPPED_WITHIN);
    tether.command().args(["-c", &core.to_string()]).arg(program);
    tether
}

/// Free at this moment: nothing else is started on this machine during a measurement.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
