//! A quantile, estimated from a histogram as Prometheus' `histogram_quantile` does.

use std::time::Duration;

use prometheus::{Histogram, core::Metric};

/// As if the values of a bucket were spread evenly over it; above the last bound, that bound.
pub(super) fn quantile(histogram: &Histogram, share: f64) -> Option<Duration> {
    let seen = histogram.metric();
    let seen = seen.get_histogram();
    let buckets = seen.get_bucket().iter().map(|bucket| (bucket.upper_bound(), bucket.cumulative_count()));
    estimate(buckets, seen.get_sample_count(), share).map(Duration::from_secs_f64)
}

fn estimate(buckets: impl Iterator<Item = (f64, u64)>, total: u64, share: f64) -> Option<f64> {
    if total == 0 {
        return None;
    }
    let rank = share * total as f64;
    let (mut lower, mut below) = (0.0, 0);
    for (upper, cumulative) in buckets.filter(|(upper, _)| upper.is_finite()) {
        if cumulative as f64 >= rank && cumulative > below {
            let inside = (rank - below as f64) / (cumulative - below) as f64;
            return Some(lower + (upper - lower) * inside);
        }
        (lower, below) = (upper, cumulative);
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_where_its_rank_falls_in_a_bucket() {
        let check = |counts: &[(f64, u64)], total, expected: Option<f64>| {
            let found = estimate(counts.iter().copied(), total, 0.95);
            let near = match (found, expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(near, "{counts:?}: {found:?}, not {expected:?}");
        };
        check(&[], 0, None);
        check(&[(1.0, 0), (2.0, 0)], 0, None);
        check(&[(1.0, 100), (2.0, 100)], 100, Some(0.95));
        check(&[(1.0, 0), (2.0, 100)], 100, Some(1.95));
        check(&[(1.0, 90), (2.0, 100)], 100, Some(1.5));
        check(&[(1.0, 95), (2.0, 100)], 100, Some(1.0));
        // Beyond the last bound nothing is known but that it is beyond.
        check(&[(1.0, 10), (2.0, 20)], 100, Some(2.0));
        check(&[(1.0, 10), (f64::INFINITY, 100)], 100, Some(1.0));
    }
}
