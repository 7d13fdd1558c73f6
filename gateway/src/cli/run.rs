//! `gateway run`: everything is read and checked, then served; or nothing is started.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use arc_swap::ArcSwap;
use tokio::sync::Notify;

use super::{
    CONFIGURATION, ENVIRONMENT, FINE,
    files::{Routing, read_profile},
    report,
};
use crate::{
    admin::{Admin, FixedFiles, Observed, StartReport},
    auth::{self, Verifier, trust::TrustedHeaders},
    config::{
        Config, ListenConfig, Secret,
        mistakes::{Mistake, Mistakes},
    },
    contract::{Contract, json::Encoder, profile::Profile},
    db::{
        Database,
        cluster::{Cluster, ClusterError, ClusterOptions, Durability, Place},
        url::DatabaseUrl,
    },
    front::{Front, Parts},
    host::{self, Bound, Drain, Host},
    legacy::Legacy,
    native::{Building, Handlers},
    routes::{
        history::record::Record,
        reload::Reload,
        running::{Running, Sources},
    },
    telemetry::{fingerprint::Fingerprint, log, metrics::Metrics},
};

/// What `run` would start with; `check` stops here.
pub(super) struct Prepared {
    pub(super) config: Config,
    pub(super) profile: Profile,
    profile_hash: Fingerprint,
    pub(super) jwt_secret: Option<Secret>,
    pub(super) routing: Routing,
}

/// Reads and validates everything; each mistake is one of many in the report. `listen` may add its own.
pub(super) fn prepare<L>(
    mistakes: &mut Mistakes,
    listen: impl FnOnce(&ListenConfig, &mut Mistakes) -> L,
) -> Option<(Prepared, L)> {
    let (shared, config) = Config::read(mistakes);
    let profile = mistakes.absorb(read_profile(&shared.files.profile));
    let (profile, profile_hash) = profile.unzip();
    let routing = Routing::read(&shared, profile.as_ref(), mistakes);
    if let Some(routing) = &routing {
        routing.sources.complete(&routing.running, mistakes);
    }
    let listeners = config.as_ref().map(|config| listen(&config.listen, mistakes));
    let (config, profile, profile_hash) = (config?, profile?, profile_hash?);
    let (routing, listeners) = (routing?, listeners?);
    let prepared = Prepared { config, profile, profile_hash, jwt_secret: shared.jwt_secret, routing };
    mistakes.is_empty().then_some((prepared, listeners))
}

pub(super) fn run() -> ExitCode {
    let mut mistakes = Mistakes::default();
    let prepared = prepare(&mut mistakes, |listen, mistakes| {
        let public = bind("GATEWAY_LISTEN", listen.public, mistakes);
        (public, bind("GATEWAY_ADMIN_LISTEN", listen.admin, mistakes))
    });
    let Some((prepared, (Some(public), Some(admin)))) = prepared else {
        let code = report(&mistakes);
        eprintln!("nothing was started");
        return code;
    };
    serve(prepared, public, admin)
}

fn bind(variable: &str, address: SocketAddr, mistakes: &mut Mistakes) -> Option<Bound> {
    let bound = host::bind(address);
    if let Err(error) = &bound {
        let remedy = "end the process that has the port, or choose another one";
        mistakes.push(Mistake::in_variable(variable, format!("cannot listen on {address}: {error}"), remedy));
    }
    bound.ok()
}

fn serve(prepared: Prepared, public: Bound, admin: Bound) -> ExitCode {
    log::start(&prepared.config.log);
    auth::install_provider();
    // Held until the process ends: dropping it stops the private cluster.
    let cluster = match private_cluster(&prepared.config) {
        Ok(cluster) => cluster,
        Err(error) => {
            eprintln!("DATABASE_URL: is not set, and a private PostgreSQL cannot be started: {error:#}");
            return ExitCode::from(ENVIRONMENT);
        }
    };
    match assemble(prepared, public, admin, cluster.as_ref()) {
        Ok(host) => {
            host.run();
            ExitCode::from(FINE)
        }
        Err(error) => {
            eprintln!("cannot start: {error:#}");
            ExitCode::from(CONFIGURATION)
        }
    }
}

/// Only an explicit development environment without a database gets one of its own.
fn private_cluster(config: &Config) -> Result<Option<Cluster>, ClusterError> {
    if config.database.url.is_some() {
        return Ok(None);
    }
    // PostgreSQL does not run as root, and another user may not enter a private working directory.
    let place =
        if nix::unistd::geteuid().is_root() { "/var/lib/gateway/postgres" } else { ".gateway/postgres" };
    Cluster::start(&ClusterOptions {
        binaries: config.database.binaries.clone(),
        place: Place::Kept(place.into()),
        durability: Durability::Full,
    })
    .map(Some)
}

/// Puts the subsystems together; each builds itself.
fn assemble(prepared: Prepared, public: Bound, admin: Bound, own: Option<&Cluster>) -> anyhow::Result<Host> {
    let Prepared { config, profile, profile_hash, jwt_secret, routing } = prepared;
    let Routing { lock, lock_hash, sources, running } = routing;
    let url = match (config.database.url, own) {
        (Some(url), _) => url,
        (None, Some(cluster)) => DatabaseUrl::parse(&cluster.url("postgres"))?,
        (None, None) => anyhow::bail!("there is no database"),
    };
    let database = Database::new(&url)?;
    let (metrics, drain, legacy) =
        (Metrics::new(&sources.matcher)?, Arc::new(Drain::default()), Legacy::default());
    let json = Encoder::of_fastapi(lock.versions.fastapi.as_deref().unwrap_or(""));
    let running = Arc::new(ArcSwap::from_pointee(running));
    metrics.routes_taken(1);
    let front = Front::new(Parts {
        running: Arc::clone(&running),
        verifier: Verifier::new(&profile.tokens, jwt_secret.as_ref()),
        trusted: TrustedHeaders::new(&profile.trusted_headers),
        legacy: legacy.clone(),
        native: Handlers::new(&Building { database: database.clone(), json }),
        contract: Contract::new(profile.errors, sources.matcher.schemes())?,
        metrics: metrics.clone(),
        drain: Arc::clone(&drain),
    });
    let observed = Observed {
        metrics: metrics.clone(),
        drain: Arc::clone(&drain),
        running: Arc::clone(&running),
        legacy,
        database,
        files: FixedFiles { lock: lock_hash, profile: profile_hash },
        probe: Arc::default(),
    };
    let mut host = Host::new(drain);
    follow_routes(&mut host, sources, running, metrics);
    host.in_background("idle legacy connections", observed.legacy.sweep());
    host.in_background("report at the start", StartReport::new(observed.clone()));
    host.serve_operators(admin, Admin::new(observed));
    host.serve_clients(public, front);
    Ok(host)
}

/// The file is followed, and what became of it is written down, each by a service of its own.
fn follow_routes(host: &mut Host, sources: Sources, running: Arc<ArcSwap<Running>>, metrics: Metrics) {
    let taken = Arc::new(Notify::new());
    let record = Record {
        routes_path: sources.routes_path.clone(),
        running: Arc::clone(&running),
        taken: Arc::clone(&taken),
    };
    host.in_background("routes history", record);
    host.in_background("reload", Reload { sources, running, metrics, taken });
}
