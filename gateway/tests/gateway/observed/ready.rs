//! Health and readiness: alive, ready, degraded and why; and that asking is no load.

use std::time::Instant;

use compat_tests::sample::Version;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    fake_legacy::FakeLegacy,
    house::{House, PATIENCE, Setting, nobody, shared},
};

/// The page, with the moments taken out that only this run knows.
async fn readiness(house: &House) -> (u16, Value) {
    let answer = house.admin("/readyz").await;
    assert_eq!(answer.headers.one("content-type"), Some("application/json"));
    let mut page: Value = serde_json::from_str(&answer.text()).unwrap();
    for missing in page["degraded"].as_array_mut().unwrap() {
        let since = missing["since"].as_str().unwrap();
        assert!(since.starts_with("20") && since.ends_with('Z') && since.len() == 20, "{since}");
        missing["since"] = "then".into();
    }
    (answer.status, page)
}

#[tokio::test]
async fn alive_ready_and_degraded_are_told_apart() {
    let house = House::open(&Setting::sample(Version::Newest)).await;
    let alive = house.admin("/healthz").await;
    assert_eq!((alive.status, alive.text().as_str()), (200, "alive\n"));
    assert_eq!(readiness(&house).await, (200, json!({ "status": "ready", "degraded": [] })));
    assert_eq!(house.admin("/nothing").await.status, 404);
    // Private pages are not on the public listener.
    for page in ["/metrics", "/readyz", "/api/config"] {
        assert_eq!(house.get(page, &[]).await.text(), "{\"detail\":\"Not Found\"}", "{page}");
    }
    house.close();

    let gone = nobody();
    let house = House::open(&Setting::in_front_of(gone).without_database()).await;
    let refused = |part| json!({ "part": part, "why": "connection refused", "since": "then" });
    assert_eq!(
        readiness(&house).await,
        (200, json!({ "status": "ready", "degraded": [refused("legacy"), refused("database")] }))
    );
    let metrics = house.admin("/metrics").await.text();
    for line in ["gateway_degraded{part=\"legacy\"} 1", "gateway_degraded{part=\"database\"} 1"] {
        assert!(metrics.contains(line), "{metrics}");
    }
    house.wait_told("degraded", 2).await;
    house.close_expecting(&["degraded"]);
}

#[tokio::test]
async fn a_scrape_finds_out_that_what_was_missing_is_back() {
    let gone = nobody();
    let house = House::open(&Setting::in_front_of(gone)).await;
    house.wait_told("degraded", 1).await;
    let line = |value: u8| format!("gateway_degraded{{part=\"legacy\"}} {value}");
    assert!(house.admin("/metrics").await.text().contains(&line(1)));
    let urls = format!("schema = 1\n[legacy]\nurls = [\"{}\"]\n", shared(Version::Newest).legacy.url());
    house.write_routes(&urls, "routes file taken").await;
    let told = async {
        while !house.admin("/metrics").await.text().contains(&line(0)) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, told).await.unwrap();
    house.close_expecting(&["degraded"]);
}

#[tokio::test]
async fn why_the_database_is_missing_names_no_part_of_its_url() {
    let authority = |url: &str| url.split_once('@').map_or(url, |(_, rest)| rest).to_owned();
    let here = authority(shared(Version::Newest).database_url.trim_start_matches("postgresql://"));
    let (host, _) = here.split_once('/').unwrap();
    // Nobody accepts there; a listener that never answers; a name that is not.
    let silent = FakeLegacy::play(|mut connection| async move {
        loop {
            connection.read().await?;
            std::future::pending::<()>().await;
        }
    })
    .await;
    for (url, why) in [
        (format!("postgresql://stranger:hunter2@{host}/postgres"), "authentication failed"),
        (format!("postgresql://postgres:hunter2@{}/postgres", silent.address()), "no answer in time"),
        (
            "postgresql://postgres:hunter2@nowhere.invalid/postgres".to_owned(),
            "the name of its host does not resolve",
        ),
    ] {
        let mut setting = Setting::sample(Version::Newest);
        setting.database_url.clone_from(&url);
        let house = House::open(&setting).await;
        // A name server that takes its time is silence until it has spoken.
        let known = async {
            loop {
                let (status, page) = readiness(&house).await;
                assert_eq!((status, &page["degraded"][0]["part"]), (200, &"database".into()), "{page}");
                if page["degraded"][0]["why"] == why {
                    return page;
                }
            }
        };
        let page = timeout(PATIENCE, known).await.expect(why);
        // A database that is silent may be waking up: of that one nothing is told for ten seconds.
        if why != "no answer in time" {
            house.wait_told("degraded", 1).await;
            // Whoever else asks the database tells of it in the same words.
            house.wait_told("what was revoked lately is not known", 1).await;
        }
        let log: String = house.gateway.log().iter().map(ToString::to_string).collect();
        for secret in ["hunter2", "stranger"] {
            assert!(!log.contains(secret) && !page.to_string().contains(secret), "{page} {log}");
        }
        house.close_expecting(&["degraded", "would not be encrypted"]);
    }
}

#[tokio::test]
async fn however_many_ask_the_legacy_is_probed_once_a_second() {
    let legacy = FakeLegacy::play(|mut connection| async move { connection.read().await.map(drop) }).await;
    let began = Instant::now();
    let house = House::open(&Setting::in_front_of(legacy.address())).await;
    for _ in 0..5 {
        let (one, two, three, four) =
            tokio::join!(readiness(&house), readiness(&house), house.admin("/metrics"), readiness(&house));
        assert_eq!((one.0, two.0, three.status, four.0), (200, 200, 200, 200));
    }
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!(legacy.accepted() <= seconds + 1, "{} probes in {seconds} s", legacy.accepted());
    house.close();
}
