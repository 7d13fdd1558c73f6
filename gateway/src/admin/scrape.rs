//! What can be read off at any moment, read when Prometheus asks: nothing has to be kept up to date in between.

use std::time::UNIX_EPOCH;

use prometheus::{CounterVec, GaugeVec, core::Collector, proto::MetricFamily};

use super::{Observed, probe::Part, process::Process};
use crate::telemetry::names::{self, Name};

type Samples<'a> = &'a [(&'a [&'a str], f64)];

impl Observed {
    pub(super) async fn scrape(&self) -> Result<Vec<u8>, prometheus::Error> {
        let mut probed = self.last_probe().await;
        if probed.as_ref().is_some_and(|probed| !probed.missing.is_empty()) {
            // It does not sleep, it is away: only asking tells that it is back.
            self.degraded().await;
            probed = self.last_probe().await;
        }
        let mut seen = Seen { families: Vec::new() };
        let is = |condition: bool| f64::from(u8::from(condition));
        let draining = self.drain.is_draining();
        seen.gauge(&names::READY, &[(&[], is(!draining && self.schema.is_fine()))])?;
        seen.gauge(&names::DRAINING, &[(&[], is(draining))])?;
        let found = probed.as_ref().map_or(&[][..], |probed| &probed.missing);
        let gone = |part: Part| is(found.iter().any(|missing| missing.part == part));
        let parts = Part::ALL.map(|part| ([part.name()], gone(part)));
        seen.gauge(&names::DEGRADED, &parts.each_ref().map(|(labels, value)| (&labels[..], *value)))?;
        let moment = probed.and_then(|probed| probed.moment.duration_since(UNIX_EPOCH).ok());
        let moment = moment.map_or(0.0, |moment| moment.as_secs_f64());
        seen.gauge(&names::PROBED, &[(&[], moment)])?;
        seen.gauge(&names::CLIENT_CONNECTIONS, &[(&[], self.drain.open_connections() as f64)])?;
        self.config(&mut seen)?;
        self.keys(&mut seen)?;
        self.database(&mut seen)?;
        self.legacy(&mut seen)?;
        self.revocations(&mut seen)?;
        process(&mut seen)?;
        self.metrics.render(seen.families)
    }

    fn config(&self, seen: &mut Seen) -> Result<(), prometheus::Error> {
        let hashes = self.hashes();
        let labels = [&*hashes.routes, &*hashes.lock, &*hashes.profile, env!("CARGO_PKG_VERSION")];
        seen.gauge(&names::CONFIG_INFO, &[(&labels, 1.0)])
    }

    fn keys(&self, seen: &mut Seen) -> Result<(), prometheus::Error> {
        let set = self.keys.current();
        let labels: Vec<_> =
            set.keys().iter().map(|key| [key.kid(), key.algorithm().name(), key.state().name()]).collect();
        let samples: Vec<_> = labels.iter().map(|labels| (&labels[..], 1.0)).collect();
        seen.gauge(&names::KEYS_INFO, &samples)
    }

    fn database(&self, seen: &mut Seen) -> Result<(), prometheus::Error> {
        let pool = self.database.figures();
        let counted = pool.counted;
        seen.gauge(&names::DATABASE_BREAKER, &[(&[], f64::from(pool.breaker))])?;
        seen.count(&names::DATABASE_FAILURES, counted.failures.map(|(meaning, n)| (meaning.name(), n)))?;
        seen.count(&names::DATABASE_REFUSED, counted.refused.map(|(reason, n)| (reason.name(), n)))?;
        seen.count(&names::DATABASE_PROBES, counted.probes)?;
        seen.count(&names::DATABASE_CONNECTS, counted.connects)?;
        let states: Samples<'_> = &[(&["idle"], pool.idle as f64), (&["in_use"], pool.in_use as f64)];
        seen.gauge(&names::DATABASE_CONNECTIONS, states)?;
        seen.gauge(&names::DATABASE_CONNECTIONS_MAX, &[(&[], pool.most as f64)])?;
        seen.gauge(&names::DATABASE_WAITING, &[(&[], pool.waiting as f64)])?;
        let retries = self.database.retries().map(|(conflict, count)| ([conflict.name()], count as f64));
        seen.counter(
            &names::DATABASE_RETRIES,
            &retries.each_ref().map(|(labels, count)| (&labels[..], *count)),
        )
    }

    fn revocations(&self, seen: &mut Seen) -> Result<(), prometheus::Error> {
        let figures = self.revoked.figures();
        seen.gauge(&names::REVOCATIONS_AWAKE, &[(&[], f64::from(u8::from(figures.is_awake)))])?;
        seen.gauge(&names::REVOCATIONS_STALENESS, &[(&[], figures.staleness.as_secs_f64())])?;
        seen.count(&names::REVOCATIONS_LOOKS, figures.looks)?;
        seen.counter(&names::REVOCATIONS_NOTICES, &[(&[], figures.notices as f64)])?;
        let kept = figures.remembered.map(|(kind, count)| ([kind], count as f64));
        seen.gauge(
            &names::REVOCATIONS_REMEMBERED,
            &kept.each_ref().map(|(labels, count)| (&labels[..], *count)),
        )
    }
}

fn process(seen: &mut Seen) -> Result<(), prometheus::Error> {
    let process = Process::now();
    if let Some(seconds) = process.cpu_seconds {
        seen.counter(&names::PROCESS_CPU_SECONDS, &[(&[], seconds)])?;
    }
    for (name, value) in [
        (&names::PROCESS_RESIDENT_BYTES, process.resident_bytes),
        (&names::PROCESS_THREADS, process.threads),
        (&names::PROCESS_OPEN_FILES, process.open_files),
        (&names::PROCESS_MOST_FILES, process.most_files),
    ] {
        if let Some(value) = value {
            seen.gauge(name, &[(&[], value)])?;
        }
    }
    Ok(())
}

/// Made anew for each scrape, so that what is gone leaves no series behind.
pub(super) struct Seen {
    families: Vec<MetricFamily>,
}

impl Seen {
    pub(super) fn gauge(&mut self, name: &Name, samples: Samples<'_>) -> Result<(), prometheus::Error> {
        let gauges = GaugeVec::new(name.opts(), name.labels)?;
        for (labels, value) in samples {
            gauges.with_label_values(labels).set(*value);
        }
        self.families.extend(gauges.collect());
        Ok(())
    }

    pub(super) fn counter(&mut self, name: &Name, samples: Samples<'_>) -> Result<(), prometheus::Error> {
        let counters = CounterVec::new(name.opts(), name.labels)?;
        for (labels, value) in samples {
            counters.with_label_values(labels).inc_by(*value);
        }
        self.families.extend(counters.collect());
        Ok(())
    }

    /// Of one label.
    pub(super) fn count<const N: usize>(
        &mut self,
        name: &Name,
        counted: [(&str, u64); N],
    ) -> Result<(), prometheus::Error> {
        let samples = counted.map(|(label, count)| ([label], count as f64));
        self.counter(name, &samples.each_ref().map(|(labels, count)| (&labels[..], *count)))
    }
}
