//! Makes the recordings that stand beside this crate: the session, played through a gateway that records, in front of the
//! sample legacy on fresh rows; what is stored afterwards; and what varies when the legacy is asked again.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, ensure};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use gateway::parity::recording::{Limits, Recording, Writer};
use gateway::parity::redaction::{Key, Redactor};
use gateway::parity::replay::state::{Database, FIRST, fingerprint};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::gateway_process::{GatewayProcess, run_to_end};
use crate::repository;
use crate::sample::{API_KEY, SampleLegacy, SampleSettings, Version};
use crate::session::{Outcome, play, script};

/// Signs the tokens of the recorded sessions, which are over.
const SECRET: &str = "the secret of the recorded sessions, 32 bytes or more";

/// Who answers is the legacy, and what is recorded is everything. The data is the sample's: only what opens a door is
/// replaced, and texts that are no Unicode stay what the sample refuses.
const RECORD: &str = r#"schema = 1

[record]
dir      = "recording"
body_max = "2MiB"
redact   = "secrets"
keep     = [
    "body", "body $", "body $..sha256", "body $..operationId",
    "body $..title", "body $..tokenUrl",
    'body $.paths["/auth/login"].post.requestBody.content["application/x-www-form-urlencoded"].schema["$ref"]',
    "cookie theme", "cookie visit", "cookie name", "cookie a", "cookie b", "cookie c", "cookie d",
]
"#;

/// What `compat-tests/rules.toml` asks the environment for: how the people of the sample log in.
pub const CREDENTIALS: [(&str, &str); 5] = [
    ("COMPAT_ADA", "correct horse battery staple"),
    ("COMPAT_GRACE", "nanoseconds are short wires"),
    ("COMPAT_ZOE", "\u{fc}berraschung im caf\u{e9} \u{2615}"),
    ("COMPAT_LINUS", "talk is cheap show code"),
    ("COMPAT_API_KEY", API_KEY),
];

/// The rules of this project's own recordings.
pub fn rules() -> PathBuf {
    repository().join("compat-tests/rules.toml")
}

/// Where the recording of one version stands.
pub fn folder(version: Version) -> PathBuf {
    repository().join("compat-tests/recordings").join(version.name())
}

/// Plays the session, and moves what was recorded to `folder`; tells how many requests that were.
pub async fn record(gateway: &Path, version: Version, folder: &Path) -> anyhow::Result<usize> {
    ensure!(gateway.is_file(), "`{}` is missing: `./dev record` builds it", gateway.display());
    let binary = gateway.to_owned();
    let stage = spawn_blocking(move || Stage::set(&binary, version)).await??;
    let mut process = stage.serve(gateway).await?;
    let mut steps = script();
    // Two tokens at once are withheld from the backend: what it says then is said of another request.
    steps.retain(|step| !step.headers.iter().any(|(_, value)| value == "Bearer {ada} {ada}"));
    let heard = play(&steps, process.public()).await;
    let status = process.stop()?;
    ensure!(status.success(), "the gateway ended with {status}: {}", process.errors());
    let broken = heard.exchanges.iter().find_map(|exchange| match &exchange.outcome {
        Outcome::Broken(why) => Some(format!("{}: {why}", exchange.request)),
        Outcome::Heard(_) => None,
    });
    ensure!(broken.is_none(), "{}", broken.unwrap_or_default());
    stage.keep(folder).await?;
    Ok(steps.len())
}

/// Asks the legacy what was recorded, three times on fresh rows; what varies is written beside the recording.
pub async fn learn(gateway: &Path, version: Version, folder: &Path) -> anyhow::Result<String> {
    let (binary, folder) = (gateway.to_owned(), folder.to_owned());
    let learning = move || {
        let stage = Stage::set(&binary, version)?;
        stage.learn(&binary, &folder)
    };
    spawn_blocking(learning).await?
}

/// Where the gateway itself would refuse who has no token, the legacy is heard.
fn open_routes(gateway: &Path, folder: &Path) -> anyhow::Result<String> {
    fs::write(folder.join("routes.toml"), "schema = 1\n")?;
    let listed = run_to_end(gateway, &["routes", "list", "--json"], folder, &[])?;
    let rows: Vec<Value> = serde_json::from_str(&listed.stdout).with_context(|| listed.stderr.clone())?;
    let guarded = rows.iter().filter(|row| row["auth"] == "token").filter_map(|row| row["route"].as_str());
    let lines =
        guarded.map(|route| format!("{route:?} = {{ auth = \"none\", auth_override = \"recorded\" }}\n"));
    Ok(format!("\n[routes]\n{}", lines.collect::<String>()))
}

/// Dropped in this order: nobody loses what they still use.
struct Stage {
    legacy: SampleLegacy,
    settings: SampleSettings,
    files: TempDir,
    cluster: Cluster,
}

/// Fresh rows, and what is made of them.
const SAMPLE: &str = "seeded";
const LIVE: &str = "live";

impl Stage {
    fn set(gateway: &Path, version: Version) -> anyhow::Result<Self> {
        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
        let cluster = Cluster::start(&options)?;
        cluster.create_database(SAMPLE, None)?;
        let sample = SampleSettings { version, database_url: cluster.url(SAMPLE), secret: SECRET.to_owned() };
        SampleLegacy::prepare(&sample)?;
        cluster.create_database(LIVE, Some(SAMPLE))?;
        let settings = SampleSettings { database_url: cluster.url(LIVE), ..sample };
        let files = tempfile::Builder::new().prefix("gateway-record-").tempdir()?;
        settings.import(gateway, &files.path().join("legacy.lock"))?;
        fs::copy(repository().join("legacy.toml"), files.path().join("legacy.toml"))?;
        fs::write(files.path().join("routes.toml"), [RECORD, &open_routes(gateway, files.path())?].concat())?;
        let legacy = SampleLegacy::serve(&settings)?;
        Ok(Self { legacy, settings, files, cluster })
    }

    async fn serve(&self, gateway: &Path) -> anyhow::Result<GatewayProcess> {
        let environment = [
            ("ENVIRONMENT", "local"),
            ("LOG_FORMAT", "json"),
            ("GATEWAY_LISTEN", "127.0.0.1:0"),
            ("GATEWAY_ADMIN_LISTEN", "127.0.0.1:0"),
            ("LEGACY_URL", &self.legacy.url()),
            ("DATABASE_URL", &self.settings.database_url),
            ("SECRET_KEY", &self.settings.secret),
        ];
        GatewayProcess::start(gateway, self.files.path(), &environment).await
    }

    /// In place of an earlier one, with what the database holds now: a replay must have stored the same.
    async fn keep(&self, folder: &Path) -> anyhow::Result<()> {
        let (recording, damage) = Recording::open(&recorded(&self.files.path().join("recording"))?)?;
        ensure!(damage.is_empty() && recording.gaps.is_empty(), "{damage:?} {:?}", recording.gaps);
        let manifest = recording.manifest.context("the recording has no manifest")?;
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("replace `{}`", folder.display()))?;
        }
        let mut writer = Writer::create(folder, &manifest, Limits::default())?;
        for exchange in &recording.exchanges {
            writer.write(exchange)?;
        }
        let mut redactor = Redactor::new(&manifest.redaction.policy(), Key::random());
        let database = Database::parse(&self.settings.database_url)?;
        for mut table in fingerprint(&database, &["*".to_owned()], FIRST).await? {
            redactor.redact(&mut table);
            writer.write(&table)?;
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        Ok(writer.finish(now.as_micros().try_into()?)?)
    }

    /// What the gateway tells of it, or all that it says where not everything is learned.
    fn learn(&self, gateway: &Path, folder: &Path) -> anyhow::Result<String> {
        let text = |path: &Path| path.to_str().map(str::to_owned).context("a path is not UTF-8");
        let (recording, rules, target) = (text(folder)?, text(&rules())?, self.legacy.url());
        let arguments = ["compat", "learn", &recording, "--rules", &rules, "--target", &target];
        let database = self.cluster.url(LIVE);
        let environment = [&CREDENTIALS[..], &[("COMPAT_DATABASE_URL", database.as_str())]].concat();
        let done = run_to_end(gateway, &arguments, self.files.path(), &environment)?;
        ensure!(done.code == Some(0), "gateway compat learn: {}{}", done.stdout, done.stderr);
        Ok(done.stderr.lines().last().unwrap_or_default().to_owned())
    }
}

fn recorded(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.join("manifest.json").exists() {
        return Ok(folder.to_owned());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("read `{}`", folder.display()))?;
    let found: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    match &found[..] {
        [only] if only.join("manifest.json").exists() => Ok(only.clone()),
        _ => anyhow::bail!("`{}` holds no recording, or several", folder.display()),
    }
}
