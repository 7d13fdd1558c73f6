//! What a login goes by beside the password: who is deleted, what has changed meanwhile, what the profile says.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use compat_tests::{client::Answer, sample::Version};
use serde_json::Value;
use tokio::task::JoinSet;

use super::stand::{Ask, EPHEMERAL, json_of, setting, text};
use crate::{
    house::{House, bearer, migrated_database},
    units::session::Session,
};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery staple";
/// SHA-1 of `password`, as the list of those that were stolen has it.
const STOLEN: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\n";
const AUTH: &str = "rehash = \"off\"\naccess = \"30m\"\nextra_claims = { mail = \"email\" }\n\
                    refresh = { idle = \"5m\", longest = \"5m\", grace = \"30s\" }\n";

fn log_in(email: &str, password: &str) -> Ask {
    Ask::json("/auth/login/json", format!(r#"{{"email":"{email}","password":"{password}"}}"#))
}

fn claims(answer: &Answer) -> Value {
    let token = text(answer, "access_token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn change(access: &str, old: &str, new: &str) -> Ask {
    let body = format!(r#"{{"current_password":"{old}","new_password":"{new}"}}"#);
    Ask::patch("/users/me/password", body).by(&bearer(access))
}

/// A gateway whose profile says all of it, and the database behind it.
async fn open() -> (House, Session, tempfile::NamedTempFile) {
    let url = migrated_database();
    let watcher = Session::open(&url).await;
    watcher
        .execute("ALTER TABLE users ADD deleted_at timestamptz, ADD rank text NOT NULL DEFAULT 'editor'")
        .await;
    let list = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(list.path(), STOLEN).unwrap();
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), &url);
    let users = "[legacy.users]\ndeleted = { column = \"deleted_at\" }\nroles = { column = \"rank\" }\n";
    setting.profile = setting.profile.replacen("[legacy.users]\n", users, 1).replacen(
        "\n[auth]\n",
        &format!("\n[auth]\n{AUTH}"),
        1,
    );
    setting.profile += &format!("\n[auth.passwords]\nbreached = \"{}\"\n", list.path().display());
    (House::open(&setting).await, watcher, list)
}

#[tokio::test]
async fn a_login_goes_by_the_whole_row_and_the_whole_profile() {
    let (house, watcher, _list) = open().await;
    let gateway = house.gateway.public();
    let answer = log_in(EMAIL, PASSWORD).send(gateway).await;
    let access = text(&answer, "access_token");
    let said = claims(&answer);
    assert_eq!((&said["roles"][0], &said["mail"]), (&"editor".into(), &EMAIL.into()), "{said}");
    // However long tokens live, none outlives its session.
    let lives = said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap();
    assert!((290..=301).contains(&lives), "{lives}");
    let next = format!("{{\"refresh_token\":{}}}", json_of(&answer)["refresh_token"]);
    let said = claims(&Ask::json("/auth/refresh", next).send(gateway).await);
    assert_eq!((&said["roles"][0], &said["mail"]), (&"editor".into(), &EMAIL.into()), "{said}");
    assert_eq!(watcher.text("SELECT count(*) FROM gateway.user_password").await, "0");

    for ask in [
        Ask::json("/auth/register", r#"{"email":"new@example.com","password":"password"}"#),
        change(&access, PASSWORD, "password"),
    ] {
        let refused = ask.send(gateway).await;
        assert_eq!(refused.status, 422, "{ask:?}: {}", refused.text());
    }

    // By a clock that is ahead: who logs in after it is in all the same.
    watcher
        .execute(
            "INSERT INTO gateway.user_epoch (user_key, not_before, reason) \
             SELECT id::text, now() + interval '2 s', 'logout_all' FROM users WHERE email = 'ada@example.com'",
        )
        .await;
    let anew = text(&log_in(EMAIL, PASSWORD).send(gateway).await, "access_token");
    let me = Ask::new("GET", "/users/me", "", "");
    assert_eq!(me.clone().by(&bearer(&anew)).send(gateway).await.status, 200);

    for (length, status) in [(1024, 200), (1025, 401)] {
        watcher
            .execute(&format!(
                "UPDATE users SET hashed_password = '{{SHA256}}' || \
                 encode(sha256(repeat('x', {length})::bytea), 'base64') WHERE email = 'ada@example.com'"
            ))
            .await;
        let answer = log_in(EMAIL, &"x".repeat(length)).send(gateway).await;
        assert_eq!(answer.status, status, "{length}: {}", answer.text());
    }

    let wrong = log_in("nobody@example.com", "x").send(gateway).await;
    watcher.execute("UPDATE users SET deleted_at = now()").await;
    let deleted = log_in("zoe@example.com", "überraschung im café ☕").send(gateway).await;
    assert_eq!((deleted.status, deleted.text()), (401, wrong.text()));
    assert!(me.by(&bearer(&anew)).send(gateway).await.status >= 400);
    house.close_expecting(&[EPHEMERAL, "the legacy's tokens live", "degraded"]);
}

/// Held where the session is about to be stored, when the password was found right already.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_changes_while_somebody_comes_in_by_it_lets_nobody_in() {
    let (house, watcher, _list) = open().await;
    let gateway = house.gateway.public();
    let wrong = log_in(EMAIL, "wrong").send(gateway).await;
    let access = text(&log_in(EMAIL, PASSWORD).send(gateway).await, "access_token");
    let not_it = change(&access, "wrong", "another one").send(gateway).await;
    for (ask, expected) in
        [(log_in(EMAIL, PASSWORD), wrong), (change(&access, PASSWORD, "another one"), not_it)]
    {
        watcher.execute("BEGIN; LOCK TABLE gateway.auth_session").await;
        let mut asking = JoinSet::new();
        let sent = ask.clone();
        asking.spawn(async move { sent.send(gateway).await });
        watcher.wait_for_waiting(1).await;
        watcher
            .execute(
                "CREATE TEMP TABLE was AS SELECT hashed_password FROM users WHERE email = 'ada@example.com'; \
                 UPDATE users SET hashed_password = '!' WHERE email = 'ada@example.com'; COMMIT",
            )
            .await;
        let answer = asking.join_next().await.unwrap().unwrap();
        assert_eq!((answer.status, answer.text()), (expected.status, expected.text()), "{ask:?}");
        let stored = "SELECT hashed_password FROM users WHERE email = 'ada@example.com'";
        assert_eq!(watcher.text(stored).await, "!", "{ask:?}");
        watcher
            .execute(
                "UPDATE users SET hashed_password = (SELECT * FROM was) WHERE email = 'ada@example.com'; \
                 DROP TABLE was",
            )
            .await;
    }
    assert_eq!(watcher.text("SELECT count(*) FROM gateway.auth_session").await, "1");
    house.close_expecting(&[EPHEMERAL, "the legacy's tokens live", "degraded"]);
}
