//! What is counted while requests are served; what can be read off at any time is for the scrape to ask.

mod estimate;
mod traffic;

use std::{sync::Arc, time::Instant};

use prometheus::{
    Encoder, HistogramVec, IntCounter, IntCounterVec, IntGauge, Registry, TextEncoder, core::Collector,
};

use super::names::{self, Name};
use crate::routes::matching::Matcher;

pub use traffic::{Traffic, TrafficRow};

/// Cheap to clone; all clones count into the same registry.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    pub started: Instant,
    pub traffic: Arc<Traffic>,
    pub refused: IntCounterVec,
    pub auth_refused: IntCounterVec,
    pub auth_reported: IntCounterVec,
    pub reloads: IntCounterVec,
    pub routes_mistakes: IntGauge,
    pub routes_revision: IntGauge,
    pub panics: IntCounter,
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

    fn gauge(&self, name: &Name) -> Result<IntGauge, prometheus::Error> {
        self.register(IntGauge::with_opts(name.opts())?)
    }

    fn histograms(&self, name: &Name, buckets: &[f64]) -> Result<HistogramVec, prometheus::Error> {
        self.register(HistogramVec::new(name.histogram(buckets), name.labels)?)
    }
}

impl Metrics {
    pub fn new(matcher: &Matcher) -> Result<Self, prometheus::Error> {
        let maker = Maker(Registry::new());
        let reloads = maker.counters(&names::RELOADS)?;
        for result in ["good", "bad"] {
            // There from the start, or the first increase would not be one.
            reloads.with_label_values(&[result]);
        }
        Ok(Self {
            started: Instant::now(),
            traffic: Arc::new(Traffic::new(&maker, matcher)?),
            refused: maker.counters(&names::REFUSED)?,
            auth_refused: maker.counters(&names::AUTH_REFUSED)?,
            auth_reported: maker.counters(&names::AUTH_REPORTED)?,
            reloads,
            routes_mistakes: maker.gauge(&names::MISTAKES)?,
            routes_revision: maker.gauge(&names::REVISION)?,
            panics: maker.counter(&names::PANICS)?,
            registry: maker.0,
        })
    }

    /// The text that Prometheus scrapes.
    pub fn render(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}
