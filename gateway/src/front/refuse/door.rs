//! The doorkeeper of both listeners: judges heads by the configuration in force, and counts what it finds.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use bytes::Bytes;

use crate::{
    auth::trust::TrustedHeaders,
    edge::{
        Class,
        judge::{self, Passed, Rules},
        look::{Basis, Doorkeeper, limits::HeadLimits, too_large},
    },
    parity::capture::Capture,
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
    capture: Capture,
}

/// The head that was judged, for whoever records it as it came.
pub(in crate::front) struct Seen {
    pub(in crate::front) running: Arc<Running>,
    pub(in crate::front) head: Bytes,
}

impl Door {
    pub fn new(
        running: Arc<ArcSwap<Running>>,
        trusted: TrustedHeaders,
        metrics: Metrics,
        capture: Capture,
    ) -> Self {
        Self { running, trusted, metrics, capture }
    }

    fn basis(&self, running: Arc<Running>, head: &[u8]) -> Basis {
        if self.capture.is_on() {
            Arc::new(Seen { running, head: Bytes::copy_from_slice(head) })
        } else {
            running
        }
    }
}

impl Doorkeeper for Door {
    fn within(&self) -> Duration {
        HeadLimits::of(&self.running.load().limits).within
    }

    fn too_large(&self, begun: &[u8]) -> Option<(Class, Basis)> {
        let running = self.running.load();
        let class = too_large(begun, HeadLimits::of(&running.limits))?;
        Some((class, self.basis(Arc::clone(&running), begun)))
    }

    fn judge(&self, head: &[u8]) -> (Result<Passed, Class>, Basis) {
        let running = self.running.load_full();
        let judged = judge::judge(
            head,
            &Rules {
                limits: HeadLimits::of(&running.limits),
                reported: running.reported,
                trusted: &self.trusted,
                declares: &|method| declares(&running.matcher, method),
            },
        );
        for class in judged.iter().flat_map(|passed| passed.reported.iter()) {
            self.metrics.refuse_reported(class);
        }
        let basis = self.basis(running, head);
        (judged, basis)
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
