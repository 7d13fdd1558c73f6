//! The sample's users before a gateway that logs them in, and the sample itself beside it.

use std::net::SocketAddr;

use anyhow::Context;
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use tempfile::TempDir;

use crate::bench::contender::{Behind, Contender, migrate, sample_profile};
use crate::bench::tokens::{Kind, Mint, keys_in};
use crate::bench::{Cores, pin, script};
use crate::client::{Answer, Client};
use crate::sample::{SampleLegacy, SampleSettings, Version, directory};

pub(super) struct Stand {
    // In this order they end: what is connected first, the server last.
    pub(super) gateway: Contender,
    pub(super) fastapi: SampleLegacy,
    _backend: Contender,
    pub(super) cluster: Cluster,
    users: Vec<User>,
    mint: Mint,
    pub(super) pinned: bool,
    _folder: TempDir,
}

/// How a user's password is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    /// OWASP's parameters: 19 MiB, two passes.
    Argon2id,
    /// The sample's own.
    Bcrypt12,
    /// For those who are only to be logged in.
    Cheap,
}

#[derive(Debug, Clone, Copy)]
struct User {
    id: u32,
    task: u32,
}

/// What somebody asks for, ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) target: String,
    pub(super) authorization: String,
}

/// Of each kind of hash.
pub(super) const USERS: u32 = 200;

const SECRET: &str = "the secret of the bench, which signs tokens for nobody but its users";
const PASSWORD: &str = "a+password+of+the+bench";
const HASHES: [(Hash, &str); 3] = [
    (
        Hash::Argon2id,
        "$argon2id$v=19$m=19456,t=2,p=1$BqOeKtJKTCb2XZfBszInvQ$BS0h1X8UwWaqve5ME207nTcmj1TWcOXBAi1H/Mf7c2U",
    ),
    (Hash::Bcrypt12, "$2b$12$14.DxeyNj6lXjE6YneBqQuCZHXC.PvmuemEm6zoSRji5aH1yFIVaq"),
    (Hash::Cheap, "$2b$04$w56pb0jA9r2wgUSD/wLfF.KLQDpU7aXty3/kpQMcwpC2/ijGYjLyq"),
];

const ROUTES: &str = r#"schema = 1
[routes]
"GET /api/tasks/{task_id}" = "native"
"POST /auth/login" = "native"
"POST /auth/refresh" = "native"
"#;

impl Stand {
    /// PostgreSQL runs where the load comes from, not on the core that is measured.
    pub(super) fn start(cores: Cores) -> anyhow::Result<Self> {
        pin(std::process::id(), cores.others)?;
        let folder = tempfile::Builder::new().prefix("gateway-bench-").tempdir()?;
        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::Full };
        let cluster = Cluster::start(&options)?;
        cluster.create_database("sample", None)?;
        let database_url = cluster.url("sample");
        let secret = SECRET.to_owned();
        let settings =
            SampleSettings { version: Version::Newest, database_url: database_url.clone(), secret };
        SampleLegacy::prepare(&settings)?;
        migrate(&database_url, folder.path())?;
        let users = add_users(&settings)?;

        let fastapi = SampleLegacy::serve(&settings).context("start the sample")?;
        pin(fastapi.id(), cores.measured)?;
        let backend = Contender::backend(folder.path(), cores).context("start the backend")?;
        let keys = keys_in(folder.path())?;
        // A better hash is computed once for each user, and what it costs is no part of a login.
        let profile = sample_profile()?.replace("\n[auth]\n", "\n[auth]\nrehash = \"off\"\n");
        let behind = Behind {
            folder: folder.path(),
            application: "app.main:app",
            code: &directory(),
            routes: ROUTES,
            profile: &profile,
            legacy: backend.address(),
            database_url: &database_url,
            secret: SECRET,
            keys: Some(&keys),
        };
        let gateway = Contender::gateway(cores, &behind).context("start the gateway")?;
        let mint = Mint::new(&profile, SECRET, &keys)?;
        let pinned = cores.measured.is_some();
        Ok(Self { gateway, fastapi, _backend: backend, cluster, users, mint, pinned, _folder: folder })
    }

    /// Answered by the gateway itself, with one statement.
    pub(super) fn native(&self, number: u32) -> anyhow::Result<Asking> {
        let user = self.user(number)?;
        self.asking(format!("/api/tasks/{}", user.task), user)
    }

    /// Answered by the backend.
    pub(super) fn proxied(&self, number: u32) -> anyhow::Result<Asking> {
        self.asking("/users/me".to_owned(), self.user(number)?)
    }

    fn user(&self, number: u32) -> anyhow::Result<User> {
        self.users.get(number as usize).copied().with_context(|| format!("there is no user {number}"))
    }

    fn asking(&self, target: String, user: User) -> anyhow::Result<Asking> {
        Ok(Asking { target, authorization: format!("Bearer {}", self.mint.good(Kind::Own, user.id)?) })
    }
}

/// Logs this user in, at the gateway or at the sample.
pub(super) async fn log_in(client: &mut Client, hash: Hash, number: u32) -> anyhow::Result<Answer> {
    let kind = HASHES.iter().position(|(candidate, _)| *candidate == hash).unwrap_or_default();
    let form = format!("username=login-{kind}-{}%40example.com&password={PASSWORD}", number % USERS);
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    client.request("POST", "/auth/login", &headers, form.as_bytes()).await.context("log in")
}

pub(super) async fn connect(address: SocketAddr) -> anyhow::Result<Client> {
    Client::connect(address).await.with_context(|| format!("connect to {address}"))
}

fn add_users(settings: &SampleSettings) -> anyhow::Result<Vec<User>> {
    let (script, how_many) = (script("logins.py")?, USERS.to_string());
    let mut arguments = vec!["-c", &script, &how_many];
    arguments.extend(HASHES.map(|(_, hash)| hash));
    let told = settings.run(&arguments)?;
    let users = told.lines().map(|line| {
        let (id, task) = line.split_once(' ').with_context(|| format!("no user: {line}"))?;
        Ok(User { id: id.parse()?, task: task.parse()? })
    });
    users.collect()
}
