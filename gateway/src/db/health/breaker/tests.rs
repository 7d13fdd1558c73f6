//! The breaker by its rules.

mod histories;

use fastrand::Rng;

use super::*;

const GONE: DatabaseProblem = DatabaseProblem::Refused;
const SIZE: usize = 16;

struct Desk {
    breaker: Breaker,
    now: Instant,
}

impl Desk {
    fn fresh() -> Self {
        let now = Instant::now();
        Self { breaker: Breaker::new(SIZE, Rng::with_seed(7), now), now }
    }

    /// The first look is over, found the database, and learned what it allows.
    fn open() -> Self {
        let mut desk = Self::fresh();
        let now = desk.now;
        assert_eq!(desk.breaker.next(now), Next::Probe(PROBE_LIMIT));
        assert!(desk.breaker.fitted(), "news");
        assert_eq!(desk.breaker.probed(Probed::Worked, now), None);
        desk.wait(60_000);
        desk
    }

    fn wait(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
    }

    fn admit(&mut self) -> Pass {
        self.breaker.admit(self.now).expect("let in")
    }

    fn fail(&mut self, pass: Pass) -> Option<Turn> {
        let turn = self.breaker.failed(pass, false, Meaning::Unavailable, GONE, self.now);
        self.breaker.leave(pass, Outcome::Failed, self.now);
        turn
    }

    fn work(&mut self, pass: Pass) {
        self.breaker.worked(pass, self.now);
        self.breaker.leave(pass, Outcome::Worked, self.now);
    }

    /// Five quick failures in a row.
    fn lose(&mut self) {
        for _ in 0..5 {
            assert_eq!(self.breaker.level(), 0);
            let pass = self.admit();
            self.wait(1);
            self.fail(pass);
        }
        assert_eq!(self.breaker.level(), 2);
    }

    /// Until the prober asks again; how long that took.
    fn until_probe(&mut self) -> Duration {
        let began = self.now;
        loop {
            match self.breaker.next(self.now) {
                Next::Probe(limit) => {
                    assert_eq!(limit, PROBE_LIMIT);
                    return self.now - began;
                }
                Next::At(moment) => self.now = moment,
                Next::Rest => panic!("it would never ask again"),
            }
        }
    }

    fn probe(&mut self, probed: Probed) -> Option<Turn> {
        self.breaker.probed(probed, self.now)
    }
}

fn gone() -> Probed {
    Probed::Failed(Meaning::Unavailable, GONE)
}

#[test]
fn five_failures_in_a_row_open_it_and_a_success_between_them_does_not_let_them_add_up() {
    let mut desk = Desk::open();
    for _ in 0..20 {
        for _ in 0..4 {
            let pass = desk.admit();
            desk.wait(600);
            assert_eq!(desk.fail(pass), None);
        }
        for _ in 0..6 {
            let pass = desk.admit();
            desk.work(pass);
        }
        desk.wait(600);
    }
    desk.lose();
    let away = Away { meaning: Meaning::Unavailable, problem: GONE, since: desk.now };
    assert_eq!(desk.breaker.away(), Some(away));
    assert!(matches!(desk.breaker.admit(desk.now), Err(Refusal::Open(_))));
}

#[test]
fn half_of_twenty_within_ten_seconds_open_it_and_the_same_over_a_longer_time_does_not() {
    for (pause, expected) in [(400, 2), (700, 0)] {
        let mut desk = Desk::open();
        for _ in 0..10 {
            for fails in [true, false] {
                if desk.breaker.level() == 0 {
                    let pass = desk.admit();
                    desk.wait(pause);
                    if fails {
                        desk.fail(pass);
                    } else {
                        desk.work(pass);
                    }
                }
            }
        }
        // The last failure was the nineteenth outcome.
        if desk.breaker.level() == 0 {
            let pass = desk.admit();
            desk.fail(pass);
        }
        assert_eq!(desk.breaker.level(), expected, "{pause}");
    }
}

#[test]
fn slow_statements_and_held_locks_shut_nobody_out_while_others_work() {
    let mut desk = Desk::open();
    for _ in 0..100 {
        let (slow, quick) = (desk.admit(), desk.admit());
        desk.wait(5_000);
        desk.work(quick);
        desk.wait(100);
        assert_eq!(desk.fail(slow), None);
        assert_eq!(desk.breaker.next(desk.now), Next::Rest);
    }
    // Its own BEGIN worked: a lock that is not to be had says that somebody is at work.
    for _ in 0..100 {
        let pass = desk.admit();
        desk.breaker.worked(pass, desk.now);
        desk.wait(10);
        let turn = desk.breaker.failed(pass, true, Meaning::Unavailable, GONE, desk.now);
        desk.breaker.leave(pass, Outcome::Failed, desk.now);
        assert_eq!(turn, None);
    }
    assert_eq!(desk.breaker.level(), 0);
}

#[test]
fn silence_makes_the_prober_look_once_and_what_it_sees_decides() {
    for (probed, level) in [(Probed::Worked, 0), (Probed::Full, 0), (gone(), 2)] {
        let mut desk = Desk::open();
        let slow = desk.admit();
        desk.wait(2_000);
        desk.fail(slow);
        assert_eq!(desk.breaker.level(), 0);
        assert_eq!(desk.breaker.next(desk.now), Next::Probe(LOOK_LIMIT));
        assert!(desk.breaker.doubt(desk.now));
        let due = desk.now + LOOK_PAUSE;
        assert_eq!(desk.breaker.next(desk.now), Next::At(due), "it looks once a second at most");
        desk.wait(100);
        assert_eq!(desk.probe(probed).is_some(), level == 2);
        assert_eq!(desk.breaker.level(), level, "{probed:?}");
    }
    let mut desk = Desk::open();
    assert!(desk.breaker.doubt(desk.now));
    assert_eq!(desk.breaker.next(desk.now), Next::Probe(LOOK_LIMIT));
    desk.wait(1);
    let pass = desk.admit();
    desk.work(pass);
    assert_eq!(desk.probe(gone()), None, "a request was served meanwhile");
    assert!(!desk.breaker.doubt(desk.now), "one was just served");
    desk.wait(500);
    assert!(desk.breaker.doubt(desk.now));
    desk.wait(100);
    let pass = desk.admit();
    desk.work(pass);
    desk.wait(1_000);
    assert_eq!(desk.breaker.next(desk.now), Next::Rest, "the doubt is over");
}

#[test]
fn the_first_look_is_made_whatever_requests_saw() {
    let mut desk = Desk::fresh();
    let pass = desk.admit();
    desk.wait(1);
    desk.work(pass);
    assert_eq!(desk.breaker.next(desk.now), Next::Probe(PROBE_LIMIT));
}

#[test]
fn what_the_server_allows_is_sought_until_it_is_known() {
    let mut desk = Desk::fresh();
    let due = |desk: &mut Desk, seconds| {
        let due = desk.now + Duration::from_secs(seconds);
        assert_eq!(desk.breaker.next(desk.now), Next::At(due));
        desk.wait(seconds * 1_000 - 1);
        let pass = desk.admit();
        desk.wait(1);
        desk.work(pass);
        assert_eq!(desk.breaker.next(desk.now), Next::Probe(PROBE_LIMIT), "whatever works meanwhile");
    };
    assert_eq!(desk.breaker.next(desk.now), Next::Probe(PROBE_LIMIT));
    for _ in 0..20 {
        assert_eq!(desk.probe(Probed::Full), None);
        due(&mut desk, 5);
    }
    // It answers, and does not say: one that may sleep is left alone more and more.
    for seconds in [5, 10, 20, 40] {
        assert_eq!(desk.probe(Probed::Worked), None);
        due(&mut desk, seconds);
    }
    // A request that failed meanwhile makes it look before that.
    desk.probe(Probed::Worked);
    desk.wait(2_000);
    assert!(desk.breaker.doubt(desk.now));
    assert_eq!(desk.breaker.next(desk.now), Next::Probe(LOOK_LIMIT));
    // Over an outage it stays unknown, and is asked for when requests are served again.
    assert!(desk.probe(gone()).is_some());
    desk.until_probe();
    desk.probe(Probed::Worked);
    desk.wait(750);
    assert!(matches!(desk.breaker.settle(desk.now), Some(Turn::Closed { .. })));
    assert!(matches!(desk.breaker.next(desk.now), Next::At(_)));
    assert!(desk.breaker.fitted());
    assert!(!desk.breaker.fitted(), "that is no news");
    assert_eq!(desk.breaker.next(desk.now), Next::Rest);
}

#[test]
fn what_only_a_person_can_change_opens_it_at_once_and_is_asked_for_seldom() {
    for meaning in [Meaning::Quota, Meaning::Credentials] {
        let mut desk = Desk::open();
        let pass = desk.admit();
        let turn = desk.breaker.failed(pass, false, meaning, GONE, desk.now);
        assert!(matches!(turn, Some(Turn::Opened(away)) if away.meaning == meaning));
        for _ in 0..5 {
            desk.breaker.admit(desk.now).expect_err("open");
            let waited = desk.until_probe().as_secs();
            assert!((30..=34).contains(&waited), "{waited} s");
            desk.probe(Probed::Failed(meaning, GONE));
        }
    }
    let mut desk = Desk::open();
    for meaning in [Meaning::Conflict, Meaning::Ours] {
        for _ in 0..100 {
            let pass = desk.admit();
            assert_eq!(desk.breaker.failed(pass, false, meaning, GONE, desk.now), None);
            desk.breaker.leave(pass, Outcome::Worked, desk.now);
        }
    }
    assert_eq!(desk.breaker.level(), 0);
}

#[test]
fn it_is_asked_soon_at_first_and_every_few_seconds_then_and_once_a_minute_without_demand() {
    let mut desk = Desk::open();
    desk.lose();
    let mut most = Duration::from_millis(100);
    for _ in 0..20 {
        let waited = desk.until_probe();
        assert!(waited <= most, "{waited:?} of {most:?}");
        most = (most * 2).min(Duration::from_secs(3));
        desk.probe(gone());
        desk.breaker.admit(desk.now).expect_err("open");
    }
    desk.wait(60_000);
    desk.until_probe();
    desk.probe(gone());
    for _ in 0..3 {
        let waited = desk.until_probe().as_secs();
        assert!((60..=63).contains(&waited), "{waited} s");
        desk.probe(gone());
    }
    desk.wait(10_000);
    desk.breaker.admit(desk.now).expect_err("open");
    let waited = desk.until_probe();
    assert!(waited <= Duration::from_secs(1), "somebody asks: {waited:?}");
    assert_eq!(desk.probe(Probed::Worked), None);
    desk.wait(2_000);
    assert!(
        matches!(desk.breaker.settle(desk.now), Some(Turn::Closed { away_for }) if away_for.as_secs() > 200)
    );
    assert_eq!(desk.breaker.next(desk.now), Next::Rest, "an idle database is left alone");
}

#[test]
fn the_ramp_doubles_with_every_round_that_works() {
    let mut desk = Desk::open();
    desk.lose();
    desk.until_probe();
    desk.probe(Probed::Worked);
    for most in [2, 4, 8] {
        assert_eq!(desk.breaker.level(), 1);
        let passes: Vec<_> = (0..most).map(|_| desk.admit()).collect();
        assert!(matches!(desk.breaker.admit(desk.now), Err(Refusal::Open(_))), "more than {most}");
        passes.into_iter().for_each(|pass| desk.work(pass));
    }
    assert!(matches!(desk.breaker.settle(desk.now), Some(Turn::Closed { .. })));
    assert_eq!(desk.breaker.level(), 0);
}

#[test]
fn the_ramp_ends_by_itself_when_nobody_comes_and_one_failure_ends_it_too() {
    let mut desk = Desk::open();
    desk.lose();
    desk.until_probe();
    desk.probe(Probed::Worked);
    desk.wait(749);
    assert_eq!(desk.breaker.settle(desk.now), None);
    let pass = desk.admit();
    assert_eq!(desk.fail(pass), None, "it was told already");
    assert_eq!(desk.breaker.level(), 2);
    desk.until_probe();
    desk.probe(Probed::Worked);
    desk.wait(750);
    assert!(matches!(desk.breaker.settle(desk.now), Some(Turn::Closed { .. })));
}

#[test]
fn what_was_let_in_before_it_opened_says_nothing_of_what_is_now() {
    let mut desk = Desk::open();
    let (late, saved) = (desk.admit(), desk.admit());
    desk.lose();
    assert_eq!(desk.fail(late), None);
    desk.breaker.worked(saved, desk.now);
    assert_eq!(desk.breaker.level(), 2);
    desk.until_probe();
    desk.probe(Probed::Worked);
    assert_eq!(desk.fail(saved), None);
    assert_eq!(desk.breaker.level(), 1);
}

#[test]
fn who_waited_for_a_seat_while_it_opened_does_not_try_once_more() {
    let mut desk = Desk::open();
    let waiting = desk.admit();
    assert_eq!(desk.breaker.confirm(waiting, desk.now), Ok(()));
    desk.lose();
    assert!(matches!(desk.breaker.confirm(waiting, desk.now), Err(Refusal::Open(_))));
    desk.until_probe();
    desk.probe(Probed::Worked);
    assert_eq!(desk.breaker.level(), 1);
    assert!(desk.breaker.confirm(waiting, desk.now).is_err(), "the ramp has not let it in");
    let counted = desk.admit();
    assert_eq!(desk.breaker.confirm(counted, desk.now), Ok(()));
}

#[test]
fn more_than_four_for_each_connection_are_shed() {
    let mut desk = Desk::open();
    let passes: Vec<_> = (0..SIZE * 4).map(|_| desk.admit()).collect();
    assert_eq!(desk.breaker.admit(desk.now).expect_err("full"), Refusal::Shed(Duration::from_secs(1)));
    desk.work(passes[0]);
    desk.admit();
    desk.breaker.resize(2);
    for pass in &passes[1..=56] {
        desk.work(*pass);
    }
    assert!(matches!(desk.breaker.admit(desk.now), Err(Refusal::Shed(_))), "eight are in already");
}
