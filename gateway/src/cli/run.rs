//! `gateway run`: everything is read and checked, then served; or nothing is started.

mod background;
mod listeners;
mod schema;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use clap::Args;
use tokio::sync::Notify;
use tracing::warn;

use listeners::Listeners;
use schema::Schema;

use super::{
    CONFIGURATION, ENVIRONMENT, FINE, FOUND,
    files::Routing,
    migrate,
    prepare::{Prepared, examine},
    report,
    users::{Seen, look},
};
use crate::{
    admin::{Admin, FixedFiles, Observed, StartReport},
    auth::{
        self,
        assembly::{Authority, Given, Services},
        trust::TrustedHeaders,
        users::Users,
    },
    config::{
        Config, Environment, TlsConfig,
        mistakes::{Mistake, Mistakes},
    },
    contract::{Contract, json::Framework},
    db::{
        Database,
        cluster::{self, Cluster, ClusterError, ClusterOptions, Durability, Place},
        url::DatabaseUrl,
    },
    front::{Front, Parts, Rates, refuse::door::Door},
    host::{Drain, Ended, Host, Terms, Tls, handover::Succession, tls::follow::CertificateFollower},
    legacy::Legacy,
    limits::{self, TrustedProxies},
    migrate::{failure::MigrateError, folder::Folder},
    native::Handlers,
    parity::capture::{CannotRecord, Capture, Provenance},
    routes::{
        history::record::Record,
        reload::Reload,
        running::{Running, Sources},
    },
    telemetry::{
        log::{self, AccessLog},
        metrics::Metrics,
    },
};

#[derive(Args)]
pub(super) struct RunArgs {
    /// Apply the migrations that are due before serving; without it the schema is never changed
    #[arg(long)]
    migrate: bool,
    /// Take the listening sockets over from the gateway that runs with the same GATEWAY_RUN_DIR, which then finishes
    /// what it has begun and ends; where none runs, start as usual
    #[arg(long)]
    upgrade: bool,
    /// Record what clients ask and are answered in this folder, without its secrets, for `gateway compat`; one that is
    /// there already stays as it is, and DIR.2 is written instead
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
    /// Return as soon as the gateway serves, and leave it running; for `ExecReload=` of systemd
    #[arg(long, requires = "upgrade")]
    background: bool,
    /// Standard input is where the process that runs with --background waits
    #[arg(long, hide = true)]
    launched: bool,
}

pub(super) fn run(arguments: &RunArgs) -> ExitCode {
    if arguments.background {
        return background::launch(arguments.migrate, arguments.record.as_deref());
    }
    let mut examined = examine(|config, mistakes, _| listeners::open(config, arguments, mistakes));
    // What is not asked to migrate serves whatever is in the folder.
    let folder = if arguments.migrate {
        examined.mistakes.absorb(Folder::read(&examined.migrations))
    } else {
        examined.warnings.absorb(Folder::read_if_there(&examined.migrations))
    };
    let schema = Schema { folder, migrates_first: arguments.migrate };
    let prepared = examined.prepared.and_then(|prepared| prepared.listening(|listeners| listeners));
    match prepared.filter(|_| examined.mistakes.is_empty()) {
        Some(prepared) => serve(prepared, &schema, &examined.warnings, arguments.record.as_deref()),
        None => {
            let code = report(&examined.mistakes);
            eprintln!("nothing was started");
            code
        }
    }
}

fn serve(
    prepared: Prepared<Listeners>,
    schema: &Schema,
    warnings: &Mistakes,
    record: Option<&Path>,
) -> ExitCode {
    // Until everything else has ended: what was logged last is written then.
    let log = log::start(&prepared.config.log);
    for Mistake { place, what, remedy, .. } in warnings.iter() {
        warn!("{place}: {what}; help: {remedy}");
    }
    if prepared.listeners.is_alone {
        warn!("no gateway serves at GATEWAY_RUN_DIR: nothing is taken over");
    }
    auth::install_provider();
    limits::raise_open_files();
    // Held until the process ends: dropping it stops the private cluster.
    let cluster = match private_cluster(&prepared.config) {
        Ok(cluster) => cluster,
        Err(error) => {
            eprintln!("DATABASE_URL: is not set, and a private PostgreSQL cannot be started: {error:#}");
            return ExitCode::from(ENVIRONMENT);
        }
    };
    let assembled = DatabaseUrls::of(&prepared.config, cluster.as_ref());
    let assembled = assembled.and_then(|urls| {
        schema.prepare(&urls.direct)?;
        assemble(prepared, &urls, schema, (log.access(), record))
    });
    match assembled {
        Ok(Assembled { host, leaving, succession, capture }) => {
            let ended = host.run(leaving, succession);
            capture.finish();
            ExitCode::from(match ended {
                Ended::Whole => FINE,
                Ended::Cut => FOUND,
                Ended::Dead => ENVIRONMENT,
            })
        }
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &anyhow::Error) -> ExitCode {
    let code = match (error.downcast_ref::<MigrateError>(), error.downcast_ref::<Mistakes>()) {
        (Some(error), _) => migrate::refuse(error),
        (None, Some(mistakes)) => report(mistakes),
        (None, None) => {
            eprintln!("cannot start: {error:#}");
            let is_disk = error.downcast_ref::<CannotRecord>().is_some_and(|refused| !refused.is_mistake());
            return ExitCode::from(if is_disk { ENVIRONMENT } else { CONFIGURATION });
        }
    };
    eprintln!("nothing was started");
    code
}

/// Where the database is, for requests and for what migrates it.
struct DatabaseUrls {
    pooled: DatabaseUrl,
    direct: DatabaseUrl,
}

impl DatabaseUrls {
    fn of(config: &Config, own: Option<&Cluster>) -> anyhow::Result<Self> {
        let pooled = match (&config.database.url, own) {
            (Some(url), _) => url.clone(),
            (None, Some(cluster)) => DatabaseUrl::parse(&cluster.url("postgres"))?,
            (None, None) => anyhow::bail!("there is no database"),
        };
        let direct = config.database.direct.clone().unwrap_or_else(|| pooled.clone());
        Ok(Self { pooled, direct })
    }
}

/// Only an explicit development environment without a database gets one of its own.
fn private_cluster(config: &Config) -> Result<Option<Cluster>, ClusterError> {
    if config.database.url.is_some() {
        return Ok(None);
    }
    Cluster::start(&ClusterOptions {
        binaries: config.database.binaries.clone(),
        place: Place::Kept(cluster::service_directory().join("postgres")),
        durability: Durability::Full,
    })
    .map(Some)
}

/// What only has to be run.
struct Assembled {
    host: Host,
    /// How long clients are still accepted after a signal, and how long each may take then.
    leaving: (Duration, Terms),
    succession: Succession,
    capture: Capture,
}

/// Puts the subsystems together; each builds itself.
fn assemble(
    prepared: Prepared<Listeners>,
    urls: &DatabaseUrls,
    schema: &Schema,
    (log, record): (AccessLog, Option<&Path>),
) -> anyhow::Result<Assembled> {
    let Prepared { config, profile, profile_hash, routing, credentials, listeners } = prepared;
    let Listeners { public, admin, succession, is_alone: _ } = listeners;
    let Routing { lock, lock_hash, sources, running } = routing;
    let (database, prober) = Database::new(&urls.pooled, config.database.pool)?;
    let (metrics, drain, legacy) = (
        Metrics::new(&sources.matcher)?,
        Arc::new(Drain::default()),
        Legacy::new(config.legacy_trust.clone()),
    );
    legacy.take(&running.legacy);
    let json = Framework::of_fastapi(lock.versions.fastapi.as_deref().unwrap_or("")).decided(&profile.json);
    let running = Arc::new(ArcSwap::from_pointee(running));
    metrics.routes_taken(1);
    let authority = Authority::assemble(
        database.statements(),
        Given { profile: &profile, credentials, direct: &urls.direct, metrics: &metrics },
    )?;
    let Authority { means, verifier, lookup, bridge, services } = authority;
    if sources.issuing(&running.load()).is_some()
        && let Some(users) = &means.users
    {
        match look(users, &urls.pooled, config.database.pool)? {
            Seen::Judged(misfits) => misfits.into_result(())?,
            // It is looked at again by the first request that needs it.
            Seen::Nothing(why) => warn!(
                "the users table is not looked at yet: {why}; routes that let users in answer 503 until it is"
            ),
        }
    }
    let provenance = Provenance::of(&lock_hash, &lock.versions);
    let capture = record_from_the_start(record, provenance, &metrics, &running)?;
    let trusted = || TrustedHeaders::new(&profile.trusted_headers);
    let door = Arc::new(Door::new(Arc::clone(&running), trusted(), metrics.clone(), capture.clone()));
    let (keys, revoked, users) = (means.keys.clone(), means.revoked.clone(), means.users.clone());
    let front = Front::new(Parts {
        running: Arc::clone(&running),
        verifier,
        lookup,
        bridge,
        revoked: revoked.clone(),
        on_stale: profile.auth.on_stale,
        confirmations: means.sessions.confirmations().clone(),
        trusted: trusted(),
        proxies: config.proxies.clone(),
        rates: Rates::default(),
        legacy: legacy.clone(),
        native: Handlers::issuing(&database, json, means, &profile),
        contract: Contract::new(profile.errors, &sources.matcher)?,
        metrics: metrics.clone(),
        log,
        capture: capture.clone(),
        drain: Arc::clone(&drain),
    });
    let terms = terms(&running, &metrics, config.proxies);
    let observed = Observed {
        metrics: metrics.clone(),
        drain: Arc::clone(&drain),
        running: Arc::clone(&running),
        legacy,
        database,
        files: FixedFiles { lock: lock_hash, profile: profile_hash },
        probe: Arc::default(),
        schema: schema.unseen(),
        keys,
        revoked,
    };
    let mut host = Host::new(drain);
    let tls = follow_certificate(&mut host, config.tls, config.environment, &metrics)?;
    follow_routes(&mut host, sources, running, (metrics, users, observed.legacy.clone(), capture.clone()));
    follow_authority(&mut host, services);
    host.in_background("idle legacy connections", observed.legacy.sweep());
    host.in_background("health of the legacy", observed.legacy.health_watch());
    host.in_background("database prober", prober);
    host.in_background("cancelling of statements", observed.database.canceller());
    host.until_done("report at the start", StartReport::new(observed.clone()));
    schema.watch(&mut host, &urls.pooled, &observed);
    host.serve_operators(admin, Admin::new(observed), door.clone(), terms.clone())?;
    host.serve_clients(public, tls, front, door, terms.clone())?;
    Ok(Assembled { host, leaving: (config.process.drain_delay, terms), succession, capture })
}

/// Where that cannot be, nothing is served: whoever asks for a recording waits for it.
fn record_from_the_start(
    folder: Option<&Path>,
    provenance: Provenance,
    metrics: &Metrics,
    running: &ArcSwap<Running>,
) -> Result<Capture, CannotRecord> {
    let capture = Capture::new(folder, provenance, metrics.recording.clone());
    let running = running.load();
    capture.take(running.record.as_ref(), &running.text)?;
    Ok(capture)
}

/// What holds for connections is in the snapshot, and counted where everything is.
fn terms(running: &Arc<ArcSwap<Running>>, metrics: &Metrics, proxies: TrustedProxies) -> Terms {
    let (running, limited, goaways) = (Arc::clone(running), metrics.clone(), metrics.clone());
    Terms::new(move || Arc::clone(&running.load().limits), move |limit| limited.limited(limit), proxies)
        .counting_goaways(move |reason| goaways.goaway(reason))
}

/// What is known of keys and sessions is kept up to date.
fn follow_authority(host: &mut Host, services: Services) {
    if let Some(keys) = services.keys {
        host.in_background("keys", keys);
    }
    host.in_background("confirmed generations", services.confirmations);
    host.in_background("revocations", services.revocations);
}

/// None where clients speak in clear.
fn follow_certificate(
    host: &mut Host,
    config: Option<TlsConfig>,
    environment: Environment,
    metrics: &Metrics,
) -> anyhow::Result<Option<Tls>> {
    let Some(TlsConfig { files, pair, digest }) = config else { return Ok(None) };
    let tls = Tls::with(&pair)?;
    metrics.certificate_shown(pair.expires());
    let follower = CertificateFollower::new((files, digest), tls.clone(), environment, metrics.clone());
    host.in_background("certificate", follower);
    Ok(Some(tls))
}

/// The file is followed, and what became of it is written down, each by a service of its own.
fn follow_routes(
    host: &mut Host,
    sources: Sources,
    running: Arc<ArcSwap<Running>>,
    (metrics, users, legacy, capture): (Metrics, Option<Users>, Legacy, Capture),
) {
    let taken = Arc::new(Notify::new());
    let record = Record {
        routes_path: sources.routes_path.clone(),
        running: Arc::clone(&running),
        taken: Arc::clone(&taken),
    };
    host.in_background("routes history", record);
    host.in_background("reload", Reload { sources, running, users, legacy, metrics, capture, taken });
}
