//! A password that is changed at the very moment in which somebody comes in by the old one lets nobody stay, and a row
//! that is held keeps no connection.

use std::time::Duration;

use compat_tests::sample::Version;
use tokio::{task::JoinSet, time::timeout};

use super::stand::{Ask, EPHEMERAL, json_of, setting, text};
use crate::{
    house::{House, Setting, bearer, migrated_database},
    native::statements::wire::Wire,
    units::session::Session,
};

/// Less than whoever waits for a row is given.
const SOON: Duration = Duration::from_secs(3);
const OLD: &str = "correct horse battery staple";
/// Whoever inserts into these waits where the test has closed the gate, in the middle of a statement.
const GATES: &str = "CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
        PERFORM pg_advisory_xact_lock_shared(TG_ARGV[0]::int); RETURN NEW; END $$; \
    CREATE TRIGGER gate BEFORE INSERT ON gateway.auth_session FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate(1); \
    CREATE TRIGGER gate BEFORE INSERT ON gateway.user_epoch FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate(2)";
const APART: &str = "CREATE TABLE credentials (user_id int PRIMARY KEY, phc text); \
    INSERT INTO credentials SELECT id, hashed_password FROM users; \
    ALTER TABLE users ALTER COLUMN hashed_password DROP NOT NULL; UPDATE users SET hashed_password = NULL";

fn log_in(password: &str) -> Ask {
    Ask::json("/auth/login/json", format!(r#"{{"email":"ada@example.com","password":"{password}"}}"#))
}

fn change(access: &str, old: &str, new: &str) -> Ask {
    let body = format!(r#"{{"current_password":"{old}","new_password":"{new}"}}"#);
    Ask::patch("/users/me/password", body).by(&bearer(access))
}

/// What the gateway asks of its database is seen.
async fn over_a_wire(url: &str) -> (Wire, Setting) {
    let (before, rest) = url.split_once("127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let wire = Wire::before(([127, 0, 0, 1], port.parse().unwrap()).into()).await;
    let mut setting = setting(Version::Newest, "http://127.0.0.1:9".to_owned(), url);
    setting.database_url = format!("{before}{}/{name}", wire.address);
    (wire, setting.with_environment("DIRECT_DATABASE_URL", url))
}

/// Until so many times somebody has asked for a session; the server paces the asking.
async fn wait_for_opens(wire: &Wire, watcher: &Session, expected: usize) {
    let mut seen = 0;
    for _ in 0..600 {
        seen += wire.take().iter().filter(|sql| sql.contains("INSERT INTO gateway.auth_session")).count();
        if seen >= expected {
            return;
        }
        watcher.text("SELECT pg_sleep(0.01)").await;
    }
    panic!("a session was asked for {seen} times, not {expected}");
}

#[tokio::test]
async fn whoever_waits_for_a_row_that_the_backend_holds_has_no_connection_meanwhile() {
    let url = migrated_database();
    let [locker, watcher] = [Session::open(&url).await, Session::open(&url).await];
    let (wire, setting) = over_a_wire(&url).await;
    let house = House::open(&setting.with_environment("DATABASE_POOL_MAX", "2")).await;
    let gateway = house.gateway.public();
    let mine = text(&log_in(OLD).send(gateway).await, "access_token");
    locker.execute("BEGIN; SELECT FROM users WHERE email = 'ada@example.com' FOR UPDATE").await;
    wire.take();
    let mut asking = JoinSet::new();
    for _ in 0..4 {
        asking.spawn(async move { log_in(OLD).send(gateway).await });
    }
    wait_for_opens(&wire, &watcher, 12).await;
    for _ in 0..4 {
        let me = Ask::new("GET", "/users/me", "", "").by(&bearer(&mine));
        // Those who log in use the two connections for moments, which a busy machine makes long; kept, they would be for good.
        let let_in = async { while me.send(gateway).await.status != 200 {} };
        timeout(SOON, let_in).await.expect("a connection for everybody else");
    }
    assert!(asking.try_join_next().is_none());
    locker.execute("ROLLBACK").await;
    while let Some(answer) = asking.join_next().await {
        let answer = answer.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    house.close_expecting(&[EPHEMERAL, "degraded"]);
}

#[tokio::test]
async fn where_the_password_stands_with_the_user() {
    come_in("{ column = \"hashed_password\", ", "").await;
}

#[tokio::test]
async fn where_the_password_stands_in_another_table() {
    come_in("{ column = \"phc\", table = \"credentials\", key = \"user_id\", ", APART).await;
}

async fn come_in(password: &str, prepared: &str) {
    let url = migrated_database();
    let watcher = Session::open(&url).await;
    watcher.execute(prepared).await;
    watcher.execute(GATES).await;
    let (wire, mut setting) = over_a_wire(&url).await;
    setting.profile = setting.profile.replace("{ column = \"hashed_password\", ", password);
    let house = House::open(&setting).await;
    let gateway = house.gateway.public();
    let mine = text(&log_in(OLD).send(gateway).await, "access_token");
    let me = |access: String| Ask::new("GET", "/users/me", "", "").by(&bearer(&access));
    let open = "SELECT count(*) FROM gateway.auth_session WHERE revoked_at IS NULL";

    // The session is about to be stored, and the change comes.
    watcher.execute("SELECT pg_advisory_lock(1)").await;
    let mut asking = JoinSet::new();
    asking.spawn(async move { log_in(OLD).send(gateway).await });
    watcher.wait_for_waiting(1).await;
    let changing = change(&mine, OLD, "a better one");
    let mut changes = JoinSet::new();
    changes.spawn(async move { changing.send(gateway).await });
    watcher.wait_for_waiting(2).await;
    watcher.execute("SELECT pg_advisory_unlock(1)").await;
    let (late, changed) =
        (asking.join_next().await.unwrap().unwrap(), changes.join_next().await.unwrap().unwrap());
    assert_eq!((late.status, changed.status), (200, 200), "{} {}", late.text(), changed.text());
    // Before anybody shows a token of it.
    assert_eq!(watcher.text(open).await, "1");
    let audited = "SELECT kind, sid IS NOT NULL FROM gateway.auth_audit WHERE kind IN \
                   ('password_change', 'session_revoked') ORDER BY id";
    assert_eq!(watcher.text(audited).await, "password_change|t\nsession_revoked|t");
    assert_eq!(me(text(&late, "access_token")).send(gateway).await.status, 401);
    let body = format!("{{\"refresh_token\":{}}}", json_of(&late)["refresh_token"]);
    assert_eq!(Ask::json("/auth/refresh", body).send(gateway).await.status, 401);
    assert_eq!(me(mine.clone()).send(gateway).await.status, 200);

    // The change is under way, and somebody comes in by what was the password until now.
    watcher.execute("SELECT pg_advisory_lock(2)").await;
    let changing = change(&mine, "a better one", "the best of all");
    changes.spawn(async move { changing.send(gateway).await });
    watcher.wait_for_waiting(1).await;
    wire.take();
    asking.spawn(async move { log_in("a better one").send(gateway).await });
    wait_for_opens(&wire, &watcher, 2).await;
    watcher.execute("SELECT pg_advisory_unlock(2)").await;
    let (late, changed) =
        (asking.join_next().await.unwrap().unwrap(), changes.join_next().await.unwrap().unwrap());
    assert_eq!((late.status, changed.status), (401, 200), "{} {}", late.text(), changed.text());
    assert_eq!(watcher.text(open).await, "1");

    // Whoever knows the new one is in.
    let next = log_in("the best of all").send(gateway).await;
    assert_eq!(me(text(&next, "access_token")).send(gateway).await.status, 200);
    house.close_expecting(&[EPHEMERAL, "degraded"]);
}
