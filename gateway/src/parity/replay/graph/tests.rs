//! The order of exchanges, for any that a recorder can have seen.

use proptest::prelude::*;

use super::*;
use crate::parity::exchange::sample;

fn exchange(id: u64, session: u8, began: u64, took: u64) -> Exchange {
    Exchange { session: format!("s{session}"), began, took, ..sample::exchange(id, "GET /") }
}

/// As a recorder sees them: numbers by beginning, and the frontier of what had ended.
fn recorded_exchanges(spans: &[(u8, u64, u64)]) -> Vec<Exchange> {
    let mut spans = spans.to_vec();
    spans.sort_by_key(|(_, began, _)| *began);
    let numbered = spans.iter().enumerate();
    let mut exchanges: Vec<_> = numbered
        .map(|(at, (session, began, took))| exchange(at as u64 + 1, *session, *began, *took))
        .collect();
    for at in 0..exchanges.len() {
        let before = |a: &Exchange, b: &Exchange| a.id < b.id && binding::ended(a) <= b.began;
        let done: Vec<_> = exchanges.iter().filter(|other| before(other, &exchanges[at])).collect();
        let maximal = done.iter().filter(|one| !done.iter().any(|other| before(one, other)));
        exchanges[at].after = maximal.map(|one| one.id).collect();
    }
    exchanges
}

fn closure(graph: &Graph) -> BTreeMap<u64, BTreeSet<u64>> {
    let mut all: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for (id, step) in &graph.steps {
        let mut before = step.waits_for.clone();
        for other in &step.waits_for {
            before.extend(all[other].iter().copied());
        }
        all.insert(*id, before);
    }
    all
}

proptest! {
    #[test]
    fn an_exchange_waits_for_exactly_what_had_ended_before_it(
        spans in proptest::collection::vec((0u8..3, 0u64..60, 1u64..20), 1..25),
        left_out in proptest::collection::hash_set(1u64..25, 0..6),
    ) {
        let exchanges = recorded_exchanges(&spans);
        let is_kept = |exchange: &Exchange| !left_out.contains(&exchange.id);
        for order in [Order::Recorded, Order::Sessions] {
            let graph = Graph::of(&exchanges, order, &is_kept);
            let before = closure(&graph);
            for one in exchanges.iter().filter(|one| is_kept(one)) {
                for other in exchanges.iter().filter(|other| is_kept(other) && other.id != one.id) {
                    let is_ordered = order == Order::Recorded || one.session == other.session;
                    let expected = is_ordered && other.id < one.id && binding::ended(other) <= one.began;
                    prop_assert_eq!(before[&one.id].contains(&other.id), expected, "{} before {}", other.id, one.id);
                }
            }
        }
    }
}

#[test]
fn what_a_file_says_about_the_future_holds_nothing_up() {
    let mut first = exchange(1, 0, 0, 1);
    first.after = vec![1, 2, 9];
    let graph = Graph::of(&[first, exchange(2, 0, 5, 1)], Order::Recorded, &|_| true);
    assert!(graph.steps[&1].waits_for.is_empty());
}
