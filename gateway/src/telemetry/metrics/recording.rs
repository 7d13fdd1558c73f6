//! What is counted of a recording.

use prometheus::{IntCounter, IntCounterVec, IntGauge};

use super::{Maker, names};
use crate::parity::capture::reason::Reason;

/// Cheap to clone; all clones count into the same registry.
#[derive(Clone)]
pub struct RecordingMetrics {
    exchanges: IntCounter,
    missing: IntCounterVec,
    bytes: IntCounter,
    held: IntGauge,
}

impl RecordingMetrics {
    pub(super) fn new(maker: &Maker) -> Result<Self, prometheus::Error> {
        let missing = maker.counters(&names::RECORDING_GAPS)?;
        for reason in Reason::ALL {
            missing.with_label_values(&[reason.name()]);
        }
        Ok(Self {
            exchanges: maker.counter(&names::RECORDING_EXCHANGES)?,
            missing,
            bytes: maker.counter(&names::RECORDING_BYTES)?,
            held: maker.gauge(&names::RECORDING_HELD)?,
        })
    }

    pub fn exchanges(&self, count: u64) {
        self.exchanges.inc_by(count);
    }

    pub fn missing(&self, reason: Reason, count: u64) {
        self.missing.with_label_values(&[reason.name()]).inc_by(count);
    }

    pub fn wrote(&self, bytes: u64) {
        self.bytes.inc_by(bytes);
    }

    pub fn holds(&self, bytes: u64) {
        self.held.set(i64::try_from(bytes).unwrap_or(i64::MAX));
    }
}
