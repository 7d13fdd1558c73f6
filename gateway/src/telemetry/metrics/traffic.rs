//! Requests by route, owner and status class, counted without looking anything up by name.
//!
//! The lock never changes while the process runs, so a series is an index; it is made when first needed, because most
//! of the combinations never happen.

use std::{sync::OnceLock, time::Duration};

use prometheus::{Histogram, HistogramVec, IntCounter, IntCounterVec};

use super::{Maker, estimate::quantile};
use crate::{
    routes::matching::Matcher,
    telemetry::{
        labels::{AnsweredBy, Elsewhere, Label, StatusClass},
        names,
    },
};

const BUCKETS: [f64; 15] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

pub struct Traffic {
    requests: IntCounterVec,
    seconds: HistogramVec,
    first_byte: HistogramVec,
    /// The routes in the lock's order, then everything else.
    rows: Vec<TrafficRow>,
    routes: usize,
}

/// What is known of one label.
pub struct TrafficRow {
    label: String,
    by: [Answers; AnsweredBy::ALL.len()],
    first_byte: OnceLock<Histogram>,
}

#[derive(Default)]
struct Answers {
    seconds: OnceLock<Histogram>,
    classes: [OnceLock<IntCounter>; StatusClass::ALL.len()],
}

impl Traffic {
    pub(super) fn new(maker: &Maker, matcher: &Matcher) -> Result<Self, prometheus::Error> {
        let routes = matcher.all_routes().iter().map(|route| route.key.to_string());
        let elsewhere = Elsewhere::ALL.iter().map(|elsewhere| elsewhere.name().to_owned());
        let row = |label| TrafficRow { label, by: Default::default(), first_byte: OnceLock::new() };
        Ok(Self {
            requests: maker.counters(&names::REQUESTS)?,
            seconds: maker.histograms(&names::REQUEST_SECONDS, &BUCKETS)?,
            first_byte: maker.histograms(&names::LEGACY_FIRST_BYTE_SECONDS, &BUCKETS)?,
            rows: routes.chain(elsewhere).map(row).collect(),
            routes: matcher.all_routes().len(),
        })
    }

    pub fn answered(&self, label: Label, by: AnsweredBy, class: StatusClass, elapsed: Duration) {
        let row = self.row(label);
        let answers = &row.by[by as usize];
        answers.classes[class as usize]
            .get_or_init(|| self.requests.with_label_values(&[&*row.label, by.name(), class.name()]))
            .inc();
        answers
            .seconds
            .get_or_init(|| self.seconds.with_label_values(&[&*row.label, by.name()]))
            .observe(elapsed.as_secs_f64());
    }

    pub fn first_byte(&self, label: Label, elapsed: Duration) {
        let row = self.row(label);
        row.first_byte
            .get_or_init(|| self.first_byte.with_label_values(&[&*row.label]))
            .observe(elapsed.as_secs_f64());
    }

    pub fn row(&self, label: Label) -> &TrafficRow {
        match label {
            Label::Route(id) => &self.rows[id.index()],
            Label::Elsewhere(elsewhere) => &self.rows[self.routes + elsewhere as usize],
        }
    }
}

impl TrafficRow {
    /// How often it was answered by whom with what; only what happened.
    pub fn requests(&self) -> impl Iterator<Item = (AnsweredBy, StatusClass, u64)> {
        AnsweredBy::ALL.into_iter().flat_map(move |by| {
            StatusClass::ALL.into_iter().filter_map(move |class| {
                let counter = self.by[by as usize].classes[class as usize].get()?;
                Some((by, class, counter.get()))
            })
        })
    }

    /// How long 95 of 100 answers took at most, as far as the histogram's buckets tell.
    pub fn p95(&self, by: AnsweredBy) -> Option<Duration> {
        quantile(self.by[by as usize].seconds.get()?, 0.95)
    }
}
