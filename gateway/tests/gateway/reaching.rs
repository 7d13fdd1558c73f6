//! Reaching the database: as many connections as it allows, none while it is away, none to keep it awake.

mod door;

use std::time::{Duration, Instant};

use compat_tests::{
    client::{Answer, Client},
    sample::Version,
};
use serde_json::Value;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    house::{House, PATIENCE, Setting, TASK, bearer, database, promptness::done_within, token},
    native::stored::execute,
};
use door::Door;

const AWAY: &str = "degraded: routes that need the database";
const BACK: &str = "the database is back";
/// Connections that a database which is away may see in two seconds, and in every second after that one more.
const MOST_KNOCKS: usize = 25;
/// The longest pause of the prober, the ramp, and what a busy machine adds.
const BACK_WITHIN: Duration = Duration::from_secs(8);

/// A gateway whose database is behind a door of the test's.
async fn behind(door: &Door, url: &str) -> House {
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.database_url = door.url(url);
    House::open(&setting).await
}

async fn ask(house: &House) -> Answer {
    house.get("/api/tasks/1", &[("authorization", &bearer(&token(1)))]).await
}

/// The sample of this name and these labels, as it is scraped.
async fn metric(house: &House, sample: &str) -> u64 {
    let scraped = house.admin("/metrics").await.text();
    let line = scraped.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {sample} in\n{scraped}")).parse().unwrap()
}

async fn degraded(house: &House) -> Value {
    let page: Value = serde_json::from_str(&house.admin("/readyz").await.text()).unwrap();
    page["degraded"].clone()
}

/// Waits until the page says so: what it tells may be a second old.
async fn nothing_degraded(house: &House) {
    let recovered = async {
        while degraded(house).await != Value::Array(Vec::new()) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, recovered).await.expect("the page tells what is gone");
}

/// Asks until the answer has this status; how often, and how long that took.
async fn until(house: &House, status: u16, limit: Duration) -> (usize, Duration) {
    let began = Instant::now();
    for times in 1.. {
        if ask(house).await.status == status {
            return (times, began.elapsed());
        }
        assert!(began.elapsed() < limit, "no {status} in {limit:?}");
    }
    unreachable!("the loop has no end")
}

#[tokio::test]
async fn a_database_that_goes_is_asked_seldom_and_is_used_again_when_it_is_back() {
    let url = database();
    let door = Door::to(&url).await;
    let house = behind(&door, &url).await;
    assert_eq!(ask(&house).await.status, 200);
    assert_eq!(degraded(&house).await, Value::Array(Vec::new()));

    door.close();
    until(&house, 503, PATIENCE).await;
    let before = door.knocked();
    let began = Instant::now();
    let mut took = Vec::new();
    while began.elapsed() < Duration::from_secs(2) || took.len() < 2 * MOST_KNOCKS {
        let asked = Instant::now();
        let answer = ask(&house).await;
        took.push(asked.elapsed());
        assert_eq!((answer.status, answer.text().as_str()), (503, "{\"detail\":\"Service Unavailable\"}"));
        let after: u64 = answer.headers.one("retry-after").unwrap().parse().unwrap();
        assert!((1..=5).contains(&after), "{after}");
    }
    // Most of them, on a machine that has other things to do as well.
    took.sort();
    assert!(took[took.len() / 2] < Duration::from_millis(500), "{took:?}");
    // Four requests in vain at most until it is seen, and then the prober, ever more seldom.
    let knocked = door.knocked() - before;
    let most = MOST_KNOCKS + usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!(knocked <= most, "{knocked} connections for {} requests", took.len());
    assert_eq!(metric(&house, "gateway_database_breaker_state").await, 2);
    assert!(metric(&house, "gateway_database_refused_total{reason=\"open\"}").await > 0);
    assert!(metric(&house, "gateway_database_probes_total{result=\"bad\"}").await > 0);
    assert!(metric(&house, "gateway_database_failures_total{meaning=\"unavailable\"}").await >= 1);
    assert_eq!(degraded(&house).await[0]["part"], "database");
    let proxied = house.get("/users/me", &[("authorization", &bearer(&token(1)))]).await;
    assert_eq!(proxied.status, 200);

    door.open();
    let (_, took) = until(&house, 200, PATIENCE).await;
    assert!(took < BACK_WITHIN, "{took:?}");
    house.wait_told(BACK, 1).await;
    assert_eq!(house.told(AWAY), 1);
    // Five in a row; the answer to a look at revocations that was on its way may begin the row anew, once.
    assert!(house.told("database cannot be used") <= 10, "an outage is no flood");
    assert_eq!(metric(&house, "gateway_database_breaker_state").await, 0);
    nothing_degraded(&house).await;
    house.close_expecting(&[AWAY, "database cannot be used"]);
}

#[tokio::test]
async fn a_database_that_is_missing_at_the_start_is_told_and_found_when_it_comes() {
    let url = database();
    let door = Door::to(&url).await;
    door.close();
    let house = behind(&door, &url).await;
    house.wait_told(AWAY, 1).await;
    let missing = degraded(&house).await;
    assert_eq!((&missing[0]["part"], missing.as_array().unwrap().len()), (&"database".into(), 1));
    door.open();
    house.wait_told(BACK, 1).await;
    assert_eq!(ask(&house).await.status, 200);
    nothing_degraded(&house).await;
    house.close_expecting(&[AWAY]);
}

#[tokio::test]
async fn a_database_that_falls_silent_is_found_out_and_found_again_though_old_connections_stay_dead() {
    let url = database();
    let door = Door::to(&url).await;
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting = setting.with_environment("DATABASE_POOL_MAX", "1");
    setting.database_url = door.url(&url);
    let house = House::open(&setting).await;
    // Who looks up what was revoked may hold the only connection, on a busy machine for longer than a request waits.
    until(&house, 200, PATIENCE).await;
    door.hush();
    // One hangs on what was open; the others have waited in vain, which makes the prober look.
    let service = async {
        let began = Instant::now();
        while metric(&house, "gateway_database_breaker_state").await != 2 {
            assert!(began.elapsed() < PATIENCE, "nobody noticed");
        }
        assert_eq!(degraded(&house).await[0]["why"], "no answer in time");
        done_within(Duration::from_millis(400), async || assert_eq!(ask(&house).await.status, 503)).await;
        door.open();
        until(&house, 200, PATIENCE).await.1
    };
    let (answers, took) = tokio::join!(crowd(&house, 4), service);
    assert!(answers.iter().all(|(status, _)| *status == 503), "{answers:?}");
    assert!(took < BACK_WITHIN, "{took:?}");
    house.wait_told(BACK, 1).await;
    house.close_expecting(&[AWAY, "database cannot be used"]);
}

#[tokio::test]
async fn an_idle_gateway_lets_a_database_sleep_however_often_it_is_asked_whether_it_is_ready() {
    let url = database();
    let door = Door::to(&url).await;
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.database_url = door.url(&url);
    setting.profile = setting.profile.replacen("\n[auth]\n", "\n[auth]\nfollow_idle = \"1s\"\n", 1);
    let house = House::open(&setting).await;
    assert_eq!(ask(&house).await.status, 200);
    let asleep = async {
        while metric(&house, "gateway_revocations_awake").await != 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, asleep).await.expect("nobody asks any more");
    // The server drops what is idle, as one does that goes to sleep.
    door.cut();
    let before = door.knocked();
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(2_500) {
        assert_eq!(degraded(&house).await, Value::Array(Vec::new()));
        assert_eq!(house.admin("/metrics").await.status, 200);
    }
    assert_eq!(door.knocked(), before);
    assert_eq!(ask(&house).await.status, 200);
    // The request's own, and those of who looks up what was revoked meanwhile.
    assert!((before + 1..=before + 3).contains(&door.knocked()), "{before} {}", door.knocked());
    house.close();
}

#[tokio::test]
async fn the_pool_has_no_more_connections_than_the_role_may_have() {
    let url = database();
    execute(
        &url,
        "CREATE ROLE of_few LOGIN PASSWORD 'of few' CONNECTION LIMIT 3;
         GRANT SELECT ON ALL TABLES IN SCHEMA public TO of_few",
    )
    .await;
    let (_, place) = url.split_once('@').unwrap();
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting.database_url = format!("postgresql://of_few:of%20few@{place}");
    let house = House::open(&setting).await;
    house.wait_told("the server has not enough connections for DATABASE_POOL_MAX", 1).await;
    assert_eq!(metric(&house, "gateway_database_connections_max").await, 2);
    let answers = crowd(&house, 8).await;
    assert!(
        answers.iter().all(|(status, _)| *status == 200),
        "{answers:?} {:#?} {}",
        house.gateway.log(),
        house.admin("/metrics").await.text()
    );
    assert_eq!(metric(&house, "gateway_database_connects_total{result=\"bad\"}").await, 0);
    house.close_expecting(&["the server has not enough connections"]);
    execute(&url, "DROP OWNED BY of_few; DROP ROLE of_few").await;
}

#[tokio::test]
async fn who_waits_in_vain_for_a_held_lock_is_refused_early_and_nobody_is_shut_out() {
    let url = database();
    let mut setting = Setting::sample(Version::Newest).with_routes(&[(TASK, "\"native\"")]);
    setting = setting.with_environment("DATABASE_POOL_MAX", "1");
    setting.database_url.clone_from(&url);
    let house = House::open(&setting).await;
    // Here and below the look-up of what was revoked may have the only connection for a moment.
    until(&house, 200, PATIENCE).await;
    let lock = door::Session::open(&url).await;
    lock.run("BEGIN; LOCK TABLE users").await;
    let answers = crowd(&house, 20).await;
    lock.run("ROLLBACK").await;
    assert!(answers.iter().all(|(status, _)| *status == 503), "{answers:?}");
    // One has the connection and the lock's own limit; three wait for it; the others are told at once.
    let longest = answers.iter().map(|(_, took)| *took).max().unwrap();
    let at_once = answers.iter().filter(|(_, took)| *took < longest / 2).count();
    assert!(at_once >= 10, "{answers:?}");
    // What was revoked is looked up meanwhile, and that waits in vain as well.
    assert!(metric(&house, "gateway_database_refused_total{reason=\"shed\"}").await >= 16);
    assert!(metric(&house, "gateway_database_refused_total{reason=\"wait\"}").await >= 3);
    assert_eq!(metric(&house, "gateway_database_breaker_state").await, 0);
    until(&house, 200, PATIENCE).await;
    house.close_expecting(&["database cannot be used"]);
}

/// So many ask at once, each on a connection of its own; what they got, and how long it took.
async fn crowd(house: &House, count: usize) -> Vec<(u16, Duration)> {
    let (public, authorization) = (house.gateway.public(), bearer(&token(1)));
    let mut asking = JoinSet::new();
    for _ in 0..count {
        let authorization = authorization.clone();
        asking.spawn(async move {
            let mut client = Client::connect(public).await.unwrap();
            let began = Instant::now();
            let headers = [("authorization", authorization.as_str())];
            let answer = client.request("GET", "/api/tasks/1", &headers, b"").await.unwrap();
            (answer.status, began.elapsed())
        });
    }
    asking.join_all().await
}
