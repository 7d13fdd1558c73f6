//! What the tests share: one PostgreSQL cluster and one sample legacy a run, and a gateway for each test.

mod nobody;
pub(crate) mod promptness;
mod words;

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        LazyLock, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use compat_tests::{
    client::{Answer, Client},
    gateway_process::{GatewayProcess, Refusal, run_to_end},
    repository,
    sample::{self, SampleLegacy, SampleSettings, Version},
};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;
use tempfile::TempDir;

pub(crate) use nobody::nobody;
pub(crate) use words::{json_body, rendered};

pub(crate) const SECRET: &str = "the secret of the sample legacy, for tests";
pub(crate) const TASK: &str = "GET /api/tasks/{task_id}";

/// For what is certain to come, on a machine that does everything at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Shows a figure of a run that passes: the test harness would keep it to itself.
pub(crate) fn show(line: &str) {
    writeln!(io::stdout().lock(), "{line}").unwrap();
}

/// The one cluster of the run. It ends with the process, by its tether.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
        let cluster = Cluster::start(&options).unwrap();
        cluster.create_database("sample", None).unwrap();
        SampleLegacy::prepare(&settings(Version::Newest, cluster.url("sample"))).unwrap();
        cluster
    })
}

/// A sample legacy of the test's own, on a database of its own: it may write.
pub(crate) fn serve(version: Version, database_url: &str) -> SampleLegacy {
    SampleLegacy::serve(&settings(version, database_url.to_owned())).unwrap()
}

pub(crate) fn settings(version: Version, database_url: String) -> SampleSettings {
    SampleSettings { version, database_url, secret: SECRET.to_owned() }
}

/// A database of the test's own, with the sample's schema and rows.
pub(crate) fn database() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    cluster().create_database(&name, Some("sample")).unwrap();
    cluster().url(&name)
}

/// The same with the gateway's own tables.
pub(crate) fn migrated_database() -> String {
    let url = database();
    migrate(&url);
    url
}

/// The gateway's own tables in this database.
pub(crate) fn migrate(url: &str) {
    let migrations = repository().join("migrations");
    let up = ["migrate", "up", "--dir", migrations.to_str().unwrap()];
    let migrated = command(&up, Path::new("/"), &[("ENVIRONMENT", "test"), ("DATABASE_URL", url)]);
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
}

/// An empty cluster-wide address for tests that make their own databases.
pub(crate) fn admin_database() -> String {
    cluster().url("postgres")
}

/// A sample legacy that all tests of a version read from; none may write to its database.
pub(crate) struct Shared {
    pub(crate) legacy: SampleLegacy,
    pub(crate) database_url: String,
    pub(crate) lock: PathBuf,
}

pub(crate) fn shared(version: Version) -> &'static Shared {
    static OLD: OnceLock<Shared> = OnceLock::new();
    static NEW: OnceLock<Shared> = OnceLock::new();
    let shared = match version {
        Version::V0_115 => &OLD,
        Version::Newest => &NEW,
    };
    shared.get_or_init(|| {
        let database_url = database();
        let legacy = SampleLegacy::serve(&settings(version, database_url.clone())).unwrap();
        Shared { legacy, database_url, lock: import(version) }
    })
}

/// The sample's lock, made by the binary under test.
fn import(version: Version) -> PathBuf {
    let lock =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{version:?}-{}.lock", std::process::id()));
    let (python, app) = (version.python().unwrap(), sample::directory());
    let arguments = [
        "legacy",
        "import",
        "app.main:app",
        "--python",
        python.to_str().unwrap(),
        "--app-dir",
        app.to_str().unwrap(),
        "--lock",
        lock.to_str().unwrap(),
    ];
    let imported = command(&arguments, Path::new("/"), &[]);
    assert_eq!(imported.code, Some(0), "{imported:?}");
    lock
}

/// Runs a command of the binary under test to its end.
pub(crate) fn command(arguments: &[&str], directory: &Path, environment: &[(&str, &str)]) -> Refusal {
    run_to_end(binary(), arguments, directory, environment).unwrap()
}

/// The one that was built for the tests, or that `GATEWAY_TEST_BINARY` names: what is timed has to be what is shipped.
#[expect(clippy::disallowed_methods, reason = "which binary is tested is not a setting of the gateway")]
pub(crate) fn binary() -> &'static Path {
    static NAMED: LazyLock<Option<PathBuf>> =
        LazyLock::new(|| std::env::var_os("GATEWAY_TEST_BINARY").map(PathBuf::from));
    NAMED.as_deref().unwrap_or(Path::new(env!("CARGO_BIN_EXE_gateway")))
}

/// What a gateway is started with; the defaults are those of a healthy installation.
pub(crate) struct Setting {
    pub(crate) legacy_url: String,
    pub(crate) database_url: String,
    pub(crate) lock: PathBuf,
    pub(crate) routes: String,
    pub(crate) profile: String,
    /// What else is set, or set otherwise.
    pub(crate) environment: Vec<(&'static str, String)>,
}

impl Setting {
    /// In front of the shared sample legacy.
    pub(crate) fn sample(version: Version) -> Self {
        let shared = shared(version);
        Self {
            legacy_url: shared.legacy.url(),
            database_url: shared.database_url.clone(),
            lock: shared.lock.clone(),
            routes: routes(&[]),
            profile: std::fs::read_to_string(repository().join("legacy.toml")).unwrap(),
            environment: Vec::new(),
        }
    }

    /// In front of a legacy that the test plays itself; lock and database are the sample's.
    pub(crate) fn in_front_of(legacy: SocketAddr) -> Self {
        Self { legacy_url: format!("http://{legacy}"), ..Self::sample(Version::Newest) }
    }

    /// With a database that nobody can reach.
    pub(crate) fn without_database(mut self) -> Self {
        self.database_url = "postgresql://nobody@127.0.0.1:1/nothing".to_owned();
        self
    }

    pub(crate) fn with_environment(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    pub(crate) fn with_routes(mut self, entries: &[(&str, &str)]) -> Self {
        self.routes = routes(entries);
        self
    }
}

/// A routes file with these entries, the values as TOML.
pub(crate) fn routes(entries: &[(&str, &str)]) -> String {
    let lines = entries.iter().map(|(route, owner)| format!("\"{route}\" = {owner}\n"));
    format!("schema = 1\n[routes]\n{}", lines.collect::<String>())
}

/// A running gateway with its files.
pub(crate) struct House {
    pub(crate) gateway: GatewayProcess,
    pub(crate) folder: TempDir,
}

impl House {
    pub(crate) async fn open(setting: &Setting) -> Self {
        Self::open_with(setting, &[]).await
    }

    /// With settings that few installations change.
    pub(crate) async fn open_with(setting: &Setting, more: &[(&'static str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("routes.toml"), &setting.routes).unwrap();
        std::fs::write(folder.path().join("legacy.toml"), &setting.profile).unwrap();
        let environment = environment(setting);
        let pairs = environment.iter().map(|(name, value)| (*name, value.as_str()));
        let pairs: Vec<_> = pairs.chain(more.iter().copied()).collect();
        let gateway = GatewayProcess::start(binary(), folder.path(), &pairs).await.unwrap();
        Self { gateway, folder }
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.gateway.public()).await.unwrap()
    }

    /// One request on a connection of its own.
    pub(crate) async fn get(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.client().await.request("GET", target, headers, b"").await.unwrap()
    }

    /// A page of the admin listener.
    pub(crate) async fn admin(&self, page: &str) -> Answer {
        let mut client = Client::connect(self.gateway.admin()).await.unwrap();
        client.request("GET", page, &[], b"").await.unwrap()
    }

    /// Replaces the routes file as an editor does, and waits until the log tells what became of it.
    pub(crate) async fn write_routes(&self, text: &str, told: &str) {
        let seen = self.told(told);
        let draft = self.folder.path().join("routes.toml.new");
        std::fs::write(&draft, text).unwrap();
        std::fs::rename(draft, self.folder.path().join("routes.toml")).unwrap();
        self.wait_told(told, seen + 1).await;
    }

    /// How often the log has said this.
    pub(crate) fn told(&self, message: &str) -> usize {
        self.gateway.log().iter().filter(|line| starts(line, message)).count()
    }

    pub(crate) async fn wait_told(&self, message: &str, times: usize) {
        let mut count = 0;
        let enough = |line: &serde_json::Value| {
            count += usize::from(starts(line, message));
            count == times
        };
        self.gateway.logged(PATIENCE, enough).await.unwrap();
    }

    /// Stops the gateway; it must have had nothing to complain about but what is named.
    pub(crate) fn close_expecting(mut self, complaints: &[&str]) {
        let status = self.gateway.stop().unwrap();
        assert!(status.success(), "{status:?} {}", self.gateway.errors());
        // Whoever looks at the database at that moment finds it away, not only requests.
        let is_away = complaints.iter().any(|what| what.contains("database") || what.starts_with("degraded"));
        let mut complaints = complaints.to_vec();
        complaints.extend(is_away.then_some("revocations are not heard of at once"));
        let unexpected: Vec<_> = self
            .gateway
            .unexpected()
            .into_iter()
            .filter(|line| !complaints.iter().any(|complaint| line.contains(complaint)))
            .collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    }

    pub(crate) fn close(self) {
        self.close_expecting(&[]);
    }
}

fn starts(line: &serde_json::Value, message: &str) -> bool {
    line["message"].as_str().is_some_and(|text| text.starts_with(message))
}

/// The gateway's own keys, for every gateway of the run that has none of its own.
pub(crate) fn keys() -> &'static Path {
    static KEYS: OnceLock<PathBuf> = OnceLock::new();
    KEYS.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("keys-{}", std::process::id()));
        // One that a process of the same number left behind.
        let _ = std::fs::remove_dir_all(&directory);
        let made = command(&["auth", "keygen", "--dir", directory.to_str().unwrap()], Path::new("/"), &[]);
        assert_eq!(made.code, Some(0), "{made:?}");
        directory
    })
}

/// The environment of a healthy installation.
pub(crate) fn environment(setting: &Setting) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("ENVIRONMENT", "test".to_owned()),
        ("GATEWAY_LISTEN", "127.0.0.1:0".to_owned()),
        ("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0".to_owned()),
        ("LEGACY_URL", setting.legacy_url.clone()),
        ("DATABASE_URL", setting.database_url.clone()),
        ("SECRET_KEY", SECRET.to_owned()),
        ("LEGACY_LOCK", setting.lock.to_str().unwrap().to_owned()),
        ("LOG_FORMAT", "json".to_owned()),
        ("GATEWAY_KEYS_DIR", keys().to_str().unwrap().to_owned()),
    ];
    environment.extend(setting.environment.iter().cloned());
    environment
}

/// A token as the sample legacy issues it.
pub(crate) fn token(user: u32) -> String {
    signed(&json!({ "sub": user.to_string(), "exp": 4_000_000_000_u32 }), SECRET)
}

pub(crate) fn signed(claims: &serde_json::Value, secret: &str) -> String {
    gateway::auth::install_provider();
    encode(&Header::default(), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

pub(crate) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// The headers that differ between two answers whoever made them.
pub(crate) fn comparable(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.without(&["date", "server", "connection", "x-request-id"]);
    let mut headers: Vec<_> =
        headers.0.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    headers.sort();
    (answer.status, headers, answer.text())
}

/// Method, target, headers and body of one request.
pub(crate) type Ask<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [u8]);

/// Starts a gateway in any log format, asks it these, and returns all it wrote to standard output.
pub(crate) async fn whole_log(
    environment: &[(&'static str, String)],
    folder: &Path,
    asked: &[Ask<'_>],
) -> String {
    use std::{process::Stdio, time::Duration};

    use compat_tests::output::Output;
    use gateway::db::tethered::{StopSignal, Tether};

    let mut tether = Tether::new(binary(), StopSignal::Terminate, Duration::from_secs(10));
    let command = tether.command().arg("run").current_dir(folder).env_clear().stdout(Stdio::piped());
    command.env("PATH", "/usr/bin:/bin").envs(environment.iter().map(|(name, value)| (name, value)));
    let mut process = tether.spawn().unwrap();
    let stdout = process.take_stdout().unwrap();
    let mut output = Output::follow(vec![Box::new(stdout)]);
    // In either format the port ends at the first character that is no digit.
    let public = |line: &str| {
        let (_, rest) = line.split_once("127.0.0.1:").filter(|_| line.contains("public"))?;
        let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        Some(SocketAddr::from(([127, 0, 0, 1], rest[..digits].parse().ok()?)))
    };
    let address = output.wait_for(PATIENCE, public).await.unwrap();
    let mut client = Client::connect(address).await.unwrap();
    for (method, target, headers, body) in asked {
        let answer = client.request(method, target, headers, body).await.unwrap();
        if answer.closes() {
            client = Client::connect(address).await.unwrap();
        }
    }
    let mut lines = 0;
    let all = |line: &str| {
        lines += usize::from(line.contains("request_id"));
        (lines == asked.len()).then_some(())
    };
    output.wait_for(PATIENCE, all).await.unwrap();
    process.stop().unwrap();
    output.close();
    output.text()
}
