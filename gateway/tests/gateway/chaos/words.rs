//! What Neon's proxy and poolers say under one code for everything is a 503 whatever they say, never a 401 or a 500.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    neon::{NEON, POOLER},
    proxy::{Proxy, Wire},
    stage::{COMPLAINTS, ROUTES, fast_legacy},
    verdict::DEADLINE,
};
use crate::house::{House, Setting, bearer, show, token};

#[tokio::test]
async fn every_text_that_is_told_instead_of_a_greeting_is_a_503() {
    let legacy = fast_legacy().await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str())];
    let mut slowest = Duration::ZERO;
    for words in NEON.into_iter().chain(POOLER) {
        // Nobody is behind it: whoever is let in would be told so.
        let proxy = Proxy::before(([127, 0, 0, 1], 1).into()).await;
        proxy.switch(Wire::Say(words));
        let mut setting = Setting::in_front_of(legacy.address());
        setting.routes = ROUTES.to_owned();
        setting.database_url = format!("postgresql://app:hidden@{}/sample", proxy.address());
        let house = House::open(&setting).await;
        let mut quickest = Duration::MAX;
        for _ in 0..3 {
            let begun = Instant::now();
            let answer = house.get("/api/tasks/1", &headers).await;
            quickest = quickest.min(begun.elapsed());
            assert_eq!(
                (answer.status, answer.text().as_str()),
                (503, "{\"detail\":\"Service Unavailable\"}"),
                "{words:?}"
            );
            let after: u64 = answer.headers.one("retry-after").unwrap().parse().unwrap();
            assert!((1..=60).contains(&after), "{words:?}: {after}");
        }
        // What is slow by itself is slow each time.
        slowest = slowest.max(quickest);
        assert_eq!(house.get("/users/me", &headers).await.status, 200, "{words:?}");
        let log = format!("{:?}", house.gateway.log());
        assert!(!log.contains("hidden"), "{words:?}: {log}");
        house.close_expecting(&COMPLAINTS);
    }
    assert!(slowest < DEADLINE, "{slowest:?}");
    show(&format!(
        "{} texts, each a 503 with Retry-After; the slowest took {slowest:?}",
        NEON.len() + POOLER.len()
    ));
}
