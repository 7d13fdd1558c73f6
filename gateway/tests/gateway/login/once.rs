//! What must not become two, or be somebody else's choice: a user who registers, and a session that begins.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use compat_tests::{client::Answer, sample::Version};
use serde_json::Value;
use tokio::task::JoinSet;

use super::stand::{Ask, EPHEMERAL, setting, text};
use crate::{
    house::{House, bearer, migrated_database},
    units::session::Session,
};

const AT_ONCE: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_register_one_address_at_once_one_does() {
    let url = migrated_database();
    let house = House::open(&setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url)).await;
    let gateway = house.gateway.public();
    let ask = Ask::json("/auth/register", r#"{"email":"once@example.com","password":"only one of us"}"#);
    let mut registering = JoinSet::new();
    for _ in 0..AT_ONCE {
        let ask = ask.clone();
        registering.spawn(async move { ask.send(gateway).await });
    }
    let answers = registering.join_all().await;
    let taken = ask.send(gateway).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((answer.status, answer.text()), (taken.status, taken.text()));
    }
    let watcher = Session::open(&url).await;
    assert_eq!(watcher.text("SELECT count(*) FROM users WHERE email = 'once@example.com'").await, "1");
    house.close_expecting(&[EPHEMERAL, "degraded"]);
}

/// Whatever a client brings along, or says that its session is: the one that a login opens is new.
#[tokio::test]
async fn a_login_opens_a_session_that_nobody_chose() {
    let url = migrated_database();
    let house = House::open(&setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url)).await;
    let gateway = house.gateway.public();
    let log_in = |more: &str| {
        let body =
            format!(r#"{{"email":"ada@example.com","password":"correct horse battery staple"{more}}}"#);
        Ask::json("/auth/login/json", body)
    };
    let first = log_in("").send(gateway).await;
    let (access, refresh) = (text(&first, "access_token"), text(&first, "refresh_token"));
    let session = session(&first);
    let chosen = format!(r#","sid":"{session}","session_id":"{session}","refresh_token":"{refresh}""#);
    let mut query = log_in("");
    query.target += &format!("?sid={session}");
    let asks =
        [log_in(&chosen), log_in("").by(&bearer(&access)), log_in(&chosen).by(&bearer(&refresh)), query];
    let mut sessions = vec![session];
    for ask in asks {
        let answer = ask.send(gateway).await;
        assert_eq!(answer.status, 200, "{ask:?}: {}", answer.text());
        sessions.push(self::session(&answer));
        assert_ne!(text(&answer, "refresh_token"), refresh, "{ask:?}");
    }
    let opened = sessions.len();
    sessions.sort();
    sessions.dedup();
    assert_eq!(sessions.len(), opened, "one of them is another's");
    house.close_expecting(&[EPHEMERAL, "degraded"]);
}

/// What the access token says that its session is.
fn session(answer: &Answer) -> String {
    let token = text(answer, "access_token");
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["sid"].as_str().unwrap().to_owned()
}
