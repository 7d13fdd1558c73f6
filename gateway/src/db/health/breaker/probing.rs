//! When a database that is away is asked again: soon at first, then seldom, never together with everybody else.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use crate::db::Meaning;

const FIRST: Duration = Duration::from_millis(100);
/// With the ramp behind it, a database is in full use within five seconds of its return.
const MOST: Duration = Duration::from_secs(3);
/// Asking an account that is locked out or used up only makes it worse.
const PERSON: Duration = Duration::from_secs(30);
/// Without demand nobody is waiting, and a database that comes back could be kept awake for nobody.
const IDLE: Duration = Duration::from_secs(60);

/// The times of one outage, and of all that follow until requests are served as usual.
pub(super) struct Probing {
    random: Rng,
    tries: u32,
    last: Option<Instant>,
    next: Instant,
    is_idle: bool,
}

impl Probing {
    pub(super) fn new(random: Rng, now: Instant) -> Self {
        Self { random, tries: 0, last: None, next: now, is_idle: false }
    }

    /// `asked` is when a request last wanted the database.
    pub(super) fn plan(&mut self, meaning: Meaning, asked: Instant, now: Instant) {
        self.is_idle = now.duration_since(asked) >= IDLE;
        let wait = if self.is_idle { IDLE + self.share(MOST) } else { self.wait(meaning) };
        self.next = now + wait;
    }

    pub(super) fn begin(&mut self, now: Instant) {
        self.tries = self.tries.saturating_add(1);
        self.last = Some(now);
    }

    /// Somebody asks again: what was put off because nobody did is due sooner.
    pub(super) fn hurry(&mut self, meaning: Meaning, now: Instant) {
        if self.is_idle {
            self.is_idle = false;
            self.tries = self.tries.min(1);
            let soon = self.last.unwrap_or(now) + self.wait(meaning);
            self.next = self.next.min(soon.max(now));
        }
    }

    pub(super) fn forget(&mut self) {
        self.tries = 0;
        self.last = None;
    }

    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// What a client is told: until then nothing can have changed. A part of it at random, so that clients do not
    /// come back together.
    pub(super) fn retry_after(&mut self, now: Instant) -> Duration {
        let left = self.next.saturating_duration_since(now) + self.share(Duration::from_secs(1));
        Duration::from_secs(left.as_secs_f64().ceil().clamp(1.0, 5.0) as u64)
    }

    fn wait(&mut self, meaning: Meaning) -> Duration {
        match meaning {
            Meaning::Quota | Meaning::Credentials => PERSON + self.share(MOST),
            Meaning::Unavailable | Meaning::Conflict | Meaning::Ours => {
                let most = FIRST.saturating_mul(1 << self.tries.min(6)).min(MOST);
                self.share(most)
            }
        }
    }

    fn share(&mut self, whole: Duration) -> Duration {
        whole.mul_f64(self.random.f64())
    }
}
