//! What is under load: two gateways with one folder of files and one database, before a backend that answers at once.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::{block_in_place, spawn_blocking};

use super::browser::PASSWORD;
use super::held::User;
use super::legacy::FastLegacy;
use super::{GUESSED, RESIDENTS, VISITORS};
use crate::gateway_process::{GatewayProcess, run_to_end};
use crate::postgres::Postgres;
use crate::repository;
use crate::sample::{SampleLegacy, SampleSettings, Version, directory};

/// They end in this order: nobody loses what they still use.
pub(super) struct Stand {
    gateways: Vec<GatewayProcess>,
    _legacy: FastLegacy,
    pub(super) postgres: Postgres,
    users: Vec<User>,
    files: Files,
}

/// What the log said at `WARN` and above, and how often.
pub(super) type Complaints = BTreeMap<(String, String), usize>;

struct Files {
    binary: PathBuf,
    folder: TempDir,
}

const SECRET: &str = "the secret of the soak, which signs tokens for nobody but its backend";
const DATABASE: &str = "soak";

/// Short, so that many are handed out; long enough for a lost answer that is asked for again after the grace of 30 s.
const ACCESS: &str = "\n[auth]\naccess = \"90s\"\n";

impl Stand {
    pub(super) async fn start(gateway: &Path) -> anyhow::Result<Self> {
        ensure!(gateway.is_file(), "`{}` is missing: `./dev soak` builds it", gateway.display());
        let binary = gateway.to_owned();
        let (postgres, users, files) = spawn_blocking(move || prepare(binary)).await??;
        let legacy = FastLegacy::start().await.context("start the backend")?;
        let mut gateways = Vec::new();
        for _ in 0..2 {
            gateways.push(files.start_gateway(legacy.address(), &postgres).await?);
        }
        Ok(Self { gateways, _legacy: legacy, postgres, users, files })
    }

    pub(super) fn users(&self) -> &[User] {
        &self.users
    }

    pub(super) fn addresses(&self) -> [SocketAddr; 2] {
        [self.gateways[0].public(), self.gateways[1].public()]
    }

    /// What a command of the gateway about its keys prints.
    pub(super) fn keys(&self, arguments: &[&str]) -> anyhow::Result<String> {
        block_in_place(|| self.files.keys(arguments))
    }

    /// As an editor does: a new file takes the old one's name.
    pub(super) fn write_routes(&self, me: &str) -> anyhow::Result<()> {
        self.files.write_routes(me)
    }

    /// How often all gateways have said this together.
    pub(super) fn told(&self, message: &str) -> usize {
        let lines = self.gateways.iter().flat_map(GatewayProcess::log);
        lines.filter(|line| line["message"] == message).count()
    }

    /// Ends the gateways, which must have nothing left to say but what is returned.
    pub(super) async fn stop(mut self) -> anyhow::Result<Complaints> {
        spawn_blocking(move || {
            let mut complaints = Complaints::new();
            for gateway in &mut self.gateways {
                let status = gateway.stop()?;
                ensure!(status.success(), "a gateway ended with {status}: {}", gateway.errors());
                for line in gateway.unexpected() {
                    *complaints.entry(complaint(&line)).or_default() += 1;
                }
            }
            Ok(complaints)
        })
        .await?
    }
}

fn prepare(binary: PathBuf) -> anyhow::Result<(Postgres, Vec<User>, Files)> {
    let folder = tempfile::Builder::new().prefix("gateway-soak-").tempdir_in("/tmp")?;
    let files = Files { binary, folder };
    let mut users = Vec::new();
    let postgres = Postgres::make(&files.path("postgres"), &[], |cluster| {
        cluster.create_database(DATABASE, None)?;
        let database_url = cluster.url(DATABASE);
        let settings = SampleSettings { version: Version::Newest, database_url, secret: SECRET.to_owned() };
        SampleLegacy::prepare(&settings).context("make the backend's tables")?;
        users = make_users(&settings).context("make the users")?;
        Ok(())
    })?;
    files.import().context("import the routes")?;
    let profile = fs::read_to_string(repository().join("legacy.toml"))?;
    let shortened = profile.replacen("\n[auth]\n", ACCESS, 1);
    ensure!(profile != shortened, "legacy.toml has no [auth] of which the lifetime could be shortened");
    fs::write(files.path("legacy.toml"), shortened)?;
    files.write_routes("native")?;
    let migrations = repository().join("migrations");
    let up = ["migrate", "up", "--dir", text(&migrations)?];
    files.run(&up, &[("ENVIRONMENT", "test"), ("DATABASE_URL", &postgres.url(DATABASE))])?;
    files.keys(&["keygen"])?;
    Ok((postgres, users, files))
}

/// Read, not run, by its path: Python would look for the application beside the script.
fn make_users(settings: &SampleSettings) -> anyhow::Result<Vec<User>> {
    let wanted = RESIDENTS + VISITORS + GUESSED;
    let script = fs::read_to_string(repository().join("compat-tests/soak/users.py"))?;
    let made = settings.run(&["-c", &script, &wanted.to_string(), PASSWORD])?;
    let user = |line: &str| {
        let (id, login) = line.split_once(' ')?;
        Some(User { id: id.parse().ok()?, login: login.to_owned() })
    };
    let users: Vec<User> = made.lines().filter_map(user).collect();
    ensure!(users.len() == wanted, "{} users instead of {wanted}", users.len());
    Ok(users)
}

impl Files {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_routes(&self, me: &str) -> anyhow::Result<()> {
        let native = [
            "POST /auth/login",
            "POST /auth/login/json",
            "POST /auth/refresh",
            "POST /auth/logout",
            "POST /auth/logout-all",
            "GET /auth/sessions",
            "GET /.well-known/jwks.json",
        ];
        let native: String = native.iter().map(|key| format!("\"{key}\" = \"native\"\n")).collect();
        let draft = self.path("routes.toml.new");
        fs::write(&draft, format!("schema = 1\n[routes]\n\"GET /users/me\" = \"{me}\"\n{native}"))?;
        fs::rename(draft, self.path("routes.toml")).context("replace routes.toml")
    }

    fn import(&self) -> anyhow::Result<()> {
        let (python, code, lock) = (Version::Newest.python()?, directory(), self.path("legacy.lock"));
        let (python, code, lock) = (text(&python)?, text(&code)?, text(&lock)?);
        let import =
            ["legacy", "import", "app.main:app", "--python", python, "--app-dir", code, "--lock", lock];
        self.run(&import, &[("PYTHONDONTWRITEBYTECODE", "1")]).map(drop)
    }

    fn keys(&self, arguments: &[&str]) -> anyhow::Result<String> {
        self.run(&[&["auth"], arguments, &["--dir", "keys"]].concat(), &[])
    }

    fn run(&self, arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<String> {
        let done = run_to_end(&self.binary, arguments, self.folder.path(), environment)?;
        let command = arguments.join(" ");
        ensure!(done.code == Some(0), "gateway {command}: {}{}", done.stdout, done.stderr);
        Ok(done.stdout)
    }

    async fn start_gateway(&self, legacy: SocketAddr, postgres: &Postgres) -> anyhow::Result<GatewayProcess> {
        let environment = [
            ("ENVIRONMENT", "test"),
            ("LOG_FORMAT", "json"),
            ("GATEWAY_LISTEN", "127.0.0.1:0"),
            ("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0"),
            ("GATEWAY_REPLICAS", "2"),
            ("GATEWAY_KEYS_DIR", "keys"),
            ("LEGACY_URL", &format!("http://{legacy}")),
            ("DATABASE_URL", &postgres.url(DATABASE)),
            ("SECRET_KEY", SECRET),
        ];
        GatewayProcess::start_forgetful(&self.binary, self.folder.path(), &environment).await
    }
}

/// Level and message of a line of the log, or the line itself where it is none.
fn complaint(line: &str) -> (String, String) {
    let entry: Value = serde_json::from_str(line).unwrap_or_default();
    let field = |name: &str| entry[name].as_str().map(str::to_owned);
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    (
        field("level").unwrap_or_else(|| "-".to_owned()),
        first(field("message").unwrap_or_else(|| line.to_owned())),
    )
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("`{}` is not UTF-8", path.display()))
}
