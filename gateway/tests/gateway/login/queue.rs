//! Of a crowd that logs in at once, whoever does not come to their turn has asked nothing of the database.

use compat_tests::sample::Version;
use tokio::task::JoinSet;

use super::stand::{Ask, EPHEMERAL, setting};
use crate::{
    house::{House, migrated_database},
    native::statements::wire::Wire,
    units::session::Session,
};

/// As `gateway/src/auth/password/pool.rs` has it.
fn places() -> usize {
    std::thread::available_parallelism().unwrap().get() + 4
}

fn log_in(name: &str) -> Ask {
    Ask::form("/auth/login", format!("username={name}@example.com&password=wrong"))
}

#[tokio::test]
async fn who_finds_no_place_has_cost_the_database_nothing() {
    let url = migrated_database();
    let locker = Session::open(&url).await;
    let (before, rest) = url.split_once("127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let wire = Wire::before(([127, 0, 0, 1], port.parse().unwrap()).into()).await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    setting.database_url = format!("{before}{}/{name}", wire.address);
    let most = (places() + 4).to_string();
    let setting = setting.with_environment("DIRECT_DATABASE_URL", &url);
    let house = House::open(&setting.with_environment("DATABASE_POOL_MAX", &most)).await;
    let gateway = house.gateway.public();
    // The first looks at the table.
    assert_eq!(log_in("nobody").send(gateway).await.status, 401);
    wire.take();

    // Nobody finds out who it is that logs in, so that all places stay taken.
    locker.execute("BEGIN; LOCK TABLE users").await;
    let mut asking = JoinSet::new();
    for number in 0..places() {
        asking.spawn(async move { log_in(&format!("early{number}")).send(gateway).await });
    }
    Session::open(&url).await.wait_for_waiting(places()).await;
    let mut late = JoinSet::new();
    for number in 0..6 {
        late.spawn(async move { log_in(&format!("late{number}")).send(gateway).await });
    }
    let mut after = Vec::new();
    while let Some(answer) = late.join_next().await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 503, "{}", answer.text());
        after.push(answer.headers.one("retry-after").unwrap().to_owned());
    }
    after.sort();
    assert_eq!(after, ["2", "2", "3", "3", "4", "4"]);
    let asked: Vec<_> = wire.take().into_iter().filter(|sql| sql.contains("login_name")).collect();
    assert_eq!(asked.len(), places(), "{asked:#?}");
    assert!(asking.try_join_next().is_none());

    // Whoever had one goes on, unless the machine is so slow that the time of the request is over.
    locker.execute("ROLLBACK").await;
    while let Some(answer) = asking.join_next().await {
        let status = answer.unwrap().status;
        assert!(status == 401 || status == 503, "{status}");
    }
    house.close_expecting(&[EPHEMERAL, "degraded"]);
}
