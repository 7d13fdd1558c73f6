//! When the database was away on purpose: only then may the gateway say so, and only then may a logout be news to it.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// A gateway asks a database that was away again within this time, and hears what was revoked meanwhile.
const RECOVERY: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(super) struct Calendar {
    outages: Mutex<Vec<Outage>>,
}

#[derive(Debug, Clone, Copy)]
struct Outage {
    from: Instant,
    to: Option<Instant>,
}

impl Calendar {
    pub(super) fn begin_outage(&self) {
        self.outages.lock().push(Outage { from: Instant::now(), to: None });
    }

    pub(super) fn end_outage(&self) {
        if let Some(outage) = self.outages.lock().last_mut() {
            outage.to = Some(Instant::now());
        }
    }

    /// Whether the database was there, and long enough, at every moment between the two.
    pub(super) fn was_calm(&self, from: Instant, to: Instant) -> bool {
        let touches = |outage: &Outage| {
            let is_over = outage.to.is_some_and(|end| end + RECOVERY < from);
            outage.from <= to && !is_over
        };
        !self.outages.lock().iter().any(touches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_outage_lasts_until_the_gateway_has_recovered_from_it() {
        let calendar = Calendar::default();
        let second = Duration::from_secs(1);
        let start = Instant::now();
        let at = |seconds: u32| start + seconds * second;
        tokio::time::advance(10 * second).await;
        calendar.begin_outage();
        assert!(!calendar.was_calm(at(60), at(61)), "it has not ended");
        tokio::time::advance(2 * second).await;
        calendar.end_outage();
        for (from, to, expected) in
            [(0, 9, true), (0, 10, false), (11, 11, false), (17, 20, false), (18, 20, true), (0, 20, false)]
        {
            assert_eq!(calendar.was_calm(at(from), at(to)), expected, "{from} {to}");
        }
    }
}
