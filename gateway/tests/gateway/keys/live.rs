//! Keys change while requests are served: no token of a key that is in force is refused, and a bad set changes nothing.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use arc_swap::ArcSwap;
use compat_tests::client::{Answer, Client};
use serde_json::Value;
use tokio::task::JoinSet;

use super::{auth, made, token};
use crate::{
    fake_legacy::FakeLegacy,
    house::{House, Setting, bearer, migrated_database},
};

const JWKS: &str = "GET /.well-known/jwks.json";
const TAKEN: &str = "keys taken";
const REFUSED: &str = "keys refused";
const CLIENTS: usize = 4;

async fn legacy() -> FakeLegacy {
    FakeLegacy::play(|mut connection| async move {
        loop {
            connection.request().await?;
            connection.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await?;
        }
    })
    .await
}

/// Clients that never stop asking, each time with a token that must be good.
struct Load {
    tokens: Arc<ArcSwap<Vec<String>>>,
    asked: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    clients: JoinSet<Vec<String>>,
}

impl Load {
    async fn begin(house: &House, first: String) -> Self {
        let mut load = Self {
            tokens: Arc::new(ArcSwap::from_pointee(vec![first])),
            asked: Arc::default(),
            ended: Arc::default(),
            clients: JoinSet::new(),
        };
        for number in 0..CLIENTS {
            let client = house.client().await;
            let asking = asking(
                client,
                number,
                Arc::clone(&load.tokens),
                Arc::clone(&load.asked),
                Arc::clone(&load.ended),
            );
            load.clients.spawn(asking);
        }
        load
    }

    /// From now on these, and nothing else is on its way any more.
    async fn with(&self, tokens: Vec<String>) {
        self.tokens.store(Arc::new(tokens));
        let enough = self.asked.load(Ordering::SeqCst) + 2 * CLIENTS as u64;
        while self.asked.load(Ordering::SeqCst) < enough {
            tokio::task::yield_now().await;
        }
    }

    async fn end(self) -> (u64, Vec<String>) {
        self.ended.store(true, Ordering::SeqCst);
        let wrong = self.clients.join_all().await.concat();
        (self.asked.load(Ordering::SeqCst), wrong)
    }
}

async fn asking(
    mut client: Client,
    mut number: usize,
    tokens: Arc<ArcSwap<Vec<String>>>,
    asked: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    while !ended.load(Ordering::SeqCst) {
        let tokens = tokens.load_full();
        number += 1;
        let authorization = bearer(&tokens[number % tokens.len()]);
        let answer = client.request("GET", "/api/tasks/1", &[("authorization", &authorization)], b"").await;
        match answer {
            Ok(answer) if answer.status == 200 => {}
            Ok(answer) => wrong.push(format!("{} of key {}", answer.status, number % tokens.len())),
            Err(error) => wrong.push(error.to_string()),
        }
        asked.fetch_add(1, Ordering::SeqCst);
    }
    wrong
}

async fn jwks(house: &House, held: &[(&str, &str)]) -> Answer {
    house.get("/.well-known/jwks.json", held).await
}

fn kids(answer: &Answer) -> Vec<String> {
    let shown: Value = serde_json::from_str(&answer.text()).unwrap();
    shown["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn status_of(house: &House, token: &str) -> u16 {
    house.get("/api/tasks/1", &[("authorization", &bearer(token))]).await.status
}

#[tokio::test]
async fn a_rotation_under_load_refuses_no_good_token() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let one = made(folder.path(), &[]);
    let legacy = legacy().await;
    let mut setting = Setting::in_front_of(legacy.address())
        .with_routes(&[(JWKS, "\"native\"")])
        .with_environment("GATEWAY_KEYS_DIR", keys.to_str().unwrap());
    setting.database_url = migrated_database();
    let house = House::open(&setting).await;
    let of_one = token(&keys);
    let load = Load::begin(&house, of_one.clone()).await;

    let first = jwks(&house, &[]).await;
    assert_eq!((first.status, kids(&first)), (200, vec![one.clone()]));
    assert_eq!(first.headers.one("content-type"), Some("application/json"));
    assert_eq!(first.headers.one("cache-control"), Some("max-age=300"));
    let etag = first.headers.one("etag").unwrap();
    let held = jwks(&house, &[("if-none-match", etag)]).await;
    assert_eq!((held.status, held.text().as_str(), held.headers.one("etag")), (304, "", Some(etag)));

    // Published before it signs, so that whoever keeps a copy meets no token of an unknown key.
    let two = made(folder.path(), &["--algorithm", "EdDSA"]);
    house.wait_told(TAKEN, 1).await;
    let second = jwks(&house, &[("if-none-match", etag)]).await;
    assert_eq!((second.status, kids(&second)), (200, vec![one.clone(), two.clone()]));

    assert_eq!(auth(folder.path(), &["keys", "activate", &two]).code, Some(0));
    house.wait_told(TAKEN, 2).await;
    let of_two = token(&keys);
    load.with(vec![of_one.clone(), of_two.clone()]).await;

    let three = made(folder.path(), &["--algorithm", "RS256", "--activate"]);
    house.wait_told(TAKEN, 3).await;
    let of_three = token(&keys);
    load.with(vec![of_one.clone(), of_two.clone(), of_three.clone()]).await;
    let metrics = house.admin("/metrics").await.text();
    for (kid, algorithm, state) in
        [(&one, "ES256", "retiring"), (&two, "EdDSA", "retiring"), (&three, "RS256", "active")]
    {
        let line = format!("gateway_keys_info{{alg=\"{algorithm}\",kid=\"{kid}\",state=\"{state}\"}} 1");
        assert!(metrics.lines().any(|found| found == line), "{line} in\n{metrics}");
    }

    // A set that is refused changes nothing, and says all that is wrong with it.
    let list = keys.join("keys.toml");
    let good = fs::read_to_string(&list).unwrap();
    fs::write(&list, good.replace("retiring", "active")).unwrap();
    house.wait_told(REFUSED, 1).await;
    load.with(vec![of_one.clone(), of_two.clone(), of_three.clone()]).await;
    fs::write(&list, &good).unwrap();
    house.wait_told(TAKEN, 4).await;

    load.with(vec![of_two.clone(), of_three.clone()]).await;
    assert_eq!(status_of(&house, &of_one).await, 200);
    fs::copy(compat_tests::repository().join("legacy.toml"), folder.path().join("legacy.toml")).unwrap();
    let removed = auth(folder.path(), &["keys", "remove", &one, "--now"]);
    assert_eq!(removed.code, Some(0), "{removed:?}");
    house.wait_told(TAKEN, 5).await;
    assert_eq!((status_of(&house, &of_one).await, status_of(&house, &of_two).await), (401, 200));
    assert_eq!(kids(&jwks(&house, &[]).await), [two, three]);

    let (asked, wrong) = load.end().await;
    crate::house::show(&format!("rotation: {asked} requests, {} wrong answers", wrong.len()));
    assert!(wrong.is_empty() && asked > 100, "{asked} {wrong:?}");
    let metrics = house.admin("/metrics").await.text();
    for line in
        ["gateway_keys_reloads_total{result=\"good\"} 5", "gateway_keys_reloads_total{result=\"bad\"} 1"]
    {
        assert!(metrics.lines().any(|found| found == line), "{line} in\n{metrics}");
    }
    house.close_expecting(&[REFUSED]);
}

#[tokio::test]
async fn a_development_machine_needs_no_keys_and_is_told_so() {
    let legacy = legacy().await;
    let mut setting = Setting::in_front_of(legacy.address())
        .with_routes(&[(JWKS, "\"native\"")])
        .with_environment("GATEWAY_KEYS_DIR", "");
    setting.database_url = migrated_database();
    let house = House::open(&setting).await;
    assert_eq!(kids(&jwks(&house, &[]).await).len(), 1);
    // A token of other keys is nobody's.
    assert_eq!(status_of(&house, &token(crate::house::keys())).await, 401);
    house.close_expecting(&["signed with a key that ends with this process"]);
}
