//! From one gateway to the next: told at once, found within three seconds, and known after a restart.

use std::time::Duration;

use compat_tests::client::Answer;

use super::scene::{LISTENERS, ME, Scene, ask, metric, refused_after, status};
use crate::{
    chaos::proxy::{Proxy, Wire},
    house::{House, promptness::quickest, show},
};

const REFUSED: &str = r#"{"detail":"Could not validate credentials"}"#;

fn is_refused(answer: &Answer) {
    assert_eq!((answer.status, answer.text().as_str()), (401, REFUSED));
    assert_eq!(answer.headers.one("www-authenticate").unwrap(), "Bearer");
}

#[tokio::test]
async fn a_logout_is_known_everywhere_within_a_second_and_after_a_restart() {
    let scene = Scene::open().await;
    let (one, two) = (scene.gateway().await, scene.gateway().await);
    let (_, second) = scene.session(1).await;
    for house in [&one, &two] {
        assert_eq!(status(house, &second).await, 200);
    }
    scene.wait_for(LISTENERS, 2).await;
    let mut ended = Vec::new();
    let logout = async || {
        let (_, first) = scene.session(1).await;
        assert_eq!([status(&one, &first).await, status(&two, &first).await], [200, 200]);
        assert_eq!(ask(&one, "POST", "/auth/logout", &first).await.status, 204);
        // Here it holds before the client is told.
        is_refused(&ask(&one, "GET", ME, &first).await);
        let elapsed = refused_after(&two, &first).await;
        is_refused(&ask(&two, "GET", ME, &first).await);
        ended.push(first);
        elapsed
    };
    let elapsed = quickest(Duration::from_secs(1), logout).await;
    show(&format!("revocation: refused at another gateway after {elapsed:?}"));
    let three = scene.gateway().await;
    for token in &ended {
        is_refused(&ask(&three, "GET", ME, token).await);
    }
    let remembered = ended.len() as f64;
    for house in [&one, &two, &three] {
        assert_eq!(status(house, &second).await, 200);
        assert_eq!(metric(house, "gateway_revocations_remembered{kind=\"session\"}").await, remembered);
        assert_eq!(metric(house, "gateway_revocations_awake").await, 1.0);
        assert!(metric(house, "gateway_revocations_staleness_seconds").await < 10.0);
    }
    assert!(metric(&two, "gateway_revocations_notifications_total").await >= 1.0);
    assert!(metric(&two, "gateway_auth_refused_total{reason=\"revoked\"}").await >= 1.0);
    [one, two, three].into_iter().for_each(House::close);
}

#[tokio::test]
async fn with_notifications_cut_a_logout_is_known_within_three_seconds() {
    let scene = Scene::open().await;
    let server: tokio_postgres::Config = scene.database_url.parse().unwrap();
    let proxy = Proxy::before(([127, 0, 0, 1], server.get_ports()[0]).into()).await;
    let direct = scene
        .database_url
        .replace(&format!(":{}/", server.get_ports()[0]), &format!(":{}/", proxy.address().port()));
    assert_ne!(direct, scene.database_url);
    let (one, two) = (
        scene.gateway().await,
        House::open(&scene.setting("").with_environment("DIRECT_DATABASE_URL", &direct)).await,
    );
    let (_, other) = scene.session(1).await;
    assert_eq!([status(&one, &other).await, status(&two, &other).await], [200, 200]);
    scene.wait_for(LISTENERS, 2).await;
    proxy.switch(Wire::Refuse);
    scene.wait_for(LISTENERS, 1).await;
    let logout = async || {
        let (_, token) = scene.session(1).await;
        assert_eq!([status(&one, &token).await, status(&two, &token).await], [200, 200]);
        assert_eq!(ask(&one, "POST", "/auth/logout", &token).await.status, 204);
        refused_after(&two, &token).await
    };
    let elapsed = quickest(Duration::from_secs(3), logout).await;
    show(&format!("revocation: refused without notifications after {elapsed:?}"));
    // Once it can be told again, it is.
    proxy.switch(Wire::Pass);
    scene.wait_for(LISTENERS, 2).await;
    one.close();
    two.close_expecting(&["revocations are not heard of at once"]);
}
