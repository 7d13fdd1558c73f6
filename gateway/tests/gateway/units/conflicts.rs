//! Two transactions in each other's way: the whole handler runs again, or the client hears when to come back.

use super::session::{Session, setting};
use crate::house::{House, bearer, token};

const ROW: &str = "SELECT title, priority, project_id FROM tasks WHERE id = 1";

async fn retries(house: &House, reason: &str) -> String {
    let figures = house.admin("/metrics").await.text();
    let name = format!("gateway_database_retries_total{{reason=\"{reason}\"}} ");
    figures.lines().find_map(|line| line.strip_prefix(name.as_str())).unwrap().to_owned()
}

#[tokio::test]
async fn a_write_over_a_row_that_changed_meanwhile_runs_again() {
    let setting = setting("\"native\"");
    let other = Session::open(&setting.database_url).await;
    other
        .execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = \
             ''serializable''', current_database()); END $$",
        )
        .await;
    let house = House::open(&setting).await;
    let watcher = Session::open(&setting.database_url).await;
    other.execute("BEGIN; UPDATE tasks SET priority = 41 WHERE id = 1").await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let mut client = house.client().await;
    let asked = client.request("PATCH", "/api/tasks/1", &headers, b"{\"title\":\"written twice\"}");
    let (answer, ()) = tokio::join!(asked, async {
        watcher.wait_for_waiting(1).await;
        other.execute("COMMIT").await;
    });
    let answer = answer.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    // What the other wrote is there as well: the second run has read it.
    assert!(answer.text().contains("\"priority\":41"), "{}", answer.text());
    assert!(watcher.text(ROW).await.starts_with("written twice|41|"));
    assert_eq!(retries(&house, "serialization").await, "1");
    house.close();
}

#[tokio::test]
async fn the_victim_of_a_deadlock_runs_again() {
    let setting = setting("\"native\"");
    let other = Session::open(&setting.database_url).await;
    other
        .execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''2s''', \
             current_database()); END $$; SET deadlock_timeout = '1min'",
        )
        .await;
    let house = House::open(&setting).await;
    let watcher = Session::open(&setting.database_url).await;
    other.execute("UPDATE tasks SET project_id = NULL WHERE id = 1").await;
    other.execute("BEGIN; SELECT 1 FROM projects WHERE id = 3 FOR UPDATE").await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let mut client = house.client().await;
    let asked = client.request("PATCH", "/api/tasks/1", &headers, b"{\"project_id\":3}");
    let (answer, ()) = tokio::join!(asked, async {
        // It has the task and waits for the project; now the other way round.
        watcher.wait_for_waiting(1).await;
        other.execute("UPDATE tasks SET priority = 42 WHERE id = 1; COMMIT").await;
    });
    let answer = answer.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(watcher.text(ROW).await.ends_with("|42|3"));
    assert_eq!(retries(&house, "deadlock").await, "1");
    house.close();
}

/// Raises at COMMIT, the first `times` times. A sequence counts what is rolled back as well.
async fn conflict_at_commit(session: &Session, code: &str, times: usize) {
    session
        .execute(&format!(
            "CREATE SEQUENCE tries; \
             CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
               IF nextval('tries') <= {times} THEN RAISE EXCEPTION 'met' USING ERRCODE = '{code}'; END IF; \
               RETURN NULL; END $$; \
             CREATE CONSTRAINT TRIGGER meet AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED \
               FOR EACH ROW EXECUTE FUNCTION meet()"
        ))
        .await;
}

const STORED: &str = "SELECT count(*), max(length(description)) FROM tasks WHERE title = 'at commit'";

#[tokio::test]
async fn a_conflict_at_commit_runs_again_with_the_same_body() {
    let setting = setting("\"native\"");
    let watcher = Session::open(&setting.database_url).await;
    conflict_at_commit(&watcher, "40001", 3).await;
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    // Large enough to come in many parts and to be read on another thread.
    let body = format!("{{\"title\":\"at commit\",\"description\":\"{}\"}}", "x".repeat(300_000));
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("transfer-encoding", "chunked"),
    ];
    let mut client = house.client().await;
    client.begin("POST", "/api/tasks", &headers).await.unwrap();
    for part in body.as_bytes().chunks(7_001) {
        client.send_chunk(part).await.unwrap();
    }
    client.send_chunk(b"").await.unwrap();
    assert_eq!(client.head().await.unwrap().status, 201);
    client.rest().await.unwrap();
    assert_eq!(watcher.text(STORED).await, "1|300000");
    assert_eq!(retries(&house, "serialization").await, "3");
    house.close();
}

#[tokio::test]
async fn a_conflict_without_an_end_is_given_up() {
    let setting = setting("\"native\"");
    let watcher = Session::open(&setting.database_url).await;
    conflict_at_commit(&watcher, "40P01", 1000).await;
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let answer = house
        .client()
        .await
        .request("POST", "/api/tasks", &headers, b"{\"title\":\"at commit\"}")
        .await
        .unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (503, "{\"detail\":\"Service Unavailable\"}"));
    assert_eq!(answer.headers.one("retry-after"), Some("1"));
    assert_eq!(watcher.text(STORED).await, "0|null");
    // Once, and three times more.
    assert_eq!(watcher.text("SELECT last_value FROM tries").await, "4");
    assert_eq!(retries(&house, "deadlock").await, "3");
    house.close_expecting(&["transactions stand in each other's way too often"]);
}

#[tokio::test]
async fn a_constraint_that_is_checked_at_commit_is_a_known_rollback() {
    let setting = setting("\"native\"");
    let watcher = Session::open(&setting.database_url).await;
    conflict_at_commit(&watcher, "23514", 1).await;
    let house = House::open(&setting).await;
    let authorization = bearer(&token(1));
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    let mut client = house.client().await;
    let body = b"{\"title\":\"at commit\"}";
    let answer = client.request("POST", "/api/tasks", &headers, body).await.unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (500, "Internal Server Error"));
    assert_eq!(watcher.text(STORED).await, "0|null");
    assert_eq!(client.request("POST", "/api/tasks", &headers, body).await.unwrap().status, 201);
    assert_eq!(watcher.text(STORED).await, "1|null");
    house.close_expecting(&["SQLSTATE 23514"]);
}
