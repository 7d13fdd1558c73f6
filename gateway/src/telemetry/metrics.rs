//! The numbers on `/metrics`: every metric and label name in one place.
//!
//! Label values come from closed sets (route keys, owners, reasons); never a path, an id or a client.

use std::time::Duration;

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

/// Cheap to clone; all clones count into the same registry.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    pub refused: IntCounterVec,
    pub auth_refused: IntCounterVec,
    pub auth_reported: IntCounterVec,
    pub reloads: IntCounterVec,
    pub routes_mistakes: IntGauge,
    pub routes_revision: IntGauge,
    pub panics: IntGauge,
}

impl Metrics {
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str, labels: &[&str]| {
            let counter = IntCounterVec::new(Opts::new(name, help), labels)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let seconds = HistogramVec::new(
            HistogramOpts::new(
                "gateway_request_seconds",
                "Time from the first byte of a request to its last",
            )
            .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]),
            &["owner"],
        )?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self {
            requests: counter(
                "gateway_requests_total",
                "Requests answered",
                &["route", "owner", "status_class"],
            )?,
            seconds,
            refused: counter("gateway_refused_total", "Requests refused at the door", &["reason"])?,
            auth_refused: counter(
                "gateway_auth_refused_total",
                "Requests whose token was missing or bad",
                &["reason"],
            )?,
            auth_reported: counter(
                "gateway_auth_reported_total",
                "Requests let through by auth = \"report\"",
                &["reason"],
            )?,
            reloads: counter(
                "gateway_routes_reloads_total",
                "Changes of routes.toml that were seen",
                &["result"],
            )?,
            routes_mistakes: gauge(
                "gateway_routes_mistakes",
                "Mistakes in routes.toml as it is on disk; the last good file stays in force",
            )?,
            routes_revision: gauge("gateway_routes_revision", "How many good files have been taken")?,
            panics: gauge("gateway_panics", "Requests answered 500 because our own code panicked")?,
            registry,
        })
    }

    pub fn observe(&self, route: &str, owner: &str, status_class: &str, elapsed: Duration) {
        self.requests.with_label_values(&[route, owner, status_class]).inc();
        self.seconds.with_label_values(&[owner]).observe(elapsed.as_secs_f64());
    }

    /// The text that Prometheus scrapes.
    pub fn render(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
