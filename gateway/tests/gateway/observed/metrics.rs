//! `/metrics`: every name documented, and the figures those of what happened.

use std::{collections::BTreeMap, sync::Arc};

use compat_tests::sample::Version;
use gateway::telemetry::fingerprint::Fingerprint;
use tokio::sync::Notify;

use super::documented::{self, Metric};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, TASK, bearer, nobody, routes, shared, token},
};

async fn scrape(house: &House) -> String {
    house.admin("/metrics").await.text()
}

fn assert_lines(scraped: &str, expected: &[&str]) {
    for line in expected {
        assert!(scraped.lines().any(|found| found == *line), "{line} in\n{scraped}");
    }
}

/// Names, types and labels as Prometheus would see them.
fn exposed(scraped: &str) -> Vec<Metric> {
    let mut metrics: BTreeMap<&str, Metric> = BTreeMap::new();
    for line in scraped.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        let metric = Metric { name: name.to_owned(), kind: kind.to_owned(), labels: Vec::new() };
        assert!(metrics.insert(name, metric).is_none(), "{name} is there twice");
    }
    for line in scraped.lines().filter(|line| !line.starts_with('#')) {
        let (sample, _) = line.rsplit_once(' ').unwrap();
        let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| {
            let name = name.strip_suffix(suffix)?;
            metrics.get(name).filter(|metric| metric.kind == "histogram").map(|_| name)
        });
        let metric = metrics.get_mut(family.unwrap_or(name)).unwrap_or_else(|| panic!("{line}"));
        let mut labels: Vec<_> = labels
            .split("\",")
            .filter_map(|pair| Some(pair.split_once("=\"")?.0.to_owned()))
            .filter(|label| label != "le")
            .collect();
        labels.sort();
        if metric.labels.is_empty() {
            metric.labels.clone_from(&labels);
        }
        assert_eq!(metric.labels, labels, "{line}");
    }
    metrics.into_values().collect()
}

#[tokio::test]
async fn what_is_exposed_is_what_is_documented() {
    let owners = [(TASK, "\"native\""), ("GET /users/me", "{ auth = \"report\" }")];
    let house = House::open(&Setting::sample(Version::Newest).with_routes(&owners)).await;
    for target in ["/api/tasks/1", "/users/me", "/%00", "/health"] {
        house.get(target, &[]).await;
    }
    house.wait_told("request", 4).await;
    let exposed = exposed(&scrape(&house).await);
    let documented = documented::metrics();
    let missing: Vec<_> = exposed.iter().filter(|metric| !documented.contains(metric)).collect();
    assert!(missing.is_empty(), "not in docs/observability.md: {missing:#?}");
    let gone: Vec<_> = documented.iter().filter(|metric| !exposed.contains(metric)).collect();
    assert!(gone.is_empty(), "only in docs/observability.md: {gone:#?}");
    for metric in &exposed {
        let name = &metric.name;
        assert!(name.starts_with("gateway_") || name.starts_with("process_"), "{name}");
        assert_eq!(metric.kind == "counter", name.ends_with("_total"), "{name} is a {}", metric.kind);
        assert!(metric.kind != "histogram" || name.ends_with("_seconds"), "{name} has no unit");
    }
    house.close();
}

#[tokio::test]
async fn the_configuration_in_force_is_one_series_that_a_reload_replaces() {
    let setting = Setting::sample(Version::Newest);
    let house = House::open(&setting).await;
    let hash = |text: &str| Fingerprint::of(text).to_string();
    let lock = hash(&std::fs::read_to_string(&shared(Version::Newest).lock).unwrap());
    let info = |routes: &str| {
        format!(
            "gateway_config_info{{lock_sha256=\"{lock}\",profile_sha256=\"{}\",routes_sha256=\"{}\",version=\"{}\"}} 1",
            hash(&setting.profile),
            hash(routes),
            env!("CARGO_PKG_VERSION"),
        )
    };
    let now = routes(&[(TASK, "\"native\"")]);
    for (text, revision) in [(&setting.routes, 1), (&now, 2)] {
        if revision > 1 {
            house.write_routes(text, "routes file taken").await;
        }
        let scraped = scrape(&house).await;
        let series: Vec<_> =
            scraped.lines().filter(|line| line.starts_with("gateway_config_info{")).collect();
        assert_eq!(series, [info(text)]);
        assert_lines(&scraped, &[&format!("gateway_routes_revision {revision}")]);
        let page: serde_json::Value = serde_json::from_str(&house.admin("/api/config").await.text()).unwrap();
        assert_eq!((&page["revision"], &page["routes_sha256"]), (&revision.into(), &hash(text).into()));
    }
    house.write_routes("schema = 2", "routes file refused").await;
    let scraped = scrape(&house).await;
    assert_lines(
        &scraped,
        &[
            &info(&now),
            "gateway_routes_mistakes 1",
            "gateway_routes_reloads_total{result=\"good\"} 1",
            "gateway_routes_reloads_total{result=\"bad\"} 1",
        ],
    );
    house.close_expecting(&["routes file refused"]);
}

#[tokio::test]
async fn what_is_open_and_what_is_under_way_can_be_read_off() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell_asked, wait_go) = (Arc::clone(&asked), Arc::clone(&go));
    let legacy = FakeLegacy::play(move |mut connection| {
        let (asked, go) = (Arc::clone(&tell_asked), Arc::clone(&wait_go));
        async move {
            connection.request().await?;
            asked.notify_one();
            go.notified().await;
            connection.answer("finished").await?;
            connection.request().await.map(drop)
        }
    })
    .await;
    let setting = Setting::in_front_of(legacy.address()).with_routes(&[(TASK, "\"native\"")]);
    let house = House::open(&setting).await;
    // The probe at the start is over, and its connection idle, when another one has been answered.
    house.admin("/readyz").await;
    let mut client = house.client().await;
    client.begin("GET", "/health", &[]).await.unwrap();
    asked.notified().await;
    assert_lines(
        &scrape(&house).await,
        &[
            "gateway_requests_in_flight 1",
            "gateway_client_connections 1",
            "gateway_legacy_connections{state=\"in_use\"} 1",
            "gateway_legacy_connections{state=\"idle\"} 0",
            "gateway_legacy_connections_opened_total 1",
            "gateway_legacy_connect_failures_total{kind=\"refused\"} 0",
            "gateway_database_connections_max 16",
            "gateway_database_waiting 0",
            "gateway_ready 1",
            "gateway_draining 0",
            "gateway_degraded{part=\"legacy\"} 0",
            "gateway_panics_total 0",
        ],
    );
    go.notify_one();
    client.head().await.unwrap();
    client.rest().await.unwrap();
    let authorization = bearer(&token(1));
    let answer = house.get("/api/tasks/1", &[("authorization", &authorization)]).await;
    assert_eq!(answer.status, 200);
    house.wait_told("request", 2).await;
    let mut scraped = scrape(&house).await;
    // What was revoked may be looked up at this moment.
    while !scraped.contains("gateway_database_connections{state=\"in_use\"} 0\n") {
        scraped = scrape(&house).await;
    }
    // One of the request's, and one more for each look at what was revoked at the same time: at the start, and at a request.
    let idle = |count| scraped.contains(&format!("gateway_database_connections{{state=\"idle\"}} {count}\n"));
    assert!((1..=3).any(idle), "{scraped}");
    assert_lines(
        &scraped,
        &[
            "gateway_requests_in_flight 0",
            "gateway_legacy_connections{state=\"in_use\"} 0",
            "gateway_legacy_connections{state=\"idle\"} 1",
            "gateway_database_connections{state=\"in_use\"} 0",
            "gateway_legacy_first_byte_seconds_count{route=\"GET /health\"} 1",
        ],
    );
    house.close();
}

#[tokio::test]
async fn a_connection_that_cannot_be_opened_is_counted_by_why() {
    let house = House::open(&Setting::in_front_of(nobody())).await;
    assert_eq!(house.get("/health", &[]).await.status, 502);
    assert_lines(
        &scrape(&house).await,
        &[
            "gateway_legacy_connect_failures_total{kind=\"refused\"} 1",
            "gateway_legacy_connect_failures_total{kind=\"timeout\"} 0",
            "gateway_legacy_connections{state=\"in_use\"} 0",
        ],
    );
    house.close_expecting(&["degraded", "legacy cannot be reached"]);
}
