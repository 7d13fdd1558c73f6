//! Makes the recordings that stand beside this crate: the session, played through a gateway that records, in front of the
//! sample legacy on fresh rows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use crate::gateway_process::GatewayProcess;
use crate::repository;
use crate::sample::{API_KEY, SampleLegacy, SampleSettings, Version};
use crate::session::{Outcome, play, script};

/// Signs the tokens of the recorded sessions, which are over.
const SECRET: &str = "the secret of the recorded sessions, 32 bytes or more";

/// Who answers is the legacy; what is recorded is everything. The data is the sample's: only what opens a door is replaced,
/// and texts that are no Unicode stay what the sample refuses.
const ROUTES: &str = r#"schema = 1

[record]
dir    = "recording"
redact = "secrets"
keep   = ["body $", "body $.title", "body $..sha256"]
"#;

/// What `compat-tests/rules.toml` asks the environment for: how the people of the sample log in.
pub const CREDENTIALS: [(&str, &str); 5] = [
    ("COMPAT_ADA", "correct horse battery staple"),
    ("COMPAT_GRACE", "nanoseconds are short wires"),
    ("COMPAT_ZOE", "\u{fc}berraschung im caf\u{e9} \u{2615}"),
    ("COMPAT_LINUS", "talk is cheap show code"),
    ("COMPAT_API_KEY", API_KEY),
];

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
    let steps = script();
    let heard = play(&steps, process.public()).await;
    let status = process.stop()?;
    ensure!(status.success(), "the gateway ended with {status}: {}", process.errors());
    let broken = heard.exchanges.iter().find_map(|exchange| match &exchange.outcome {
        Outcome::Broken(why) => Some(format!("{}: {why}", exchange.request)),
        Outcome::Heard(_) => None,
    });
    ensure!(broken.is_none(), "{}", broken.unwrap_or_default());
    stage.keep(folder)?;
    Ok(steps.len())
}

/// Dropped in this order: nobody loses what they still use.
struct Stage {
    legacy: SampleLegacy,
    settings: SampleSettings,
    files: TempDir,
    _cluster: Cluster,
}

impl Stage {
    fn set(gateway: &Path, version: Version) -> anyhow::Result<Self> {
        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
        let cluster = Cluster::start(&options)?;
        cluster.create_database("app", None)?;
        let settings =
            SampleSettings { version, database_url: cluster.url("app"), secret: SECRET.to_owned() };
        SampleLegacy::prepare(&settings)?;
        let files = tempfile::Builder::new().prefix("gateway-record-").tempdir()?;
        settings.import(gateway, &files.path().join("legacy.lock"))?;
        fs::write(files.path().join("routes.toml"), ROUTES)?;
        fs::copy(repository().join("legacy.toml"), files.path().join("legacy.toml"))?;
        let legacy = SampleLegacy::serve(&settings)?;
        Ok(Self { legacy, settings, files, _cluster: cluster })
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

    /// In place of an earlier one; the folder that the gateway wrote is the only one in `recording`, or is that itself.
    fn keep(&self, folder: &Path) -> anyhow::Result<()> {
        let recording = recorded(&self.files.path().join("recording"))?;
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("replace `{}`", folder.display()))?;
        }
        copy(&recording, folder).with_context(|| format!("copy the recording to `{}`", folder.display()))
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

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let copied = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() { copy(&path, &copied)? } else { fs::copy(&path, &copied).map(drop)? }
    }
    Ok(())
}
