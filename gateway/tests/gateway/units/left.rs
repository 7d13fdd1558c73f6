//! A request that ends without its handler: nothing is stored, nothing waits on, nothing is held.

use std::time::{Duration, Instant};

use super::session::{CHANGE, IN_TRANSACTION, Session, blocked_change, setting};
use crate::house::{House, bearer, token};

const NATIVE: &str = "\"native\"";
const ROW: &str = "SELECT title, priority FROM tasks WHERE id = 1";

#[tokio::test]
async fn a_client_that_leaves_takes_its_statement_along() {
    let setting = setting(NATIVE);
    let house = House::open(&setting).await;
    let (locker, watcher) =
        (Session::open(&setting.database_url).await, Session::open(&setting.database_url).await);
    let before = watcher.text(ROW).await;
    let client = blocked_change(&house, &locker, &watcher).await;
    let left = Instant::now();
    drop(client);
    watcher.wait_for_waiting(0).await;
    watcher.wait_for(IN_TRANSACTION, "0").await;
    // The server would have waited for five seconds: it was told.
    assert!(left.elapsed() < Duration::from_secs(4), "{:?}", left.elapsed());
    locker.execute("ROLLBACK").await;
    assert_eq!(watcher.text(ROW).await, before);

    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let answer = house.client().await.request("PATCH", "/api/tasks/1", &headers, CHANGE).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(watcher.text(ROW).await.starts_with("never seen|"));
    house.close_expecting(&["connection to the database ended"]);
}

#[tokio::test]
async fn a_lock_that_is_not_had_in_time_is_503_and_the_connection_is_good() {
    let setting = setting("{ owner = \"native\", deadline = \"2s\" }");
    let house = House::open(&setting).await;
    let locker = Session::open(&setting.database_url).await;
    let watcher = Session::open(&setting.database_url).await;
    let before = watcher.text(ROW).await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let mut client = house.client().await;
    locker.execute("BEGIN; SELECT 1 FROM tasks WHERE id = 1 FOR UPDATE").await;
    for _ in 0..3 {
        let answer = client.request("PATCH", "/api/tasks/1", &headers, b"{\"priority\":77}").await.unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (503, "{\"detail\":\"Service Unavailable\"}"));
        assert_eq!(answer.headers.one("retry-after"), Some("1"));
    }
    locker.execute("ROLLBACK").await;
    assert_eq!(watcher.text(ROW).await, before);
    // Nothing is left of the transactions that failed: the next one on the same connection is whole.
    let answer = client.request("PATCH", "/api/tasks/1", &headers, b"{\"priority\":78}").await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(watcher.text(ROW).await.ends_with("|78"));
    watcher.wait_for(IN_TRANSACTION, "0").await;
    house.close_expecting(&["database cannot be used"]);
}

#[tokio::test]
async fn a_statement_longer_than_its_request_is_stopped_and_leaves_nothing() {
    let setting = setting("{ owner = \"native\", deadline = \"2s\" }");
    let house = House::open(&setting).await;
    let watcher = Session::open(&setting.database_url).await;
    let before = watcher.text(ROW).await;
    watcher
        .execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql \
             AS 'BEGIN PERFORM pg_sleep(20); RETURN NEW; END'; \
             CREATE TRIGGER slow AFTER UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION slow()",
        )
        .await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let begun = Instant::now();
    let answer =
        house.client().await.request("PATCH", "/api/tasks/1", &headers, b"{\"priority\":77}").await.unwrap();
    assert_eq!(answer.status, 503, "{}", answer.text());
    watcher.wait_for(IN_TRANSACTION, "0").await;
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    assert_eq!(watcher.text(ROW).await, before);
    house.close_expecting(&["database cannot be used", "connection to the database ended"]);
}

#[tokio::test]
async fn who_sends_a_body_slowly_holds_no_connection() {
    let setting = setting(NATIVE);
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let body = "{\"title\":\"sent in two parts\"}";
    let length = body.len().to_string();
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("content-length", &length),
    ];
    let mut slow = house.client().await;
    slow.begin("POST", "/api/tasks", &headers).await.unwrap();
    slow.send(&body.as_bytes()[..5]).await.unwrap();
    for _ in 0..600 {
        let figures = house.admin("/metrics").await.text();
        // The gateway itself may look at revocations in that moment; the request would hold one all the time.
        let is_free = figures.contains("gateway_database_connections{state=\"in_use\"} 0");
        if figures.contains("gateway_requests_in_flight 1") && is_free {
            slow.send(&body.as_bytes()[5..]).await.unwrap();
            assert_eq!(slow.head().await.unwrap().status, 201);
            house.close();
            return;
        }
    }
    panic!("the request never began, or held a connection all the time");
}
