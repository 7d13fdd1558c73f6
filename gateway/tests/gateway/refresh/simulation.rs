//! Many clients that refresh for long, over a wire that loses answers and carries some twice: nobody is logged out.

use compat_tests::client::Client;
use fastrand::Rng;
use tokio::task::JoinSet;

use super::stand::{Given, Stand, age, assert_refused, confirm, refresh};
use crate::{
    house::{House, show},
    units::session::Session,
};

const REFRESHES: usize = 5_000;
const REFRESHES_LONG: usize = 100_000;
const SESSIONS: usize = 100;
const WORKERS: usize = 8;
const TABS: usize = 3;

/// Of a hundred.
const LOST: u8 = 5;
const DUPLICATED: u8 = 5;
/// How often a client sleeps longer than the grace.
const SLEPT: u8 = 3;

#[expect(clippy::disallowed_methods, reason = "the length of a test run is not a setting of the gateway")]
fn refreshes() -> usize {
    let is_long = std::env::var_os("GATEWAY_TEST_LONG").is_some_and(|value| value == "1");
    if is_long { REFRESHES_LONG } else { REFRESHES }
}

/// What came of it.
#[derive(Default)]
struct Tally {
    refreshes: usize,
    lost: usize,
    duplicated: usize,
    replays: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_logged_out_and_every_copy_is_found() {
    let seed = fastrand::u64(..);
    let stand = Stand::new().await;
    let house = House::open(&stand.setting()).await;
    let mut workers = JoinSet::new();
    for worker in 0..WORKERS {
        let mut browsers = Vec::new();
        for _ in 0..SESSIONS.div_ceil(WORKERS) {
            browsers.push(Browser::open(&stand, &house).await);
        }
        let rng = Rng::with_seed(seed.wrapping_add(worker as u64));
        let share = refreshes().div_ceil(WORKERS);
        let watcher = Session::open(&stand.url).await;
        workers.spawn(async move { work(&watcher, browsers, rng, share).await });
    }
    let mut total = Tally::default();
    for tally in workers.join_all().await {
        total.refreshes += tally.refreshes;
        total.lost += tally.lost;
        total.duplicated += tally.duplicated;
        total.replays += tally.replays;
    }
    let Tally { refreshes, lost, duplicated, replays } = total;
    show(&format!(
        "refresh: seed {seed}, {refreshes} refreshes, {lost} answers lost, {duplicated} asked twice, {replays} replays"
    ));
    let revoked =
        "SELECT count(*), count(*) FILTER (WHERE revoke_reason = 'refresh_reuse') FROM gateway.auth_session";
    assert_eq!(stand.watcher.text(revoked).await, format!("{replays}|{replays}"));
    house.close();
}

/// Three tabs and the storage that they share.
struct Browser {
    tabs: Vec<Client>,
    stored: String,
}

impl Browser {
    async fn open(stand: &Stand, house: &House) -> Self {
        let mut tabs = Vec::new();
        for _ in 0..TABS {
            tabs.push(house.client().await);
        }
        Self { tabs, stored: stand.open(1).await }
    }

    /// Some of its tabs refresh at once, with what is stored.
    async fn refresh(&mut self, at_once: usize) -> Given {
        let asked = self.stored.clone();
        let mut answers = Vec::new();
        let mut tabs = self.tabs.iter_mut().take(at_once);
        match (tabs.next(), tabs.next(), tabs.next()) {
            (Some(one), Some(two), Some(three)) => {
                let all = tokio::join!(refresh(one, &asked), refresh(two, &asked), refresh(three, &asked));
                answers.extend([all.0, all.1, all.2]);
            }
            (Some(one), Some(two), None) => {
                let both = tokio::join!(refresh(one, &asked), refresh(two, &asked));
                answers.extend([both.0, both.1]);
            }
            (Some(one), ..) => answers.push(refresh(one, &asked).await),
            (None, ..) => unreachable!("a browser has tabs"),
        }
        let given: Vec<Given> = answers.iter().map(Given::of).collect();
        assert!(given.iter().all(|each| each.refresh == given[0].refresh), "one successor for all tabs");
        given.into_iter().next().unwrap()
    }
}

async fn work(watcher: &Session, mut browsers: Vec<Browser>, mut rng: Rng, share: usize) -> Tally {
    let mut tally = Tally::default();
    let chance = |rng: &mut Rng, percent: u8| rng.u8(..100) < percent;
    while tally.refreshes < share {
        let place = rng.usize(..browsers.len());
        let browser = &mut browsers[place];
        let at_once = if chance(&mut rng, DUPLICATED) { 2 } else { *rng.choice(&[1, 1, 1, 3]).unwrap() };
        tally.duplicated += usize::from(at_once == 2);
        let given = browser.refresh(at_once).await;
        tally.refreshes += at_once;
        if chance(&mut rng, SLEPT) {
            age(watcher, &given.session).await;
        }
        if chance(&mut rng, LOST) {
            // Nobody has seen it: the same token is sent again, whenever that is.
            tally.lost += 1;
            continue;
        }
        browser.stored = given.refresh;
    }
    for mut browser in browsers {
        let given = browser.refresh(1).await;
        let stolen = std::mem::replace(&mut browser.stored, given.refresh);
        confirm(watcher, &given.session).await;
        age(watcher, &given.session).await;
        assert_refused(&refresh(&mut browser.tabs[0], &stolen).await);
        assert_refused(&refresh(&mut browser.tabs[1], &browser.stored).await);
        tally.replays += 1;
    }
    tally
}
