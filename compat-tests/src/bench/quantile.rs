//! The latency that a share of all answers did not exceed.

use std::time::Duration;

pub(super) fn quantile(latencies: &mut [Duration], share: f64) -> Duration {
    latencies.sort_unstable();
    let last = latencies.len().saturating_sub(1);
    latencies.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_sorted_latencies() {
        let mut latencies: Vec<Duration> = (0..=100).rev().map(Duration::from_millis).collect();
        for (share, expected) in [(0.0, 0), (0.5, 50), (0.95, 95), (1.0, 100)] {
            assert_eq!(quantile(&mut latencies, share), Duration::from_millis(expected));
        }
        assert_eq!(quantile(&mut [], 0.95), Duration::ZERO);
    }
}
