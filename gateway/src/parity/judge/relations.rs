//! What holds across a whole run: one live value for one recorded value, and instants that moved as the run did.

use std::collections::BTreeMap;

use super::{Judge, Looked, Tied, Wronged};
use crate::parity::{
    exchange::Exchange,
    finding::Severity,
    value::{Bound, instant::http_date},
};

/// Clocks of two machines, and what is told in whole seconds.
const TOLERANCE: i128 = 2_000_000;

/// Two calls for one instant, one after the other.
const MOMENT: u64 = 1_000;

/// What the client itself sent outweighs what any number of answers say.
const BELIEVED: usize = 1_000_000;

/// Where a pair was seen: the exchange, and which of its pairs.
type Seen = (u64, usize);

/// From one value to those that were seen for it, with a weight and where.
type Images<'t> = BTreeMap<(String, String), BTreeMap<String, (usize, Vec<Seen>)>>;

pub(super) fn check(judge: &Judge<'_>, looked: &mut BTreeMap<u64, Looked<'_>>) {
    let mut found: Vec<(Seen, &'static str, String)> = Vec::new();
    let ties =
        looked.iter().flat_map(|(id, one)| one.bounds.iter().enumerate().map(|(at, tied)| ((*id, at), tied)));
    let ties: Vec<(Seen, &Tied)> = ties.collect();
    one_to_one(&ties, &mut found);
    instants(judge, looked, &ties, &mut found);
    found.sort();
    found.dedup_by_key(|(seen, _, _)| *seen);
    for ((id, at), kind, message) in found {
        let Some(one) = looked.get_mut(&id) else { continue };
        let Some(tied) = one.bounds.get(at).cloned() else { continue };
        let (reference, live) = match &tied.bound {
            Bound::Same { recorded, live, .. } => (recorded.clone(), live.clone()),
            Bound::Moment { recorded, live, .. } => (instant(*recorded), instant(*live)),
            Bound::Number { recorded, live, .. } => (recorded.to_string(), live.to_string()),
        };
        one.verified = one.verified.saturating_sub(1);
        one.wrongs.push(Wronged {
            at: tied.at,
            general: tied.general,
            kind: kind.to_owned(),
            severity: Severity::Breaking,
            message,
            reference,
            live,
            is_difference: false,
        });
    }
}

fn instant(micros: u64) -> String {
    let at = chrono::DateTime::from_timestamp_micros(micros as i64).unwrap_or_default();
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

fn one_to_one(ties: &[(Seen, &Tied)], found: &mut Vec<(Seen, &'static str, String)>) {
    let (mut forward, mut back): (Images<'_>, Images<'_>) = (Images::new(), Images::new());
    for (seen, tied) in ties {
        let (scope, recorded, live) = match &tied.bound {
            Bound::Same { recorded, live, is_unique: true } => {
                (String::new(), recorded.clone(), live.clone())
            }
            Bound::Number { scope, recorded, live } => {
                (scope.clone(), recorded.to_string(), live.to_string())
            }
            Bound::Same { is_unique: false, .. } | Bound::Moment { .. } => continue,
        };
        let weight = if tied.is_sent { BELIEVED } else { 1 };
        for (images, from, to) in [(&mut forward, &recorded, &live), (&mut back, &live, &recorded)] {
            let key = (scope.clone(), from.clone());
            let (sum, places) = images.entry(key).or_default().entry(to.clone()).or_default();
            *sum += weight;
            if !tied.is_sent {
                places.push(*seen);
            }
        }
    }
    let mut tell = |images: Images<'_>, kind, message: &str| {
        for lives in images.into_values().filter(|lives| lives.len() > 1) {
            let believed =
                lives.values().map(|(sum, places)| (*sum, std::cmp::Reverse(places.first().copied())));
            let believed = believed.max();
            for (sum, places) in lives.values() {
                if Some((*sum, std::cmp::Reverse(places.first().copied()))) != believed {
                    found.extend(places.iter().map(|seen| (*seen, kind, message.to_owned())));
                }
            }
        }
    };
    tell(forward, "conflict", "is not what stands for the same recorded value elsewhere");
    tell(back, "collision", "already stands for another recorded value");
}

fn instants(
    judge: &Judge<'_>,
    looked: &BTreeMap<u64, Looked<'_>>,
    ties: &[(Seen, &Tied)],
    found: &mut Vec<(Seen, &'static str, String)>,
) {
    let Some(mut window) = Window::of(judge, looked) else { return };
    window.reach(ties);
    let mut twins: BTreeMap<u64, BTreeMap<u64, Vec<Seen>>> = BTreeMap::new();
    let mut origins: BTreeMap<u64, BTreeMap<u64, Vec<Seen>>> = BTreeMap::new();
    for (seen, tied) in ties {
        let Bound::Moment { recorded, live, grain } = tied.bound else { continue };
        if tied.is_sent {
            continue;
        }
        if !window.holds(shift(live, recorded), grain) {
            let (kind, message) = match live == recorded {
                true => ("stale", "repeats the recorded instant"),
                false => ("window", "is no instant of this run: it did not move as the run did"),
            };
            found.push((*seen, kind, message.to_owned()));
        } else if grain == 1 {
            twins.entry(recorded).or_default().entry(live).or_default().push(*seen);
            origins.entry(live).or_default().entry(recorded).or_default().push(*seen);
        }
    }
    outliers(twins, "conflict", "is not the instant that stands for the same recorded one elsewhere", found);
    outliers(origins, "collision", "is one instant where different ones were recorded", found);
}

fn shift(live: u64, recorded: u64) -> i128 {
    i128::from(live) - i128::from(recorded)
}

/// How far an instant moves from the recording to the run, in microseconds.
struct Window {
    least: i128,
    most: i128,
    /// How much more, where the clock of whoever answers is not that of whoever asks.
    aside: i128,
}

impl Window {
    fn of(judge: &Judge<'_>, looked: &BTreeMap<u64, Looked<'_>>) -> Option<Self> {
        let (mut least, mut most) = (i128::MAX, i128::MIN);
        for (id, one) in looked {
            let (Some(reference), Some(live)) = (judge.reference.get(id), one.live) else { continue };
            let began = shift(live.began, reference.began);
            // Within an exchange one side may be quicker than the other by all that it took.
            least = least.min(began - i128::from(reference.took));
            most = most.max(began + i128::from(live.took));
        }
        let aside = median(looked.values().filter_map(|one| one.ahead).collect());
        (least <= most).then_some(Self { least, most, aside })
    }

    /// What the client said itself moved as far as the run's beginning, which a quick run leaves behind.
    fn reach(&mut self, ties: &[(Seen, &Tied)]) {
        for (_, tied) in ties.iter().filter(|(_, tied)| tied.is_sent) {
            if let Bound::Moment { recorded, live, .. } = tied.bound {
                let moved = shift(live, recorded);
                (self.least, self.most) = (self.least.min(moved), self.most.max(moved));
            }
        }
    }

    /// A database has a clock of its own: an instant is of either.
    fn holds(&self, moved: i128, grain: u64) -> bool {
        let slack = TOLERANCE + i128::from(grain);
        [0, self.aside].iter().any(|aside| {
            let moved = moved - aside;
            (self.least - slack..=self.most + slack).contains(&moved)
        })
    }
}

/// What the clock of whoever answered was ahead in the run, and had not been: by the `Date` of both answers (RFC 9110
/// section 6.6.1).
pub(super) fn ahead(reference: &Exchange, live: &Exchange) -> Option<i128> {
    let of = |exchange: &Exchange| {
        let date = http_date(exchange.answered()?.header("date")?)?;
        Some(shift(date, exchange.began.saturating_add(exchange.took)))
    };
    Some(of(live)? - of(reference)?)
}

/// What most of them say.
fn median(mut ahead: Vec<i128>) -> i128 {
    let middle = ahead.len() / 2;
    if ahead.is_empty() {
        return 0;
    }
    let (_, median, _) = ahead.select_nth_unstable(middle);
    if median.abs() <= TOLERANCE { 0 } else { *median }
}

fn outliers(
    groups: BTreeMap<u64, BTreeMap<u64, Vec<Seen>>>,
    kind: &'static str,
    message: &str,
    found: &mut Vec<(Seen, &'static str, String)>,
) {
    for group in groups.into_values().filter(|group| group.len() > 1) {
        let most =
            group.iter().max_by_key(|(_, seen)| (seen.len(), std::cmp::Reverse(seen.first().copied())));
        let Some(believed) = most.map(|(instant, _)| *instant) else { continue };
        for (instant, seen) in group {
            if instant.abs_diff(believed) > MOMENT {
                found.extend(seen.into_iter().map(|seen| (seen, kind, message.to_owned())));
            }
        }
    }
}
