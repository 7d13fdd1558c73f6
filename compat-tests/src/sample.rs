//! The sample legacy as a process: migrated, seeded, and served by uvicorn on a port that the system picks.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, bail, ensure};
use gateway::db::tethered::{StopSignal, Tether, Tethered};

use crate::gateway_process::run_to_end;
use crate::output::Output;
use crate::repository;

#[derive(Debug)]
pub struct SampleLegacy {
    process: Tethered,
    output: Output,
    address: SocketAddr,
}

/// The framework that it runs on: the two that are pinned in `requirements-….txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    V0_115,
    Newest,
}

#[derive(Debug, Clone)]
pub struct SampleSettings {
    pub version: Version,
    pub database_url: String,
    pub secret: String,
}

/// What its routes for machines ask for in `X-API-Key`.
pub const API_KEY: &str = "the API key of the sample legacy";

/// The fifth of January 2026, as the rows of the sample.
const DEPLOYED: Duration = Duration::from_secs(1_767_571_200);

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(5);

/// Enough for the interpreter, whose own path is absolute; nothing else of ours reaches the application.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

impl SampleLegacy {
    /// The schema and the sample data. The database may then serve as a template.
    pub fn prepare(settings: &SampleSettings) -> anyhow::Result<()> {
        settings.run(&["-m", "alembic", "upgrade", "head"])?;
        settings.run(&["-m", "app.seed"]).map(drop)
    }

    /// The schema as Alembic would make it, as SQL.
    pub fn schema(settings: &SampleSettings) -> anyhow::Result<String> {
        settings.run(&["-m", "alembic", "upgrade", "head", "--sql"])
    }

    /// Whether Alembic finds the schema to be what the application's models say; fails with what it finds otherwise.
    pub fn check(settings: &SampleSettings) -> anyhow::Result<()> {
        settings.run(&["-m", "alembic", "check"]).map(drop)
    }

    /// Serves a database that is prepared already.
    pub fn serve(settings: &SampleSettings) -> anyhow::Result<Self> {
        Self::serve_in(settings, &[])
    }

    /// On a machine that is set up in another way.
    pub fn serve_in(settings: &SampleSettings, surroundings: &[(&str, &str)]) -> anyhow::Result<Self> {
        age_files(&directory().join("app/static"))?;
        let mut tether = Tether::new(&settings.version.python()?, StopSignal::Terminate, STOPPED_WITHIN);
        let command = tether.command();
        settings.surround(command);
        command.envs(surroundings.iter().copied());
        command.args(["-m", "uvicorn", "app.main:app", "--host", "127.0.0.1", "--port", "0"]);
        command.args(["--timeout-graceful-shutdown", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = tether.spawn().context("start uvicorn")?;
        let (stdout, stderr) = (process.take_stdout(), process.take_stderr());
        let output = Output::follow(vec![
            Box::new(stdout.expect("stdout was piped above")),
            Box::new(stderr.expect("stderr was piped above")),
        ]);
        let address = output.wait_blocking(READY_WITHIN, served_address).context("start uvicorn")?;
        Ok(Self { process, output, address })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The process id, which is also the number of its process group.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Its log, with one line for every request that it has answered.
    pub fn output(&self) -> &Output {
        &self.output
    }

    pub fn stop(mut self) -> anyhow::Result<()> {
        self.process.stop().context("stop uvicorn")?;
        self.output.close();
        Ok(())
    }
}

impl Version {
    pub const ALL: [Self; 2] = [Self::V0_115, Self::Newest];

    /// The version that a person calls so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::V0_115 => "0.115",
            Self::Newest => "newest",
        }
    }

    /// The interpreter that has this version installed.
    pub fn python(self) -> anyhow::Result<PathBuf> {
        let python = repository().join(".dev/python").join(self.name()).join("bin/python");
        ensure!(python.exists(), "`{}` is missing: `./dev test` makes it", python.display());
        Ok(python)
    }
}

/// Where the application's code is.
pub fn directory() -> PathBuf {
    repository().join("compat-tests/legacy")
}

impl SampleSettings {
    /// What it wrote to standard output.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = Command::new(self.version.python()?);
        self.surround(&mut command);
        let output = command.args(arguments).stdin(Stdio::null()).output().context("start python")?;
        if !output.status.success() {
            let told = [output.stdout, output.stderr].concat();
            bail!("python {}: {}", arguments.join(" "), String::from_utf8_lossy(&told));
        }
        String::from_utf8(output.stdout).context("read what python wrote")
    }

    /// Writes the lock of this application on this version, with the gateway that will read it.
    pub fn import(&self, gateway: &Path, lock: &Path) -> anyhow::Result<()> {
        let text = |path: &Path| path.to_str().map(str::to_owned).context("a path is not UTF-8");
        let (python, code, lock) = (text(&self.version.python()?)?, text(&directory())?, text(lock)?);
        let arguments =
            ["legacy", "import", "app.main:app", "--python", &python, "--app-dir", &code, "--lock", &lock];
        let environment = [
            ("DATABASE_URL", self.database_url.as_str()),
            ("SECRET_KEY", &self.secret),
            ("API_KEY", API_KEY),
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ];
        // Where no other file of settings lies.
        let beside = Path::new(&lock).parent().context("the lock has no folder")?;
        let done = run_to_end(gateway, &arguments, beside, &environment)?;
        ensure!(done.code == Some(0), "gateway legacy import: {}{}", done.stdout, done.stderr);
        Ok(())
    }

    fn surround(&self, command: &mut Command) {
        command.current_dir(directory()).env_clear().env("PATH", PATH).env("PYTHONUTF8", "1");
        command.env("PYTHONUNBUFFERED", "1").env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("DATABASE_URL", &self.database_url).env("SECRET_KEY", &self.secret);
        command.env("API_KEY", API_KEY);
    }
}

/// A checkout gives files the time at which it was made, and their etags with it; what was deployed once has one time.
fn age_files(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            age_files(&path)?;
            continue;
        }
        let file = File::options().append(true).open(&path);
        let aged = file.and_then(|file| file.set_modified(UNIX_EPOCH + DEPLOYED));
        aged.with_context(|| format!("set the time of `{}`", path.display()))?;
    }
    Ok(())
}

fn served_address(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once("Uvicorn running on http://")?;
    address.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Client;
    use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};

    #[test]
    fn a_version_has_one_name() {
        assert_eq!(Version::named("0.115"), Some(Version::V0_115));
        assert_eq!(Version::named("newest"), Some(Version::Newest));
        for wrong in ["", "0.115.6", "Newest", "newest "] {
            assert_eq!(Version::named(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn both_versions_serve_copies_of_one_template() {
        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
        let cluster = Cluster::start(&options).unwrap();
        for version in Version::ALL {
            let (template, copy) = (format!("{version:?}"), format!("{version:?}_copy"));
            cluster.create_database(&template, None).unwrap();
            let secret = "a secret for this test alone, 32 bytes or more".to_owned();
            let database_url = cluster.url(&template);
            let settings = SampleSettings { version, database_url, secret };
            SampleLegacy::prepare(&settings).unwrap();
            cluster.create_database(&copy, Some(&template)).unwrap();
            let legacy =
                SampleLegacy::serve(&SampleSettings { database_url: cluster.url(&copy), ..settings })
                    .unwrap();

            let mut client = Client::connect(legacy.address()).await.unwrap();
            let form = "username=ada%40example.com&password=correct+horse+battery+staple";
            let form_type = ("content-type", "application/x-www-form-urlencoded");
            let login = client.request("POST", "/auth/login", &[form_type], form.as_bytes()).await.unwrap();
            assert_eq!(login.status, 200, "{login:?}");
            let stats =
                client.request("GET", "/api/admin/stats", &[("x-api-key", API_KEY)], b"").await.unwrap();
            assert_eq!(stats.status, 200, "{stats:?}");
            let seen = |line: &str| line.contains("\"POST /auth/login HTTP/1.1\" 200").then_some(());
            legacy.output().wait_for(Duration::from_secs(10), seen).await.unwrap();
            legacy.stop().unwrap();
        }
    }
}
