//! The legacy and each of its instances that the configuration names: for a scrape, and `GET /api/legacy`.

use axum::{extract::State, response::Response};
use serde_json::{Value, json};

use super::{Observed, json_page, scrape::Seen};
use crate::{
    legacy::instances::InstanceFigures,
    telemetry::names::{self, Name},
};

type Sample = fn(&InstanceFigures) -> f64;

const GAUGES: [(&Name, Sample); 3] = [
    (&names::INSTANCE_HEALTHY, |instance| f64::from(u8::from(instance.is_healthy))),
    (&names::INSTANCE_EJECTED, |instance| f64::from(u8::from(instance.is_ejected))),
    (&names::INSTANCE_IN_FLIGHT, |instance| instance.in_flight as f64),
];

const COUNTERS: [(&Name, Sample); 3] = [
    (&names::INSTANCE_REQUESTS, |instance| instance.requests as f64),
    (&names::INSTANCE_FAILURES, |instance| instance.failures as f64),
    (&names::INSTANCE_EJECTIONS, |instance| instance.ejections as f64),
];

impl Observed {
    pub(super) fn legacy(&self, seen: &mut Seen) -> Result<(), prometheus::Error> {
        let pool = self.legacy.figures();
        seen.gauge(
            &names::LEGACY_CONNECTIONS,
            &[(&["idle"], pool.idle as f64), (&["in_use"], pool.in_use as f64)],
        )?;
        seen.counter(&names::LEGACY_OPENED, &[(&[], pool.opened as f64)])?;
        let failed = pool.failed.map(|(problem, count)| (problem.name(), count));
        seen.count(&names::LEGACY_CONNECT_FAILURES, failed)?;
        seen.count(&names::LEGACY_RETRIES, pool.retries.map(|(why, count)| (why.name(), count)))?;
        seen.counter(&names::LEGACY_OVER_BUDGET, &[(&[], pool.over_budget as f64)])?;
        seen.gauge(&names::LEGACY_FAILS_OPEN, &[(&[], f64::from(u8::from(pool.fails_open)))])?;
        let instances = &pool.instances;
        for (name, sample) in GAUGES {
            let samples: Vec<_> = instances.iter().map(|each| ([each.name.as_str()], sample(each))).collect();
            let samples: Vec<_> = samples.iter().map(|(labels, value)| (&labels[..], *value)).collect();
            seen.gauge(name, &samples)?;
        }
        for (name, sample) in COUNTERS {
            let samples: Vec<_> = instances.iter().map(|each| ([each.name.as_str()], sample(each))).collect();
            let samples: Vec<_> = samples.iter().map(|(labels, value)| (&labels[..], *value)).collect();
            seen.counter(name, &samples)?;
        }
        let checks = instances.iter().flat_map(|each| {
            [([each.name.as_str(), "good"], each.checks.0), ([each.name.as_str(), "bad"], each.checks.1)]
        });
        let checks: Vec<_> = checks.collect();
        let checks: Vec<_> = checks.iter().map(|(labels, count)| (&labels[..], *count as f64)).collect();
        seen.counter(&names::INSTANCE_CHECKS, &checks)
    }
}

pub(super) async fn instances(State(observed): State<Observed>) -> Response {
    let pool = observed.legacy.figures();
    let instances: Vec<Value> = pool.instances.iter().map(told).collect();
    json_page(&json!({ "fails_open": pool.fails_open, "instances": instances }))
}

fn told(instance: &InstanceFigures) -> Value {
    json!({
        "instance": instance.name,
        "healthy": instance.is_healthy,
        "ejected": instance.is_ejected,
        "in_flight": instance.in_flight,
        "requests": instance.requests,
        "failures": instance.failures,
        "ejections": instance.ejections,
        "checks": { "good": instance.checks.0, "bad": instance.checks.1 },
    })
}
