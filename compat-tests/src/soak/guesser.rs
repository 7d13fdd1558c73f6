//! Somebody who tries passwords: a trickle, at accounts that nobody else uses.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::browser::Browser;
use super::held::User;
use super::scene::Scene;

pub(super) struct Guesser {
    accounts: Vec<Browser>,
    scene: Arc<Scene>,
}

const APART: Duration = Duration::from_secs(10);

impl Guesser {
    pub(super) fn new(accounts: Vec<User>, scene: Arc<Scene>) -> Self {
        let accounts = accounts.into_iter().map(|user| Browser::new(user, Arc::clone(&scene))).collect();
        Self { accounts, scene }
    }

    pub(super) async fn guess(mut self) {
        let mut ticks = interval(APART);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for number in 0.. {
            ticks.tick().await;
            if !self.scene.is_on() {
                return;
            }
            let account = number % self.accounts.len();
            self.accounts[account].guess_wrong().await;
        }
    }
}
