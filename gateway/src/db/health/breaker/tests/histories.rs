//! The breaker under random histories: it always comes back, and never lets in too many.

use fastrand::Rng;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{super::*, *};

#[derive(Clone, Copy, Debug)]
enum Step {
    Admit,
    Work(usize),
    Fail(usize, Meaning),
    Wait(u64),
    Probe(bool),
    Doubt,
}

fn step() -> impl Strategy<Value = Step> {
    let meaning = prop::sample::select(Meaning::ALL.to_vec());
    prop_oneof![
        4 => Just(Step::Admit),
        2 => any::<usize>().prop_map(Step::Work),
        3 => (any::<usize>(), meaning).prop_map(|(which, meaning)| Step::Fail(which, meaning)),
        2 => (0_u64..3_000).prop_map(Step::Wait),
        1 => (0_u64..200_000).prop_map(Step::Wait),
        2 => any::<bool>().prop_map(Step::Probe),
        1 => Just(Step::Doubt),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_it_is_bounded_and_comes_back(
        steps in prop::collection::vec(step(), 1..300),
        seed in any::<u64>(),
    ) {
        let mut desk = Desk::open();
        desk.breaker.probing = Probing::new(Rng::with_seed(seed), desk.now);
        let mut held: Vec<Pass> = Vec::new();
        for step in steps {
            match step {
                Step::Admit => match desk.breaker.admit(desk.now) {
                    Ok(pass) => held.push(pass),
                    Err(Refusal::Open(after) | Refusal::Shed(after)) => {
                        prop_assert!((1..=5).contains(&after.as_secs()) && after.subsec_nanos() == 0);
                    }
                },
                Step::Work(which) if !held.is_empty() => {
                    let pass = held.swap_remove(which % held.len());
                    desk.work(pass);
                }
                Step::Fail(which, meaning) if !held.is_empty() => {
                    let pass = held.swap_remove(which % held.len());
                    desk.breaker.failed(pass, false, meaning, GONE, desk.now);
                    desk.breaker.leave(pass, Outcome::Failed, desk.now);
                }
                Step::Wait(milliseconds) => desk.wait(milliseconds),
                Step::Probe(good) => {
                    if let Next::Probe(_) = desk.breaker.next(desk.now) {
                        desk.probe(if good { Probed::Worked } else { gone() });
                    }
                }
                Step::Doubt => drop(desk.breaker.doubt(desk.now)),
                Step::Work(_) | Step::Fail(..) => {}
            }
            prop_assert!(held.len() <= SIZE * WAITING_PER_CONNECTION);
            prop_assert_eq!(desk.breaker.held, held.len());
            desk.breaker.settle(desk.now);
        }
        // It is back: within two probes and the ramp everybody is served again.
        let began = desk.now;
        while desk.breaker.level() == 2 {
            desk.until_probe();
            desk.probe(Probed::Worked);
        }
        prop_assert!(desk.now - began <= Duration::from_secs(66));
        desk.wait(750);
        desk.breaker.settle(desk.now);
        prop_assert_eq!(desk.breaker.level(), 0);
        held.into_iter().for_each(|pass| desk.work(pass));
        prop_assert!(desk.breaker.admit(desk.now).is_ok());
    }
}
