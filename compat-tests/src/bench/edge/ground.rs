//! What every part of the comparison stands on: the backend, a database, keys; and the proxies, started when they are needed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use tempfile::TempDir;
use tokio::runtime::Builder;

use crate::bench::Cores;
use crate::bench::contender::{self, Behind, Contender, migrate, sample_profile};
use crate::bench::tokens::{Kind, Mint, keys_in};
use crate::client::Client;
use crate::repository;

pub(super) struct Ground {
    // In this order they end: the server of the database last.
    pub(super) backend: Contender,
    database: Cluster,
    pub(super) cores: Cores,
    pub(super) mint: Mint,
    profile: String,
    keys: PathBuf,
    public: String,
    folder: TempDir,
}

/// Who stands in front of the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Relay,
    Nginx,
    HaProxy,
    /// Lets nobody in without a token of this kind.
    Verifying(Kind),
    Gateway,
    /// The same, with everything that passes written down.
    Recording,
}

/// HAProxy's configuration takes these letters as they are.
const SECRET: &str = "the-secret-of-the-bench-which-signs-tokens-of-nobody-but-its-users";
const ROUTES: &str = "schema = 1\n[routes]\n\"GET /kept\" = { auth = \"required\" }\n";
const LARGE: usize = 1 << 20;

impl Who {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Nginx => "nginx",
            Self::HaProxy | Self::Verifying(_) => "HAProxy",
            Self::Gateway => "gateway",
            Self::Recording => "gateway, recording",
        }
    }
}

impl Ground {
    pub(super) fn start(cores: Cores) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("gateway-bench-").tempdir()?;
        let place = folder.path();
        // nginx's worker may be somebody else, and must find what it serves.
        fs::set_permissions(place, Permissions::from_mode(0o711))?;
        fs::write(place.join("large"), vec![b'x'; LARGE])?;
        let backend = Contender::backend(place, cores).context("start the backend")?;
        let keys = keys_in(place)?;
        let profile = sample_profile()?;
        let mint = Mint::new(&profile, SECRET, &keys)?;
        let public = place.join("public.pem");
        fs::write(&public, mint.public_pem()?)?;
        let public = public.to_str().context("the folder's name is a text")?.to_owned();
        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
        let database = Cluster::start(&options)?;
        migrate(&database.url("postgres"), place)?;
        Ok(Self { backend, database, cores, mint, profile, keys, public, folder })
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn proxy(&self, proxy: Who) -> anyhow::Result<Contender> {
        let (place, cores, backend) = (self.folder(), self.cores, self.backend.address());
        let routes = match proxy {
            Who::Recording => format!("{ROUTES}[record]\ndir = {:?}\n", place.join("recording")),
            _ => ROUTES.to_owned(),
        };
        let started = match proxy {
            Who::Relay => Contender::relay(cores, backend),
            Who::Nginx => Contender::nginx(place, cores, backend),
            Who::HaProxy => Contender::haproxy(place, cores, backend, None),
            Who::Verifying(kind) => {
                let verifying = match kind {
                    Kind::Legacy => contender::Verifying { algorithm: "HS256", key: SECRET },
                    Kind::Own => contender::Verifying { algorithm: "ES256", key: &self.public },
                };
                Contender::haproxy(place, cores, backend, Some(verifying))
            }
            Who::Gateway | Who::Recording => Contender::gateway(
                cores,
                &Behind {
                    folder: place,
                    application: "small:app",
                    code: &repository().join("compat-tests/bench"),
                    routes: &routes,
                    profile: &self.profile,
                    legacy: backend,
                    database_url: &self.database.url("postgres"),
                    secret: SECRET,
                    keys: Some(&self.keys),
                },
            ),
        };
        let started = started.with_context(|| format!("start {}", proxy.name()))?;
        self.check(proxy, &started)?;
        Ok(started)
    }

    /// Whoever answers something else does not do what is compared.
    fn check(&self, proxy: Who, started: &Contender) -> anyhow::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let ask = |method: &str, target: &str, token: Option<&str>, body: &[u8]| {
            let authorization = token.map(|token| format!("Bearer {token}"));
            let headers: Vec<_> =
                authorization.iter().map(|value| ("authorization", value.as_str())).collect();
            runtime.block_on(async {
                let mut client = Client::connect(started.address()).await?;
                let answer = client.request(method, target, &headers, body).await?;
                anyhow::Ok((answer.status, answer.body.len()))
            })
        };
        let kinds = match proxy {
            Who::Verifying(kind) => vec![kind],
            Who::Gateway | Who::Recording => vec![Kind::Legacy, Kind::Own],
            Who::Relay | Who::Nginx | Who::HaProxy => {
                let (status, length) = ask("GET", "/large", None, b"")?;
                ensure!(
                    (status, length) == (200, LARGE),
                    "{} answers {status}, {length} bytes",
                    proxy.name()
                );
                vec![]
            }
        };
        for kind in kinds {
            let (status, _) = ask("GET", "/kept", Some(&self.mint.good(kind, 7)?), b"")?;
            ensure!(status == 200, "{} answers {status} to a good token", proxy.name());
            for (what, token) in self.mint.bad(kind)? {
                // Both kinds are good at the gateway's door.
                if what.starts_with("another algorithm") && matches!(proxy, Who::Gateway | Who::Recording) {
                    continue;
                }
                let (status, _) = ask("GET", "/kept", Some(&token), b"")?;
                ensure!(status == 401, "{} answers {status} to a token with {what}", proxy.name());
            }
        }
        Ok(())
    }
}
