//! The doorkeeper of both listeners: judges heads by the configuration in force, and counts what it finds.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::{
    auth::trust::TrustedHeaders,
    edge::{
        Class,
        judge::{self, Passed, Rules},
        look::{Doorkeeper, limits::HeadLimits},
    },
    routes::{
        matching::{Kind, Matcher},
        running::Running,
    },
    telemetry::metrics::Metrics,
};

pub struct Door {
    running: Arc<ArcSwap<Running>>,
    trusted: TrustedHeaders,
    metrics: Metrics,
}

impl Door {
    pub fn new(running: Arc<ArcSwap<Running>>, trusted: TrustedHeaders, metrics: Metrics) -> Self {
        Self { running, trusted, metrics }
    }
}

impl Doorkeeper for Door {
    fn limits(&self) -> HeadLimits {
        HeadLimits::of(&self.running.load().limits)
    }

    fn judge(&self, head: &[u8]) -> Result<Passed, Class> {
        let running = self.running.load();
        let passed = judge::judge(
            head,
            &Rules {
                limits: HeadLimits::of(&running.limits),
                reported: running.reported,
                trusted: &self.trusted,
                declares: &|method| declares(&running.matcher, method),
            },
        )?;
        for class in passed.reported.iter() {
            self.metrics.refuse_reported(class);
        }
        Ok(passed)
    }

    fn ended(&self, class: Class) {
        match class.limit() {
            Some(limit) => self.metrics.limited(limit),
            None => self.metrics.refused(class),
        }
        tracing::debug!(reason = class.name(), "connection ended");
    }
}

/// A legacy that has a route for a method of its own runs on a parser that takes it.
pub(super) fn declares(matcher: &Matcher, method: &[u8]) -> bool {
    let is_http = |kind: Kind| matches!(kind, Kind::Http | Kind::Added(_));
    matcher.all_routes().iter().any(|route| {
        is_http(route.kind) && route.key.method() != "ANY" && route.key.method().as_bytes() == method
    })
}
