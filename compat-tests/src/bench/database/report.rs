//! What was measured, and whether it is good enough.

use std::fmt;
use std::time::Duration;

use super::{Figure, LATE, ROUNDS, USERS};

#[derive(Debug)]
pub struct Comparison {
    pub(super) rate: f64,
    pub(super) legacy: Figure,
    pub(super) native: Figure,
    /// Not at the legacy's rate: all that one core and PostgreSQL on the other can do.
    pub(super) flat_out: Figure,
    pub(super) pinned: bool,
}

/// As much of the legacy's CPU as a native route may use.
const SHARE: u32 = 20;

impl Comparison {
    pub fn is_good(&self) -> bool {
        self.bars().into_iter().all(|(_, is_met)| is_met)
    }

    fn bars(&self) -> [(String, bool); 3] {
        let (native, legacy) = (self.native, self.legacy);
        let times = legacy.cpu.as_secs_f64() / native.cpu.as_secs_f64();
        [
            (format!("native p95 under {}", milliseconds(LATE)), native.p95 < LATE),
            ("native p95 under the legacy's".to_owned(), native.p95 < legacy.p95),
            (
                format!("native CPU at most 1/{SHARE} of the legacy's: 1/{times:.1}"),
                native.cpu * SHARE <= legacy.cpu,
            ),
        ]
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pinned = if self.pinned { "each alone on one core" } else { "cores shared" };
        writeln!(
            formatter,
            "tasks listed, read, created, changed and deleted by {USERS} users, {} requests/s, {pinned}, \
             median of {ROUNDS} rounds, no wrong answer",
            self.rate
        )?;
        let rows = [("legacy", self.legacy), ("native", self.native), ("flat out", self.flat_out)];
        for (name, figure) in rows {
            writeln!(
                formatter,
                "  {name:<8} p50 {:>9}   p95 {:>9}   {:>7.0} us CPU/request   PostgreSQL {:>6.0} us   {:>6.1} requests/s",
                milliseconds(figure.p50),
                milliseconds(figure.p95),
                microseconds(figure.cpu),
                microseconds(figure.postgres),
                figure.answered
            )?;
        }
        for (bar, is_met) in self.bars() {
            writeln!(formatter, "  {:<8} {bar}", if is_met { "met" } else { "MISSED" })?;
        }
        write!(
            formatter,
            "legacy: uvicorn, one worker, access log read; gateway: JSON access log to /dev/null, metrics on; \
             PostgreSQL with fsync, on the other core; latency from when a request was due; flat out: native, as fast as \
             {USERS} users can ask"
        )
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(p95: u64, cpu: u64) -> Figure {
        let p95 = Duration::from_millis(p95);
        Figure { p50: p95, p95, answered: 1.0, cpu: Duration::from_micros(cpu), postgres: Duration::ZERO }
    }

    #[test]
    fn each_bar_can_be_missed() {
        for (native, legacy, is_good) in [
            (figure(3, 100), figure(300, 2000), true),
            (figure(3, 101), figure(300, 2000), false),
            (figure(300, 1), figure(300, 2000), false),
            (figure(500, 1), figure(900, 2000), false),
        ] {
            let comparison = Comparison { rate: 1.0, legacy, native, flat_out: native, pinned: true };
            assert_eq!(comparison.is_good(), is_good, "{comparison}");
            assert_eq!(comparison.to_string().contains("MISSED"), !is_good, "{comparison}");
        }
    }
}
