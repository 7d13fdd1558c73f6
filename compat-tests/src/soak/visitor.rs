//! Somebody who logs in, looks around, and mostly logs out again; then their tokens must be worth nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::browser::{Browser, Refreshed};
use super::held::{Held, User};
use super::scene::Scene;

pub(super) struct Visitor {
    browser: Browser,
    scene: Arc<Scene>,
}

const LOOKS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(100);

impl Visitor {
    pub(super) fn new(user: User, scene: Arc<Scene>) -> Self {
        Self { browser: Browser::new(user, Arc::clone(&scene)), scene }
    }

    pub(super) async fn come_and_go(mut self) {
        while self.scene.is_on() {
            if let Some(held) = self.browser.log_in().await {
                self.look_around(held).await;
            }
        }
    }

    async fn look_around(&mut self, mut held: Held) {
        for _ in 0..LOOKS {
            self.browser.validate(&held).await;
            sleep(PAUSE).await;
        }
        if fastrand::bool() {
            match self.browser.refresh(&held).await {
                Refreshed::Given(given) => held = given,
                Refreshed::LoggedOut => return,
                Refreshed::Missed => {}
            }
            self.browser.validate(&held).await;
        }
        // Some close the window, and their session stays open.
        let target = match fastrand::u8(..10) {
            0..7 => "/auth/logout",
            7 => "/auth/logout-all",
            _ => return,
        };
        if self.browser.log_out(&held, target).await {
            self.browser.refused_everywhere(&held).await;
        }
    }
}
