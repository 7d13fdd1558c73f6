//! The order of exchanges, for any that a recorder can have seen.

use proptest::prelude::*;

use super::*;
use crate::parity::{
    exchange::sample,
    replay::{instants::Clock, sample as line, values::Values},
};
use std::collections::HashMap;

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

const PROJECT: &str = "9999411b-7547-487f-ae3d-c8be92c0dea6";
const TASK: &str = "1234411b-7547-487f-ae3d-c8be92c0dea6";

/// A project, a task in it, and that task: each needs what the one before gave.
fn chain() -> [Exchange; 3] {
    let id =
        |id: &str| line::answer(201, &["content-type: application/json"], &format!("{{\"id\":\"{id}\"}}"));
    let in_project = format!("/projects/{PROJECT}/tasks");
    [
        line::exchange(1, "POST /projects", "/projects", &[], "", id(PROJECT)),
        line::exchange(2, "POST /projects/{id}/tasks", &in_project, &[], "", id(TASK)),
        line::exchange(3, "GET /tasks/{id}", &format!("/tasks/{TASK}"), &[], "", line::answer(200, &[], "")),
    ]
}

#[test]
fn who_gives_to_a_giver_comes_along() {
    let graph = Graph::of(&chain(), Order::Recorded, &|exchange| exchange.id == 3);
    let steps: Vec<_> = graph.steps.iter().map(|(id, step)| (*id, step.is_aid)).collect();
    assert_eq!(steps, [(1, true), (2, true), (3, false)]);
}

#[test]
fn an_answer_of_another_kind_gives_nothing() {
    let chain = chain();
    let graph = Graph::of(&chain, Order::Recorded, &|_| true);
    let asked = |status: u16| {
        let mut values = Values::new(&graph, HashMap::new(), Clock::of(chain.iter(), None));
        let live = "{\"id\":\"00000000-7547-487f-ae3d-c8be92c0dea6\"}";
        values.heard(&chain[0], &line::answer(status, &["content-type: application/json"], live));
        let sent = values.ask(&chain[1], &graph.steps[&2].needs);
        sent.map(|sent| sent.request.target).map_err(|blocked| (blocked.by, blocked.needs))
    };
    let now = "/projects/00000000-7547-487f-ae3d-c8be92c0dea6/tasks".to_owned();
    assert_eq!(asked(201), Ok(now.clone()));
    assert_eq!(asked(200), Ok(now));
    // An error has an id too: that of itself.
    assert_eq!(asked(422), Err((1, "body $.id".to_owned())));
}
