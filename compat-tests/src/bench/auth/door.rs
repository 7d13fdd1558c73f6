//! Compares the CPU time that the gateway and HAProxy spend on a proxied GET whose token they verify.
//!
//! The same tokens before the same backend on the same core, in one run, in turns: only the ratio means anything elsewhere.

use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use gateway::db::cluster::{Cluster, ClusterOptions, Durability, Place};
use tempfile::TempDir;
use tokio::runtime::Builder;

use super::Measured;
use crate::bench::Cores;
use crate::bench::bar::{Bar, median};
use crate::bench::contender::{Behind, Contender, Verifying, migrate, sample_profile};
use crate::bench::cpu::CpuTime;
use crate::bench::tokens::{Kind, Mint, bare_script, keys_in, script};
use crate::bench::wrk::Load;
use crate::client::Client;
use crate::repository;

const ROUNDS: usize = 5;
const ROUND_SECONDS: u32 = 3;
const CONNECTIONS: u32 = 64;
const USERS: u32 = 2_000;
/// More than can be shown in a round.
const ONCE: u32 = 40_000;

/// HAProxy's configuration takes these letters as they are.
const SECRET: &str = "the-secret-of-the-bench-which-signs-tokens-of-nobody-but-its-users";
const ROUTES: &str = "schema = 1\n[routes]\n\"GET /kept\" = { auth = \"required\" }\n";

const HS256: f64 = 1.15;
const ES256: f64 = 0.35;

/// What is measured, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Plain(Who),
    Hs256(Who),
    Es256(Who),
    /// Each token once, so that none is known.
    EachOnce,
    /// A token that the backend understands is minted for each request.
    Minted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    HaProxy,
    Gateway,
}

const ROWS: [Row; 8] = [
    Row::Plain(Who::HaProxy),
    Row::Plain(Who::Gateway),
    Row::Hs256(Who::HaProxy),
    Row::Hs256(Who::Gateway),
    Row::Es256(Who::HaProxy),
    Row::Es256(Who::Gateway),
    Row::EachOnce,
    Row::Minted,
];

#[derive(Debug)]
pub(super) struct Comparison {
    /// Microseconds of CPU for a request, by row, each a median of rounds.
    cpu: Vec<f64>,
    pinned: bool,
}

struct Stand {
    cores: Cores,
    plain: Contender,
    hs256: Contender,
    es256: Contender,
    gateway: Contender,
    minting: Contender,
    _backend: Contender,
    _database: Cluster,
    mint: Mint,
    /// Scripts of wrk: no token, the backend's, the gateway's own.
    shown: [PathBuf; 3],
    folder: TempDir,
}

pub(super) fn compare() -> anyhow::Result<Comparison> {
    let stand = Stand::start(Cores::choose())?;
    stand.check()?;
    for row in ROWS {
        stand.measure(row, 1)?;
    }
    let mut rounds = vec![Vec::new(); ROWS.len()];
    for round in 1..=ROUNDS {
        for (row, figures) in ROWS.into_iter().zip(&mut rounds) {
            figures.push(stand.measure(row, ROUND_SECONDS)?);
        }
        eprintln!("round {round} of {ROUNDS}");
    }
    let cpu = rounds.into_iter().map(median).collect();
    Ok(Comparison { cpu, pinned: stand.cores.measured.is_some() })
}

impl Stand {
    fn start(cores: Cores) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("gateway-bench-").tempdir()?;
        let place = folder.path();
        let backend = Contender::backend(place, cores).context("start the backend")?;
        let keys = keys_in(place)?;
        let profile = sample_profile()?;
        let mint = Mint::new(&profile, SECRET, &keys)?;
        let public = place.join("public.pem");
        fs::write(&public, mint.public_pem()?)?;
        let public = public.to_str().context("the folder's name is a text")?;
        let haproxy = |verifying| Contender::haproxy(place, cores, backend.address(), verifying);
        let plain = haproxy(None)?;
        let hs256 = haproxy(Some(Verifying { algorithm: "HS256", key: SECRET }))?;
        let es256 = haproxy(Some(Verifying { algorithm: "ES256", key: public }))?;

        let options =
            ClusterOptions { binaries: None, place: Place::Temporary, durability: Durability::None };
        let database = Cluster::start(&options)?;
        let database_url = database.url("postgres");
        migrate(&database_url, place)?;
        let gateway = |name: &str, bridge: &str| {
            let folder = place.join(name);
            fs::create_dir(&folder)?;
            Contender::gateway(
                cores,
                &Behind {
                    folder: &folder,
                    application: "small:app",
                    code: &repository().join("compat-tests/bench"),
                    routes: ROUTES,
                    profile: &bridging(&profile, bridge)?,
                    legacy: backend.address(),
                    database_url: &database_url,
                    secret: SECRET,
                    keys: Some(&keys),
                },
            )
            .with_context(|| format!("start the gateway, bridge = {bridge}"))
        };
        let minting = gateway("minting", "mint")?;
        let gateway = gateway("passing", "passthrough")?;
        let users = |kind| (1..=USERS).map(|user| mint.good(kind, user)).collect::<anyhow::Result<Vec<_>>>();
        let shown = [
            bare_script(place)?,
            script(place, "legacy", &users(Kind::Legacy)?, false)?,
            script(place, "own", &users(Kind::Own)?, false)?,
        ];
        Ok(Self {
            cores,
            plain,
            hs256,
            es256,
            gateway,
            minting,
            _backend: backend,
            _database: database,
            mint,
            shown,
            folder,
        })
    }

    fn contender(&self, row: Row) -> &Contender {
        match row {
            Row::Plain(Who::HaProxy) => &self.plain,
            Row::Hs256(Who::HaProxy) => &self.hs256,
            Row::Es256(Who::HaProxy) => &self.es256,
            Row::Plain(Who::Gateway)
            | Row::Hs256(Who::Gateway)
            | Row::Es256(Who::Gateway)
            | Row::EachOnce => &self.gateway,
            Row::Minted => &self.minting,
        }
    }

    /// Whoever lets a bad token in, or a good one not, does not do what is measured.
    fn check(&self) -> anyhow::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        for row in ROWS {
            let kind = match row {
                Row::Plain(_) => continue,
                Row::Hs256(_) => Kind::Legacy,
                Row::Es256(_) | Row::EachOnce | Row::Minted => Kind::Own,
            };
            let ask = |token: String| runtime.block_on(answered(self.contender(row).address(), &token));
            let status = ask(self.mint.good(kind, 7)?)?;
            ensure!(status == 200, "{row:?} answers {status} to a good token");
            for (what, token) in self.mint.bad(kind)? {
                // Both kinds are good at the gateway's door.
                if what.starts_with("another algorithm") && row.is_gateway() {
                    continue;
                }
                let status = ask(token)?;
                ensure!(status == 401, "{row:?} answers {status} to a token with {what}");
            }
        }
        Ok(())
    }

    fn measure(&self, row: Row, seconds: u32) -> anyhow::Result<f64> {
        let [bare, legacy, own] = &self.shown;
        let fresh;
        let (path, shown): (&str, &Path) = match row {
            Row::Plain(_) => ("/small", bare),
            Row::Hs256(_) => ("/kept", legacy),
            Row::Es256(_) | Row::Minted => ("/kept", own),
            Row::EachOnce => {
                let tokens = (1..=ONCE).map(|user| self.mint.good(Kind::Own, user));
                fresh =
                    script(self.folder.path(), "once", &tokens.collect::<anyhow::Result<Vec<_>>>()?, true)?;
                ("/kept", &fresh)
            }
        };
        let contender = self.contender(row);
        let url = format!("http://{}{path}", contender.address());
        let before = CpuTime::of_group(contender.group())?;
        let load = Load::scripted(&url, shown, self.cores.others, CONNECTIONS, seconds)
            .with_context(|| format!("{row:?}"))?;
        let spent = CpuTime::of_group(contender.group())?.since(before)?;
        Ok(spent.as_secs_f64() * 1e6 / load.requests as f64)
    }
}

async fn answered(address: SocketAddr, token: &str) -> anyhow::Result<u16> {
    let authorization = format!("Bearer {token}");
    let mut client = Client::connect(address).await?;
    Ok(client.request("GET", "/kept", &[("authorization", &authorization)], b"").await?.status)
}

fn bridging(profile: &str, bridge: &str) -> anyhow::Result<String> {
    let with = profile.replace("\n[auth]\n", &format!("\n[auth]\nbridge = \"{bridge}\"\n"));
    ensure!(with != profile, "legacy.toml has no section [auth]");
    Ok(with)
}

impl Row {
    fn is_gateway(self) -> bool {
        !matches!(self, Self::Plain(Who::HaProxy) | Self::Hs256(Who::HaProxy) | Self::Es256(Who::HaProxy))
    }

    fn told(self) -> &'static str {
        match self {
            Self::Plain(Who::HaProxy) => "HAProxy  no token",
            Self::Plain(Who::Gateway) => "gateway  no token",
            Self::Hs256(Who::HaProxy) => "HAProxy  HS256",
            Self::Hs256(Who::Gateway) => "gateway  HS256",
            Self::Es256(Who::HaProxy) => "HAProxy  ES256",
            Self::Es256(Who::Gateway) => "gateway  ES256, known tokens",
            Self::EachOnce => "gateway  ES256, each token once",
            Self::Minted => "gateway  ES256, known, bridge = \"mint\"",
        }
    }
}

impl Comparison {
    fn of(&self, row: Row) -> f64 {
        ROWS.iter().zip(&self.cpu).find(|(candidate, _)| **candidate == row).map_or(f64::NAN, |(_, cpu)| *cpu)
    }
}

impl Measured for Comparison {
    fn bars(&self) -> Vec<Bar> {
        let ratio = |row: fn(Who) -> Row| self.of(row(Who::Gateway)) / self.of(row(Who::HaProxy));
        vec![
            Bar { what: "HS256 beside HAProxy", ratio: ratio(Row::Hs256), most: HS256 },
            Bar { what: "ES256 beside HAProxy", ratio: ratio(Row::Es256), most: ES256 },
        ]
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = if self.pinned { "each alone on one core" } else { "cores shared" };
        writeln!(
            formatter,
            "small proxied GET with a token, {USERS} users, {CONNECTIONS} keep-alive connections, {pinned}, median of \
             {ROUNDS} rounds"
        )?;
        for (row, cpu) in ROWS.iter().zip(&self.cpu) {
            writeln!(formatter, "  {:<38} {cpu:>7.1} us CPU/request", row.told())?;
        }
        write!(
            formatter,
            "HAProxy: one thread, no log, checks algorithm, exp and signature (jwt_verify); gateway: also issuer, audience, \
             session and every other claim, revocation, JSON access log to /dev/null, metrics; tokens passed on as they \
             came but for the last row; both refused forged, expired and unsigned tokens before"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_can_be_missed() {
        for (hs256, es256, met) in
            [(11.5, 35.0, [true, true]), (11.6, 35.0, [false, true]), (1.0, 35.2, [true, false])]
        {
            let cpu = vec![9.0, 9.0, 10.0, hs256, 100.0, es256, 80.0, 40.0];
            let bars = Comparison { cpu, pinned: true }.bars();
            assert_eq!(bars.iter().map(Bar::is_met).collect::<Vec<_>>(), met, "{hs256} {es256}");
        }
    }
}
