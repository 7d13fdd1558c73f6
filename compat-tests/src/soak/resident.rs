//! Somebody who stays logged in: three tabs with one storage, refreshes in every way that clients do it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::browser::{Browser, Refreshed};
use super::held::{Held, User};
use super::scene::Scene;

pub(super) struct Resident {
    tabs: [Browser; 3],
    scene: Arc<Scene>,
}

/// How a refresh goes; what follows a lost answer is the same refresh again.
#[derive(Debug, Clone, Copy)]
enum Way {
    Alone,
    /// All tabs, with what is stored, at once.
    Together,
    /// Asked for again at once.
    Lost,
    /// Asked for again when no tab can be meant any more; the grace is 30 s.
    LostForLong,
}

const WAYS: [Way; 12] = [
    Way::Alone,
    Way::Alone,
    Way::Alone,
    Way::Alone,
    Way::Alone,
    Way::Alone,
    Way::Alone,
    Way::Together,
    Way::Together,
    Way::Lost,
    Way::Lost,
    Way::LostForLong,
];

/// Of a request every quarter of a second.
const PAUSE: std::ops::Range<u64> = 200..300;
/// How old a token is when it is refreshed. It lives for 90 s, so there is time for a lost answer and all retries.
const AGE: std::ops::Range<u64> = 8..22;
const LONG: Duration = Duration::from_secs(33);
/// Older ones may expire on their way.
const OLDEST: Duration = Duration::from_secs(75);
/// One refresh in so many is a logout instead.
const LEAVES: u32 = 12;

impl Resident {
    pub(super) fn new(user: &User, scene: Arc<Scene>) -> Self {
        let tabs = [(); 3].map(|()| Browser::new(user.clone(), Arc::clone(&scene)));
        Self { tabs, scene }
    }

    pub(super) async fn live(mut self) {
        while self.scene.is_on() {
            if let Some(held) = self.tabs[0].log_in().await {
                self.stay(held).await;
            }
        }
    }

    /// Until the end, or until this session is over.
    async fn stay(&mut self, mut held: Held) {
        let mut due = in_a_while();
        while self.scene.is_on() {
            if Instant::now() < due && held.since.elapsed() < OLDEST {
                self.tabs[fastrand::usize(..3)].validate(&held).await;
                sleep(Duration::from_millis(fastrand::u64(PAUSE))).await;
                continue;
            }
            if fastrand::u32(..LEAVES) == 0 && self.tabs[0].log_out(&held, "/auth/logout").await {
                return self.tabs[0].refused_everywhere(&held).await;
            }
            match self.refresh(&held).await {
                Some(Refreshed::Given(given)) => (held, due) = (given, in_a_while()),
                Some(Refreshed::LoggedOut) => return,
                Some(Refreshed::Missed) => sleep(Duration::from_secs(1)).await,
                None => due = Instant::now() + LONG,
            }
        }
    }

    /// Nothing if it has not heard, and will ask again much later.
    async fn refresh(&mut self, held: &Held) -> Option<Refreshed> {
        // There is time for this once: what was lost for long is an older token by now.
        let is_young = held.since.elapsed() < LONG;
        match *fastrand::choice(&WAYS).unwrap_or(&Way::Alone) {
            Way::LostForLong if is_young => {
                self.tabs[0].lose_a_refresh(held).await;
                return None;
            }
            Way::Lost => self.tabs[0].lose_a_refresh(held).await,
            Way::Together => return Some(self.refresh_together(held).await),
            Way::Alone | Way::LostForLong => {}
        }
        Some(self.tabs[0].refresh(held).await)
    }

    async fn refresh_together(&mut self, held: &Held) -> Refreshed {
        self.scene.tally.change(|figures| figures.at_once += 1);
        let [one, two, three] = &mut self.tabs;
        let (one, two, three) = tokio::join!(one.refresh(held), two.refresh(held), three.refresh(held));
        let mut given: Vec<Held> = Vec::new();
        for refreshed in [one, two, three] {
            match refreshed {
                Refreshed::Given(held) => given.push(held),
                Refreshed::LoggedOut => return Refreshed::LoggedOut,
                Refreshed::Missed => {}
            }
        }
        if given.windows(2).any(|pair| pair[0].successor() != pair[1].successor()) {
            self.scene.tally.wrong("tabs that refreshed at once got different successors");
        }
        given.pop().map_or(Refreshed::Missed, Refreshed::Given)
    }
}

fn in_a_while() -> Instant {
    Instant::now() + Duration::from_secs(fastrand::u64(AGE))
}
