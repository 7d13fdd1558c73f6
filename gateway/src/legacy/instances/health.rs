//! Whether an instance is well, as far as asking it tells: every address of its name is asked.
//!
//! pingora-load-balancing keeps the addresses and their health, and counts what is in a row; the question goes over the
//! same kind of connection as requests, so that a certificate that would fail them fails it too.

use std::{
    collections::{BTreeSet, HashMap},
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use http::{
    Request,
    header::{HOST, USER_AGENT},
};
use parking_lot::Mutex;
use pingora_core::{Error, ErrorType, protocols::l4::socket::SocketAddr as PingoraAddress};
use pingora_load_balancing::{
    Backend, Backends, Extensions, discovery::ServiceDiscovery, health_check::HealthCheck,
};
use tokio::time::timeout;
use tracing::{info, warn};

use super::rules::HealthRule;
use crate::{
    front::request_body::RequestBody,
    legacy::{
        address::LegacyAddress,
        connect::{dial_at, resolve},
        link::Driven,
        socket::Socket,
        trust::LegacyTrust,
    },
};

/// The legacy's log and its owners can tell these requests from everybody else's.
const AGENT: &str = concat!("gateway-health/", env!("CARGO_PKG_VERSION"));

pub(in crate::legacy) struct Health {
    address: LegacyAddress,
    backends: Backends,
    seen: Arc<Seen>,
    /// Of the instance: true as long as nobody asks.
    healthy: AtomicBool,
}

/// What the checks share with whoever started them.
struct Seen {
    rule: ArcSwap<HealthRule>,
    good: AtomicU64,
    bad: AtomicU64,
    problem: Mutex<String>,
}

/// The addresses that the name has now.
struct Names(LegacyAddress);

struct Check {
    address: LegacyAddress,
    trust: LegacyTrust,
    seen: Arc<Seen>,
}

impl Health {
    pub(super) fn new(address: &LegacyAddress, trust: &LegacyTrust) -> Self {
        Self::of(address, trust, Box::new(Names(address.clone())))
    }

    fn of(
        address: &LegacyAddress,
        trust: &LegacyTrust,
        names: Box<dyn ServiceDiscovery + Send + Sync>,
    ) -> Self {
        let seen = Arc::new(Seen {
            rule: ArcSwap::default(),
            good: AtomicU64::new(0),
            bad: AtomicU64::new(0),
            problem: Mutex::default(),
        });
        let check = Check { address: address.clone(), trust: trust.clone(), seen: Arc::clone(&seen) };
        let mut backends = Backends::new(names);
        backends.set_health_check(Box::new(check));
        Self { address: address.clone(), backends, seen, healthy: AtomicBool::new(true) }
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.healthy.load(Relaxed)
    }

    /// Whether the last checks found this address good.
    pub(in crate::legacy) fn is_well(&self, at: SocketAddr) -> bool {
        self.backends.ready(&backend(at))
    }

    /// How many checks were good, and how many bad.
    pub(super) fn counted(&self) -> (u64, u64) {
        (self.seen.good.load(Relaxed), self.seen.bad.load(Relaxed))
    }

    /// Asks every address once. One that is new counts as good until it was asked often enough.
    pub(super) async fn look(&self, rule: &HealthRule) {
        self.seen.rule.store(Arc::new(rule.clone()));
        // A name that cannot be resolved now, or not in time, keeps the addresses that it had.
        match timeout(rule.timeout, self.backends.update(|_| {})).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.seen.note(&error.to_string()),
            Err(_) => self.seen.note("the name is not resolved in time"),
        }
        self.backends.run_health_check(true).await;
        let known = self.backends.get_backend();
        let healthy = known.iter().any(|backend| self.backends.ready(backend));
        let instance = self.address.authority();
        match (self.healthy.swap(healthy, Relaxed), healthy) {
            (true, false) => {
                let error = self.seen.problem.lock().clone();
                warn!(instance, error, "legacy instance unhealthy: its health checks fail");
            }
            (false, true) => info!(instance, "legacy instance healthy again"),
            (true, true) | (false, false) => {}
        }
    }

    /// Nobody asks any more, so nothing is held against it.
    pub(super) fn forget(&self) {
        self.healthy.store(true, Relaxed);
    }
}

impl Seen {
    fn note(&self, problem: &str) {
        problem.clone_into(&mut self.problem.lock());
    }
}

fn backend(at: SocketAddr) -> Backend {
    Backend { addr: PingoraAddress::Inet(at), weight: 1, ext: Extensions::new() }
}

#[async_trait]
impl ServiceDiscovery for Names {
    async fn discover(&self) -> pingora_core::Result<(BTreeSet<Backend>, HashMap<u64, bool>)> {
        let resolved = resolve(&self.0).await;
        let resolved = resolved.map_err(|error| told(&error))?;
        Ok((resolved.into_iter().map(backend).collect(), HashMap::new()))
    }
}

#[async_trait]
impl HealthCheck for Check {
    async fn check(&self, target: &Backend) -> pingora_core::Result<()> {
        let rule = self.seen.rule.load_full();
        let PingoraAddress::Inet(at) = target.addr else { return Ok(()) };
        let asked = timeout(rule.timeout, self.ask(at, &rule)).await;
        let asked =
            asked.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no answer in time")));
        let count = if asked.is_ok() { &self.seen.good } else { &self.seen.bad };
        count.fetch_add(1, Relaxed);
        asked.map_err(|error| {
            self.seen.note(&error.to_string());
            told(&error)
        })
    }

    fn health_threshold(&self, success: bool) -> usize {
        let rule = self.seen.rule.load();
        if success { rule.healthy } else { rule.unhealthy }
    }
}

impl Check {
    async fn ask(&self, at: SocketAddr, rule: &HealthRule) -> io::Result<()> {
        let stream = dial_at(&self.address, at, &self.trust, rule.timeout).await?;
        let Some(path) = &rule.path else { return Ok(()) };
        let request = Request::get(path)
            .header(HOST, self.address.authority())
            .header(USER_AGENT, AGENT)
            .body(RequestBody::empty())
            .map_err(io::Error::other)?;
        let mut link = Driven::on(Socket::new(stream, None)).await?;
        let answer = link.sender.send_request(request).await.map_err(io::Error::other)?;
        match answer.status().is_success() {
            true => Ok(()),
            false => Err(io::Error::other(format!("answered {} to `{path}`", answer.status().as_u16()))),
        }
    }
}

/// In pingora's terms, whose own words of it are not logged.
fn told(error: &io::Error) -> Box<Error> {
    Error::explain(ErrorType::ConnectError, error.to_string())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    struct Silent;

    #[async_trait]
    impl ServiceDiscovery for Silent {
        async fn discover(&self) -> pingora_core::Result<(BTreeSet<Backend>, HashMap<u64, bool>)> {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_name_that_nobody_resolves_is_waited_for_as_long_as_an_answer() {
        let address = "http://legacy.example.com".parse().expect("an address");
        let health = Health::of(&address, &LegacyTrust::default(), Box::new(Silent));
        let rule = HealthRule::default();
        let looked = timeout(rule.timeout + Duration::from_millis(1), health.look(&rule)).await;
        assert!(looked.is_ok(), "the look has an end");
        assert_eq!(*health.seen.problem.lock(), "the name is not resolved in time");
    }
}
