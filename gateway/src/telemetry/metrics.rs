//! What is counted while requests are served; what can be read off at any time is for the scrape to ask.

mod estimate;
mod passwords;
mod recording;
mod sessions;
mod traffic;

use std::{
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use prometheus::{
    Encoder, Gauge, Histogram, HistogramVec, IntCounter, IntCounterVec, IntGauge, Registry, TextEncoder,
    core::Collector, proto::MetricFamily,
};

use super::{
    client::ClientNames,
    error::ErrorKind,
    names::{self, Name},
};
use crate::{
    auth::throttle,
    edge::Class,
    host::Goaway,
    limits::{Limit, table::TABLE},
    routes::matching::Matcher,
};

pub use passwords::PasswordMetrics;
pub use recording::RecordingMetrics;
pub use sessions::SessionMetrics;
pub use traffic::{Traffic, TrafficRow};

/// Cheap to clone; all clones count into the same registry.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    pub started: Instant,
    pub traffic: Arc<Traffic>,
    refused: IntCounterVec,
    refuse_reported: IntCounterVec,
    limited: Arc<[IntCounter]>,
    goaways: Arc<[IntCounter]>,
    pub websockets: IntGauge,
    pub auth_refused: IntCounterVec,
    pub auth_reported: IntCounterVec,
    pub auth_cache: IntCounterVec,
    pub login_attempts: IntCounterVec,
    pub panics: IntCounter,
    pub in_flight: IntGauge,
    pub log_lost: IntCounter,
    pub passwords: PasswordMetrics,
    pub sessions: SessionMetrics,
    pub recording: RecordingMetrics,
    pub client_names: ClientNames,
    errors: Arc<[IntCounter]>,
    reloads: IntCounterVec,
    keys_reloads: IntCounterVec,
    tls_reloads: IntCounterVec,
    tls_expires: Gauge,
    pub routes_mistakes: IntGauge,
    routes_revision: IntGauge,
    routes_checked: Gauge,
    routes_taken: Gauge,
}

/// Registers what it makes.
struct Maker(Registry);

impl Maker {
    fn register<C: Collector + Clone + 'static>(&self, collector: C) -> Result<C, prometheus::Error> {
        self.0.register(Box::new(collector.clone()))?;
        Ok(collector)
    }

    fn counters(&self, name: &Name) -> Result<IntCounterVec, prometheus::Error> {
        self.register(IntCounterVec::new(name.opts(), name.labels)?)
    }

    fn counter(&self, name: &Name) -> Result<IntCounter, prometheus::Error> {
        self.register(IntCounter::with_opts(name.opts())?)
    }

    fn moment(&self, name: &Name) -> Result<Gauge, prometheus::Error> {
        let gauge = self.register(Gauge::with_opts(name.opts())?)?;
        gauge.set(now());
        Ok(gauge)
    }

    fn gauge(&self, name: &Name) -> Result<IntGauge, prometheus::Error> {
        self.register(IntGauge::with_opts(name.opts())?)
    }

    fn histogram(&self, name: &Name, buckets: &[f64]) -> Result<Histogram, prometheus::Error> {
        self.register(Histogram::with_opts(name.histogram(buckets))?)
    }

    fn histograms(&self, name: &Name, buckets: &[f64]) -> Result<HistogramVec, prometheus::Error> {
        self.register(HistogramVec::new(name.histogram(buckets), name.labels)?)
    }
}

impl Metrics {
    pub fn new(matcher: &Matcher) -> Result<Self, prometheus::Error> {
        let maker = Maker(Registry::new());
        let reloads = maker.counters(&names::RELOADS)?;
        let keys_reloads = maker.counters(&names::KEYS_RELOADS)?;
        let tls_reloads = maker.counters(&names::TLS_RELOADS)?;
        for result in ["good", "bad"] {
            // There from the start, or the first increase would not be one.
            reloads.with_label_values(&[result]);
            keys_reloads.with_label_values(&[result]);
            tls_reloads.with_label_values(&[result]);
        }
        let errors = maker.counters(&names::ERRORS)?;
        let errors =
            ErrorKind::ALL.map(|kind| errors.with_label_values(&[kind.name(), kind.origin()])).into();
        let (refused, refuse_reported) =
            (maker.counters(&names::REFUSED)?, maker.counters(&names::REFUSE_REPORTED)?);
        for class in Class::rules() {
            refused.with_label_values(&[class.name()]);
            if class.always().is_none() {
                refuse_reported.with_label_values(&[class.name()]);
            }
        }
        let limited = maker.counters(&names::LIMITED)?;
        let limited = TABLE.each_ref().map(|row| limited.with_label_values(&[row.key])).to_vec().into();
        let goaways = maker.counters(&names::HTTP2_GOAWAYS)?;
        let goaways = Goaway::ALL.iter().map(|reason| goaways.with_label_values(&[reason.name()])).collect();
        let login_attempts = maker.counters(&names::LOGIN_ATTEMPTS)?;
        for outcome in throttle::outcomes() {
            login_attempts.with_label_values(&[outcome]);
        }
        maker.moment(&names::PROCESS_START)?;
        Ok(Self {
            started: Instant::now(),
            traffic: Arc::new(Traffic::new(&maker, matcher)?),
            refused,
            refuse_reported,
            limited,
            goaways,
            websockets: maker.gauge(&names::WEBSOCKETS)?,
            auth_refused: maker.counters(&names::AUTH_REFUSED)?,
            auth_reported: maker.counters(&names::AUTH_REPORTED)?,
            auth_cache: maker.counters(&names::AUTH_CACHE)?,
            login_attempts,
            panics: maker.counter(&names::PANICS)?,
            passwords: PasswordMetrics::new(&maker)?,
            sessions: SessionMetrics::new(&maker)?,
            recording: RecordingMetrics::new(&maker)?,
            in_flight: maker.gauge(&names::IN_FLIGHT)?,
            log_lost: maker.counter(&names::LOG_LOST)?,
            client_names: ClientNames::default(),
            errors,
            reloads,
            keys_reloads,
            tls_reloads,
            tls_expires: maker.register(Gauge::with_opts(names::TLS_EXPIRES.opts())?)?,
            routes_mistakes: maker.gauge(&names::MISTAKES)?,
            routes_revision: maker.gauge(&names::REVISION)?,
            routes_checked: maker.moment(&names::ROUTES_CHECKED)?,
            routes_taken: maker.moment(&names::ROUTES_TAKEN)?,
            registry: maker.0,
        })
    }

    pub fn error(&self, kind: ErrorKind) {
        self.errors[kind as usize].inc();
    }

    pub fn refused(&self, class: Class) {
        self.refused.with_label_values(&[class.name()]).inc();
    }

    pub fn refuse_reported(&self, class: Class) {
        self.refuse_reported.with_label_values(&[class.name()]).inc();
    }

    pub fn limited(&self, limit: Limit) {
        self.limited[limit as usize].inc();
    }

    pub fn goaway(&self, reason: Goaway) {
        self.goaways[reason as usize].inc();
    }

    pub fn routes_checked(&self) {
        self.routes_checked.set(now());
    }

    /// A good file is in force; the first one is no reload.
    pub fn routes_taken(&self, revision: u64) {
        if revision > 1 {
            self.reloads.with_label_values(&["good"]).inc();
        }
        self.routes_mistakes.set(0);
        self.routes_revision.set(i64::try_from(revision).unwrap_or(i64::MAX));
        self.routes_taken.set(now());
    }

    pub fn routes_refused(&self, mistakes: usize) {
        self.reloads.with_label_values(&["bad"]).inc();
        self.routes_mistakes.set(i64::try_from(mistakes).unwrap_or(i64::MAX));
    }

    pub fn keys_taken(&self) {
        self.keys_reloads.with_label_values(&["good"]).inc();
    }

    pub fn keys_refused(&self) {
        self.keys_reloads.with_label_values(&["bad"]).inc();
    }

    /// What clients are shown from the start on.
    pub fn certificate_shown(&self, expires: f64) {
        self.tls_expires.set(expires);
    }

    pub fn certificate_taken(&self, expires: f64) {
        self.tls_reloads.with_label_values(&["good"]).inc();
        self.certificate_shown(expires);
    }

    pub fn certificate_refused(&self) {
        self.tls_reloads.with_label_values(&["bad"]).inc();
    }

    /// The text that Prometheus scrapes, with what was read off for this scrape.
    pub fn render(&self, read_off: Vec<MetricFamily>) -> Result<Vec<u8>, prometheus::Error> {
        let mut families = self.registry.gather();
        families.extend(read_off);
        let mut text = Vec::new();
        TextEncoder::new().encode(&families, &mut text)?;
        Ok(text)
    }
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |now| now.as_secs_f64())
}
