//! Who asks and who looks: whether what is known is fresh, when the follower may sleep, and who waits for whom.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::{Instant, timeout},
};

/// A revocation is known everywhere after that, also where nobody is told of it: looks are two seconds apart.
const FRESH: Duration = Duration::from_secs(3);

/// How long a request waits for what happened while nobody asked.
const PATIENCE: Duration = Duration::from_secs(1);

/// The same when nothing at all is known yet, which takes longer to read.
const FIRST_PATIENCE: Duration = Duration::from_secs(5);

/// Times are microseconds since the start, 0 being never: a request changes nothing but one of them.
pub(super) struct Vigil {
    started: Instant,
    idle: Duration,
    asked: AtomicU64,
    /// When the last look that succeeded began. Everything that was stored before is known.
    known_until: AtomicU64,
    has_ever_looked: AtomicBool,
    is_asleep: AtomicBool,
    /// The last look failed, or takes longer than anybody waits: requests no longer do.
    is_behind: AtomicBool,
    /// The last thing that was said of it.
    is_told: AtomicBool,
    looks: AtomicU64,
    failed_looks: AtomicU64,
    notices: AtomicU64,
    wanted: Notify,
    ended: watch::Sender<()>,
}

/// What metrics tell.
pub struct RevocationFigures {
    pub is_awake: bool,
    /// Since when nothing is known; nothing while nobody asks.
    pub staleness: Duration,
    pub looks: [(&'static str, u64); 2],
    pub notices: u64,
    pub remembered: [(&'static str, usize); 3],
}

impl Vigil {
    pub(super) fn new(idle: Duration) -> Self {
        Self {
            started: Instant::now(),
            idle,
            asked: AtomicU64::new(0),
            known_until: AtomicU64::new(0),
            has_ever_looked: AtomicBool::new(false),
            is_asleep: AtomicBool::new(false),
            is_behind: AtomicBool::new(false),
            is_told: AtomicBool::new(false),
            looks: AtomicU64::new(0),
            failed_looks: AtomicU64::new(0),
            notices: AtomicU64::new(0),
            wanted: Notify::new(),
            ended: watch::Sender::new(()),
        }
    }

    /// Somebody wants to know: the follower goes on, or wakes up.
    pub(super) fn ask(&self) {
        self.asked.store(self.now(), Ordering::SeqCst);
        if self.is_asleep.load(Ordering::SeqCst) {
            self.wanted.notify_one();
        }
    }

    pub(super) fn is_fresh(&self) -> bool {
        let known_until = self.known_until.load(Ordering::Acquire);
        known_until != 0 && self.now().saturating_sub(known_until) <= micros(FRESH)
    }

    /// Changes with the end of every look.
    pub(super) fn looks(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    /// Whether it is fresh now. Waits for the first look after a sleep, and where somebody has to be `sure`; else the
    /// follower is at it, and a request gains nothing by waiting for a database that is away.
    pub(super) async fn catch_up(&self, sure: bool) -> bool {
        if self.known_until.load(Ordering::Acquire) != 0 && !sure {
            return false;
        }
        self.wait_until(|| self.is_fresh()).await
    }

    /// Waits for a look that begins from now on.
    pub(super) async fn look_now(&self) {
        let now = self.now();
        self.wait_until(|| self.known_until.load(Ordering::Acquire) > now).await;
    }

    async fn wait_until(&self, is_so: impl Fn() -> bool) -> bool {
        let mut ended = self.ended.subscribe();
        self.wanted.notify_one();
        let has_ever_looked = self.has_ever_looked.load(Ordering::Acquire);
        let patience = if has_ever_looked { PATIENCE } else { FIRST_PATIENCE };
        let is_over = || is_so() || self.is_behind.load(Ordering::Acquire);
        if timeout(patience, ended.wait_for(|()| is_over())).await.is_err() {
            self.is_behind.store(true, Ordering::Release);
        }
        is_so()
    }

    /// Whether nobody has asked for so long that it may sleep. Then nothing is fresh any more.
    pub(super) fn falls_asleep(&self) -> bool {
        if !self.is_idle() {
            return false;
        }
        self.is_asleep.store(true, Ordering::SeqCst);
        // Who asked in between did not see it asleep.
        if !self.is_idle() {
            self.is_asleep.store(false, Ordering::SeqCst);
            return false;
        }
        self.known_until.store(0, Ordering::Release);
        self.is_behind.store(false, Ordering::Release);
        true
    }

    pub(super) fn wakes_up(&self) {
        self.is_asleep.store(false, Ordering::SeqCst);
    }

    /// Before the first question as well.
    fn is_idle(&self) -> bool {
        let asked = self.asked.load(Ordering::SeqCst);
        asked == 0 || self.now().saturating_sub(asked) >= micros(self.idle)
    }

    /// Returns when somebody wants a look sooner than it was due.
    pub(super) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// What `looked` is told afterwards.
    pub(super) fn look_begins(&self) -> u64 {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.now()
    }

    pub(super) fn looked(&self, began: u64) {
        self.known_until.store(began, Ordering::Release);
        self.has_ever_looked.store(true, Ordering::Release);
        self.is_behind.store(false, Ordering::Release);
        self.ended.send_replace(());
    }

    pub(super) fn look_failed(&self) {
        self.failed_looks.fetch_add(1, Ordering::Relaxed);
        self.is_behind.store(true, Ordering::Release);
        self.ended.send_replace(());
    }

    /// Whether this was not said yet.
    pub(super) fn is_news(&self, is_away: bool) -> bool {
        self.is_told.swap(is_away, Ordering::Relaxed) != is_away
    }

    pub(super) fn noticed(&self) {
        self.notices.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn figures(&self, remembered: [(&'static str, usize); 3]) -> RevocationFigures {
        let is_awake = !self.is_asleep.load(Ordering::SeqCst);
        let behind = self.now().saturating_sub(self.known_until.load(Ordering::Acquire));
        let failed = self.failed_looks.load(Ordering::Relaxed);
        let good = self.looks.load(Ordering::Relaxed).saturating_sub(failed);
        RevocationFigures {
            is_awake,
            staleness: if is_awake { Duration::from_micros(behind) } else { Duration::ZERO },
            looks: [("good", good), ("bad", failed)],
            notices: self.notices.load(Ordering::Relaxed),
            remembered,
        }
    }

    /// Never 0, which is never.
    fn now(&self) -> u64 {
        micros(self.started.elapsed()).max(1)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_mins(1);
    const SECOND: Duration = Duration::from_secs(1);

    fn look(vigil: &Vigil) {
        let began = vigil.look_begins();
        vigil.looked(began);
    }

    /// While somebody waits for a look, one that began earlier ends, and the next begins and ends 300 ms later.
    async fn waited_for_the_look_after(vigil: &Vigil, began: u64) -> Duration {
        let asked = Instant::now();
        let waiting = async {
            vigil.look_now().await;
            asked.elapsed()
        };
        let (waited, ()) = tokio::join!(waiting, async {
            vigil.looked(began);
            tokio::time::sleep(Duration::from_millis(300)).await;
            look(vigil);
        });
        waited
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_known_is_fresh_for_three_seconds_from_where_the_look_began() {
        let vigil = Vigil::new(IDLE);
        assert!(!vigil.is_fresh());
        let began = vigil.look_begins();
        tokio::time::advance(2 * SECOND).await;
        assert!(!vigil.is_fresh());
        vigil.looked(began);
        assert!(vigil.is_fresh());
        tokio::time::advance(SECOND).await;
        assert!(vigil.is_fresh());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!vigil.is_fresh());
    }

    #[tokio::test(start_paused = true)]
    async fn it_sleeps_when_nobody_has_asked_for_a_while_and_knows_nothing_then() {
        let vigil = Vigil::new(IDLE);
        vigil.ask();
        look(&vigil);
        tokio::time::advance(IDLE - SECOND).await;
        assert!(!vigil.falls_asleep());
        vigil.ask();
        tokio::time::advance(IDLE - SECOND).await;
        assert!(!vigil.falls_asleep());
        look(&vigil);
        tokio::time::advance(SECOND).await;
        assert!(vigil.is_fresh() && vigil.falls_asleep());
        assert!(!vigil.is_fresh());
        let figures = vigil.figures([("session", 0), ("token", 0), ("user", 0)]);
        assert!(!figures.is_awake && figures.staleness.is_zero());
        vigil.ask();
        timeout(SECOND, vigil.wanted()).await.expect("who asks wakes it up");
        vigil.wakes_up();
        assert!(!vigil.falls_asleep());
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_waits_for_the_look_and_nobody_waits_for_one_that_fails() {
        let vigil = Vigil::new(IDLE);
        let (known, ()) = tokio::join!(vigil.catch_up(false), async {
            timeout(SECOND, vigil.wanted()).await.expect("who asks wants a look");
            look(&vigil);
        });
        assert!(known);
        tokio::time::advance(4 * SECOND).await;
        let before = Instant::now();
        assert!(!vigil.catch_up(false).await);
        assert!(before.elapsed().is_zero(), "the follower is awake and at it");
        assert!(!vigil.catch_up(true).await);
        assert_eq!(before.elapsed(), PATIENCE, "nobody looked");
        let before = Instant::now();
        assert!(!vigil.catch_up(true).await);
        assert!(before.elapsed().is_zero(), "the next one waits for nothing");
        vigil.look_begins();
        vigil.look_failed();
        assert!(!vigil.catch_up(true).await);
        assert!(before.elapsed().is_zero());
        look(&vigil);
        assert!(vigil.catch_up(true).await);
        assert_eq!(vigil.figures([("", 0); 3]).looks, [("good", 2), ("bad", 1)]);
    }

    #[tokio::test(start_paused = true)]
    async fn before_the_first_look_requests_are_more_patient() {
        let vigil = Vigil::new(IDLE);
        let before = Instant::now();
        assert!(!vigil.catch_up(false).await);
        assert_eq!(before.elapsed(), FIRST_PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_began_before_does_not_count_for_what_was_stored_since() {
        let vigil = Vigil::new(IDLE);
        tokio::time::advance(SECOND).await;
        let began = vigil.look_begins();
        tokio::time::advance(SECOND).await;
        assert_eq!(waited_for_the_look_after(&vigil, began).await, Duration::from_millis(300));
    }

    #[tokio::test(start_paused = true)]
    async fn it_sleeps_from_the_start_until_somebody_asks() {
        let vigil = Vigil::new(IDLE);
        assert!(vigil.falls_asleep(), "nobody has asked yet");
        assert!(timeout(SECOND, vigil.wanted()).await.is_err(), "nobody wants a look");
        vigil.ask();
        assert!(timeout(SECOND, vigil.wanted()).await.is_ok());
        assert!(!vigil.figures([("", 0); 3]).is_awake);
        vigil.wakes_up();
        let figures = vigil.figures([("", 0); 3]);
        assert!(figures.is_awake && figures.staleness >= SECOND);
        vigil.ask();
        assert!(timeout(SECOND, vigil.wanted()).await.is_err(), "it is at it already");
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_began_at_the_very_moment_does_not_count_either() {
        let vigil = Vigil::new(IDLE);
        tokio::time::advance(SECOND).await;
        let began = vigil.look_begins();
        assert_eq!(waited_for_the_look_after(&vigil, began).await, Duration::from_millis(300));
    }

    #[test]
    fn what_was_said_is_not_said_again() {
        let vigil = Vigil::new(IDLE);
        let said = [false, true, true, false, false].map(|is_away| vigil.is_news(is_away));
        assert_eq!(said, [false, true, false, true, false]);
        vigil.noticed();
        vigil.noticed();
        assert_eq!(vigil.figures([("", 0); 3]).notices, 2);
    }
}
