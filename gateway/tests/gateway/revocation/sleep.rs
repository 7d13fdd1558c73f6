//! A database that nobody needs is left alone, and whoever comes next does not slip in on what was known before.

use super::scene::{CONNECTIONS, LISTENERS, Scene, metric, status};
use crate::house::House;

#[tokio::test]
async fn an_idle_gateway_has_no_connection_and_catches_up_before_it_lets_anybody_in() {
    let scene = Scene::open().await;
    let house = House::open(&scene.setting("follow_idle = \"1s\"")).await;
    let ((revoked, first), (_, second)) = (scene.session(1).await, scene.session(1).await);
    for round in 0..2 {
        assert_eq!(status(&house, &second).await, 200);
        scene.wait_for(LISTENERS, 1).await;
        scene.wait_for(CONNECTIONS, 0).await;
        assert_eq!(metric(&house, "gateway_revocations_awake").await, 0.0);
        assert_eq!(metric(&house, "gateway_revocations_staleness_seconds").await, 0.0);
        let looks = metric(&house, "gateway_revocations_polls_total{result=\"good\"}").await;
        scene.database.batch_execute("SELECT pg_sleep(2.5)").await.unwrap();
        assert_eq!(metric(&house, "gateway_revocations_polls_total{result=\"good\"}").await, looks);
        scene.wait_for(CONNECTIONS, 0).await;
        if round == 0 {
            assert_eq!(scene.auth(&["revoke", "--session", &revoked.to_string()]).code, Some(0));
        }
        assert_eq!(status(&house, &first).await, 401);
    }
    // By a clock that has been set back since the last look.
    scene.wait_for(CONNECTIONS, 0).await;
    let end =
        "UPDATE gateway.auth_session SET revoked_at = now() - interval '1 hour', revoke_reason = 'logout'";
    scene.database.execute(end, &[]).await.unwrap();
    assert_eq!(status(&house, &second).await, 401);
    house.close();
}
