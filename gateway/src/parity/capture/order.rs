//! Which exchanges had ended before another one began: what a replay must not turn round.

use parking_lot::Mutex;

/// So many at once were under way that no reader wants all of them; the latest to end stay.
const MOST: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Order(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    begun: u64,
    open: u64,
    ended: u64,
    is_closed: bool,
    /// Each with how many had ended when it did, the earliest first: none of them is before another one of them.
    frontier: Vec<(u64, u64)>,
}

/// The place of one that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) id: u64,
    pub(super) after: Vec<u64>,
    /// How many had ended by then.
    clock: u64,
}

impl Order {
    /// Nothing once it is closed.
    pub(super) fn begin(&self) -> Option<Begun> {
        let mut state = self.0.lock();
        if state.is_closed {
            return None;
        }
        state.begun += 1;
        state.open += 1;
        let spare = state.frontier.len().saturating_sub(MOST);
        let after = state.frontier[spare..].iter().map(|(id, _)| *id).collect();
        Some(Begun { id: state.begun, after, clock: state.ended })
    }

    /// Nothing comes after one that is not recorded.
    pub(super) fn end(&self, begun: &Begun, is_recorded: bool) {
        let mut state = self.0.lock();
        state.open -= 1;
        if !is_recorded {
            return;
        }
        state.frontier.retain(|(_, ended)| *ended >= begun.clock);
        let ended = state.ended;
        state.frontier.push((begun.id, ended));
        state.ended += 1;
    }

    /// No other begins.
    pub(super) fn close(&self) {
        self.0.lock().is_closed = true;
    }

    /// Closed, and every one that had begun has ended.
    pub(super) fn is_over(&self) -> bool {
        let state = self.0.lock();
        state.is_closed && state.open == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_before_is_named_once_and_not_what_is_before_that_anyway() {
        let order = Order::default();
        let first = order.begin().unwrap();
        let second = order.begin().unwrap();
        order.end(&first, true);
        let third = order.begin().unwrap();
        order.end(&second, true);
        let fourth = order.begin().unwrap();
        order.end(&third, true);
        order.end(&fourth, true);
        let last = order.begin().unwrap();
        let after = [&first, &second, &third, &fourth, &last].map(|begun| begun.after.clone());
        assert_eq!(after, [vec![], vec![], vec![1], vec![1, 2], vec![3, 4]]);
    }

    #[test]
    fn nothing_comes_after_one_that_is_not_recorded() {
        let order = Order::default();
        let (first, second) = (order.begin().unwrap(), order.begin().unwrap());
        order.end(&first, true);
        let lost = order.begin().unwrap();
        order.end(&lost, false);
        assert_eq!(order.begin().unwrap().after, [1]);
        order.close();
        assert!(order.begin().is_none() && !order.is_over());
        order.end(&second, true);
    }

    #[test]
    fn it_is_exactly_who_ended_before_whom() {
        let mut random = fastrand::Rng::with_seed(7);
        let order = Order::default();
        let (mut open, mut ended) = (Vec::<Begun>::new(), Vec::<u64>::new());
        // For each, those that had ended when it began: what its edges and theirs must lead to.
        let mut before: Vec<Vec<u64>> = vec![Vec::new()];
        let mut edges: Vec<Vec<u64>> = vec![Vec::new()];
        for _ in 0..2_000 {
            if open.len() < 8 && random.bool() || open.is_empty() {
                let begun = order.begin().unwrap();
                before.push(ended.clone());
                edges.push(begun.after.clone());
                open.push(begun);
            } else {
                let begun = open.swap_remove(random.usize(..open.len()));
                order.end(&begun, true);
                ended.push(begun.id);
            }
        }
        let mut reached: Vec<std::collections::BTreeSet<u64>> = Vec::new();
        for (id, (before, after)) in before.iter().zip(&edges).enumerate() {
            let all = after
                .iter()
                .flat_map(|near| reached[usize::try_from(*near).unwrap()].iter().copied().chain([*near]));
            let all: std::collections::BTreeSet<u64> = all.collect();
            assert_eq!(all, before.iter().copied().collect(), "{id}");
            for near in after {
                let others = after.iter().filter(|other| *other != near);
                let mut others = others.map(|other| &reached[usize::try_from(*other).unwrap()]);
                assert!(!others.any(|others| others.contains(near)), "{id} names {near} twice");
            }
            reached.push(all);
        }
    }
}
