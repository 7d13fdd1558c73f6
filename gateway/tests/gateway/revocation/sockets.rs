//! An open socket ends when its token is taken back, wherever that was done.

use std::time::Duration;

use compat_tests::client::websocket::{Frame, WebSocket};
use tokio::time::{Instant, timeout};

use super::scene::{Scene, ask, status};
use crate::{
    bridge::sockets::greeting,
    house::{House, PATIENCE, promptness::quickest, show, token},
};

async fn socket(house: &House, token: &str) -> WebSocket {
    let mut client = house.client().await;
    assert_eq!(client.handshake(&format!("/ws/tasks?token={token}"), &[]).await.unwrap().status, 101);
    let mut socket = client.into_websocket();
    assert_eq!(socket.hear().await.unwrap(), Some(Frame::text("hello")));
    socket
}

async fn is_open(socket: &mut WebSocket) -> bool {
    timeout(Duration::from_millis(300), socket.hear()).await.is_err()
}

/// How long it takes until the client is told 1008, and nothing more.
async fn closed_after(socket: &mut WebSocket) -> Duration {
    let started = Instant::now();
    let last = timeout(PATIENCE, socket.hear()).await.unwrap().unwrap().unwrap();
    assert_eq!(last.close_code(), Some(1008));
    assert_eq!(socket.hear().await.unwrap(), None);
    started.elapsed()
}

#[tokio::test]
async fn a_logout_closes_the_sockets_of_its_session_and_no_other() {
    let scene = Scene::open().await;
    let legacy = greeting(true).await;
    // So short that nobody but the sockets keeps it awake.
    let mut setting = scene.setting("follow_idle = \"1s\"");
    setting.legacy_url = format!("http://{}", legacy.address());
    let (one, two) = (House::open(&setting).await, scene.gateway().await);
    let ((_, second), old) = (scene.session(1).await, token(2));
    let (mut kept, mut of_legacy) = (socket(&one, &second).await, socket(&one, &old).await);
    scene.database.batch_execute("SELECT pg_sleep(2.5)").await.unwrap();
    let logout = async || {
        let (_, first) = scene.session(1).await;
        let mut ended = socket(&one, &first).await;
        assert_eq!(ask(&two, "POST", "/auth/logout", &first).await.status, 204);
        closed_after(&mut ended).await
    };
    let after = quickest(Duration::from_secs(3), logout).await;
    show(&format!("revocation: a socket at another gateway closed after {after:?}"));
    assert!(is_open(&mut kept).await && is_open(&mut of_legacy).await);
    assert_eq!(ask(&two, "POST", "/auth/logout", &old).await.status, 204);
    closed_after(&mut of_legacy).await;
    assert_eq!(scene.auth(&["revoke", "--user", "1"]).code, Some(0));
    closed_after(&mut kept).await;
    one.close();
    two.close();
}

#[tokio::test]
async fn a_socket_may_outlive_a_logout_where_the_profile_says_so() {
    let scene = Scene::open().await;
    let legacy = greeting(true).await;
    let mut setting = scene.setting("follow_idle = \"1s\"");
    setting.legacy_url = format!("http://{}", legacy.address());
    let named = "\n[auth.websocket]\n";
    setting.profile = setting.profile.replacen(named, &format!("{named}close_at_logout = false\n"), 1);
    let house = House::open(&setting).await;
    let (_, token) = scene.session(1).await;
    let mut socket = socket(&house, &token).await;
    // Nobody asks: the database may sleep.
    scene.wait_for(super::scene::CONNECTIONS, 0).await;
    assert_eq!(ask(&house, "POST", "/auth/logout", &token).await.status, 204);
    assert_eq!(status(&house, &token).await, 401);
    assert!(is_open(&mut socket).await);
    house.close();
}
