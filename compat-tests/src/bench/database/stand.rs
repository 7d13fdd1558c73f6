//! The two that are measured, each alone with a copy of the same database: the sample on uvicorn, and native routes.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use tempfile::TempDir;

use crate::bench::contender::{Behind, Contender, sample_profile};
use crate::bench::{Cores, pin, script};
use crate::sample::{SampleLegacy, SampleSettings, Version, directory};

pub(super) struct Stand {
    // In this order they end: what is connected first, the server last.
    gateway: Contender,
    legacy: SampleLegacy,
    cluster: Cluster,
    pub(super) tokens: Vec<String>,
    _folder: TempDir,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Legacy,
    Native,
}

const SECRET: &str = "the secret of the bench, which signs tokens for nobody but its users";

const ROUTES: &str = r#"schema = 1
[routes]
"GET /api/tasks" = "native"
"POST /api/tasks" = "native"
"GET /api/tasks/{task_id}" = "native"
"PATCH /api/tasks/{task_id}" = "native"
"DELETE /api/tasks/{task_id}" = "native"
"#;

impl Stand {
    /// PostgreSQL runs where the load comes from, not on the core that is measured.
    pub(super) fn start(cores: Cores, users: usize) -> anyhow::Result<Self> {
        pin(std::process::id(), cores.others)?;
        let folder = tempfile::Builder::new().prefix("gateway-bench-").tempdir()?;
        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::Full };
        let cluster = Cluster::start(&options)?;
        cluster.create_database("sample", None)?;
        let settings = |database: &str| SampleSettings {
            version: Version::Newest,
            database_url: cluster.url(database),
            secret: SECRET.to_owned(),
        };
        SampleLegacy::prepare(&settings("sample"))?;
        let tokens = settings("sample").run(&["-c", &script("users.py")?, &users.to_string()])?;
        let tokens: Vec<String> = tokens.lines().map(str::to_owned).collect();
        ensure!(tokens.len() == users, "{} tokens for {users} users", tokens.len());
        for copy in ["legacy", "native"] {
            cluster.create_database(copy, Some("sample"))?;
        }

        let legacy = SampleLegacy::serve(&settings("legacy")).context("start the legacy")?;
        pin(legacy.id(), cores.measured)?;
        let behind = Behind {
            folder: folder.path(),
            application: "app.main:app",
            code: &directory(),
            routes: ROUTES,
            profile: &sample_profile()?,
            legacy: legacy.address(),
            database_url: &cluster.url("native"),
            secret: SECRET,
            keys: None,
        };
        let gateway = Contender::gateway(cores, &behind).context("start the gateway")?;
        Ok(Self { gateway, legacy, cluster, tokens, _folder: folder })
    }

    pub(super) fn address(&self, subject: Subject) -> SocketAddr {
        match subject {
            Subject::Legacy => self.legacy.address(),
            Subject::Native => self.gateway.address(),
        }
    }

    pub(super) fn group(&self, subject: Subject) -> u32 {
        match subject {
            Subject::Legacy => self.legacy.id(),
            Subject::Native => self.gateway.group(),
        }
    }

    pub(super) fn postgres(&self) -> u32 {
        self.cluster.id()
    }
}
