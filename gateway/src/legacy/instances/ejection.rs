//! Which instances requests keep away from, because the last ones failed there.
//!
//! Never more than half of them: rounded so that at least half stay, also when the list becomes shorter.

use std::time::{Duration, Instant};

use super::rules::EjectRule;
use crate::legacy::address::LegacyAddress;

/// One seat for each listed instance.
#[derive(Default)]
pub(super) struct Ejections {
    seats: Vec<Seat>,
    rule: EjectRule,
}

struct Seat {
    address: LegacyAddress,
    /// In a row.
    failures: u32,
    ejected: Option<Ejected>,
    /// How long the last one was, until the instance has proved itself for as long.
    last: Option<(Duration, Instant)>,
}

#[derive(Clone, Copy)]
struct Ejected {
    since: Instant,
    until: Instant,
}

impl Ejections {
    /// From now on these are listed; those told have their ejection ended by it.
    pub(super) fn list(
        &mut self,
        addresses: &[LegacyAddress],
        rule: &EjectRule,
        now: Instant,
    ) -> Vec<LegacyAddress> {
        self.rule = rule.clone();
        self.seats.retain(|seat| addresses.contains(&seat.address));
        for address in addresses {
            if !self.seats.iter().any(|seat| seat.address == *address) {
                let address = address.clone();
                self.seats.push(Seat { address, failures: 0, ejected: None, last: None });
            }
        }
        let mut ended = Vec::new();
        while self.count(now) > self.most() {
            let away = self.seats.iter_mut().filter(|seat| seat.is_ejected(now));
            let Some(oldest) = away.min_by_key(|seat| seat.ejected.map(|ejected| ejected.since)) else {
                break;
            };
            oldest.ejected = None;
            ended.push(oldest.address.clone());
        }
        ended
    }

    /// A request failed there. How long the instance is left alone from now, where that begins with it.
    pub(super) fn failed(&mut self, address: &LegacyAddress, now: Instant) -> Option<Duration> {
        let has_room = self.count(now) < self.most();
        let (limit, first, most) = (self.rule.failures, self.rule.time, self.rule.most);
        let seat = self.seats.iter_mut().find(|seat| seat.address == *address)?;
        // Here and not with an answer: the first one after an ejection comes too early, and no other one is told.
        if seat.failures == 0 && seat.last.is_some_and(|(time, over)| now >= over + time) {
            seat.last = None;
        }
        seat.failures = seat.failures.saturating_add(1);
        // What was on its way when it was ejected says nothing new.
        if seat.failures < limit || seat.is_ejected(now) || !has_room {
            return None;
        }
        let time = seat.last.map_or(first, |(last, _)| (last * 2).min(most)).max(Duration::from_millis(1));
        seat.ejected = Some(Ejected { since: now, until: now + time });
        seat.last = Some((time, now + time));
        Some(time)
    }

    /// A request was answered there.
    pub(super) fn answered(&mut self, address: &LegacyAddress) {
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.address == *address) {
            seat.failures = 0;
        }
    }

    /// Those whose time is over: they take requests again, and one more failure is enough to eject them anew.
    pub(super) fn over(&mut self, now: Instant) -> Vec<LegacyAddress> {
        let over = self.seats.iter_mut().filter(|seat| seat.ejected.is_some() && !seat.is_ejected(now));
        let over = over.map(|seat| {
            seat.ejected = None;
            seat.address.clone()
        });
        over.collect()
    }

    pub(super) fn count(&self, now: Instant) -> usize {
        self.seats.iter().filter(|seat| seat.is_ejected(now)).count()
    }

    /// At least half stay.
    fn most(&self) -> usize {
        self.seats.len() / 2
    }
}

impl Seat {
    fn is_ejected(&self, now: Instant) -> bool {
        self.ejected.is_some_and(|ejected| now < ejected.until)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(number: usize) -> LegacyAddress {
        format!("http://instance-{number}:80").parse().expect("an address")
    }

    fn listed(count: usize, now: Instant) -> (Ejections, Vec<LegacyAddress>) {
        let addresses: Vec<_> = (0..count).map(address).collect();
        let mut ejections = Ejections::default();
        ejections.list(&addresses, &EjectRule::default(), now);
        (ejections, addresses)
    }

    /// As many failures as it takes; whether the last one ejected.
    fn fail(ejections: &mut Ejections, address: &LegacyAddress, now: Instant) -> Option<Duration> {
        (0..3).filter_map(|_| ejections.failed(address, now)).last()
    }

    #[test]
    fn three_failures_in_a_row_eject_and_an_answer_between_them_does_not() {
        let now = Instant::now();
        let (mut ejections, addresses) = listed(3, now);
        for _ in 0..10 {
            assert_eq!(ejections.failed(&addresses[0], now), None);
            assert_eq!(ejections.failed(&addresses[0], now), None);
            ejections.answered(&addresses[0]);
        }
        assert_eq!(fail(&mut ejections, &addresses[0], now), Some(Duration::from_secs(10)));
        assert_eq!(ejections.count(now), 1);
        assert_eq!(ejections.over(now + Duration::from_secs(9)), []);
        assert_eq!(ejections.over(now + Duration::from_secs(10)), [addresses[0].clone()]);
        assert_eq!(ejections.count(now + Duration::from_secs(10)), 0);
    }

    #[test]
    fn the_time_grows_until_the_instance_has_proved_itself() {
        let mut now = Instant::now();
        let (mut ejections, addresses) = listed(2, now);
        let mut times = vec![fail(&mut ejections, &addresses[0], now).expect("three failures")];
        for _ in 0..6 {
            now += *times.last().expect("one");
            // On trial: the first failure is enough.
            times.push(ejections.failed(&addresses[0], now).expect("one failure"));
        }
        let seconds: Vec<_> = times.iter().map(Duration::as_secs).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 300, 300]);
        now += Duration::from_secs(300);
        ejections.answered(&addresses[0]);
        assert_eq!(fail(&mut ejections, &addresses[0], now).map(|time| time.as_secs()), Some(300));
        now += Duration::from_secs(600);
        ejections.answered(&addresses[0]);
        assert_eq!(fail(&mut ejections, &addresses[0], now).map(|time| time.as_secs()), Some(10));
    }

    #[test]
    fn a_single_instance_is_never_ejected_and_one_of_two_or_three_is() {
        let now = Instant::now();
        for (count, most) in [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)] {
            let (mut ejections, addresses) = listed(count, now);
            let ejected = addresses.iter().filter(|each| fail(&mut ejections, each, now).is_some());
            assert_eq!(ejected.count(), most, "of {count}");
        }
    }

    #[test]
    fn a_shorter_list_ends_the_oldest_ejections() {
        let now = Instant::now();
        let (mut ejections, addresses) = listed(4, now);
        fail(&mut ejections, &addresses[2], now);
        fail(&mut ejections, &addresses[1], now + Duration::from_secs(1));
        let later = now + Duration::from_secs(2);
        let ended = ejections.list(&addresses[1..3], &EjectRule::default(), later);
        assert_eq!(ended, [addresses[2].clone()]);
        assert_eq!(ejections.count(later), 1);
        assert_eq!(ejections.list(&addresses[1..2], &EjectRule::default(), later), [addresses[1].clone()]);
    }

    #[derive(Clone, Debug)]
    enum Event {
        Failed(usize),
        Answered(usize),
        Listed(usize, usize),
        Passed(u64),
        Over,
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            8 => (0..9_usize).prop_map(Event::Failed),
            1 => (0..9_usize).prop_map(Event::Answered),
            1 => (0..9_usize, 0..9_usize).prop_map(|(from, to)| Event::Listed(from, to)),
            2 => (0..40_u64).prop_map(Event::Passed),
            1 => Just(Event::Over),
        ]
    }

    proptest! {
        #[test]
        fn never_more_than_half_are_ejected(history in proptest::collection::vec(event(), 0..400)) {
            let mut now = Instant::now();
            let all: Vec<_> = (0..9).map(address).collect();
            let (mut ejections, mut listed) = (Ejections::default(), 0);
            for event in history {
                match event {
                    Event::Failed(number) => drop(ejections.failed(&all[number], now)),
                    Event::Answered(number) => ejections.answered(&all[number]),
                    Event::Listed(from, to) => {
                        let part = &all[from.min(to)..from.max(to)];
                        ejections.list(part, &EjectRule::default(), now);
                        listed = part.len();
                    }
                    Event::Passed(seconds) => now += Duration::from_secs(seconds),
                    Event::Over => drop(ejections.over(now)),
                }
                let away = ejections.count(now);
                prop_assert!(listed - away >= listed.div_ceil(2), "{away} of {listed}");
            }
        }
    }
}
