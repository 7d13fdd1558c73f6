//! Handlers as nobody should write them: whatever one does with its unit, half of it is never stored.

use std::time::Duration;

use axum::extract::FromRequestParts;
use gateway::{
    contract::Failure,
    db::{
        Attempt, Conflict, Database, DatabaseFailure, Mode, PoolSettings, ReadOnly, Reading, Terms,
        UnitOfWork, Unsettled, url::DatabaseUrl,
    },
};
use http::request::Parts;
use tokio::{task::JoinSet, time::Instant};

use super::session::{IN_TRANSACTION, Session};
use crate::house::database;

pub(super) fn open(url: &str) -> Database {
    open_where(url, true)
}

fn open_where(url: &str, cancels: bool) -> Database {
    let settings = PoolSettings { most: 8, replicas: 1, cancels };
    Database::new(&DatabaseUrl::parse(url).unwrap(), settings).unwrap().0
}

pub(super) fn terms(mode: Mode) -> Terms {
    Terms { mode, until: Instant::now() + Duration::from_secs(20) }
}

fn granted(database: &Database, mode: Mode) -> (Attempt, Parts) {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    (database.dealings(terms(mode)).attempt(&mut parts.extensions), parts)
}

async fn unit(database: &Database, mode: Mode) -> (Attempt, UnitOfWork) {
    let (attempt, mut parts) = granted(database, mode);
    (attempt, UnitOfWork::from_request_parts(&mut parts, &()).await.unwrap())
}

const WRITE: &str = "INSERT INTO projects (name, owner_id, created_at) VALUES ('half', 1, now())";
const STORED: &str = "SELECT count(*) FROM projects WHERE name = 'half'";

fn is_ours(settled: &Result<(), Unsettled>) -> bool {
    matches!(settled, Err(Unsettled::Failed(Failure::Internal)))
}

#[tokio::test]
async fn a_success_is_stored_and_an_error_answer_is_not() {
    let url = database();
    let (database, watcher) = (open(&url), Session::open(&url).await);
    for (mode, has_succeeded, stored) in [
        (Mode::Real, false, "0"),
        (Mode::DryRun, true, "0"),
        (Mode::DryRun, false, "0"),
        (Mode::Real, true, "1"),
    ] {
        let (attempt, unit) = unit(&database, mode).await;
        unit.change(WRITE, &[]).await.unwrap();
        drop(unit);
        attempt.settle(has_succeeded).await.unwrap();
        assert_eq!(watcher.text(STORED).await, stored, "{mode:?} {has_succeeded}");
        assert_eq!(watcher.text(IN_TRANSACTION).await, "0");
    }
    // All four on one connection, which was clean each time.
    assert_eq!(database.figures().idle, 1);
}

#[tokio::test]
async fn a_failure_that_is_swallowed_is_no_success() {
    let url = database();
    let (database, watcher) = (open(&url), Session::open(&url).await);
    for refused in ["SELECT nothing FROM nowhere", "SELECT 1 / 0", "DELETE FROM tasks RETURNING id"] {
        let (attempt, unit) = unit(&database, Mode::Real).await;
        unit.change(WRITE, &[]).await.unwrap();
        unit.query(refused, &[]).await.unwrap_err();
        drop(unit);
        assert!(is_ours(&attempt.settle(true).await), "{refused}");
        assert_eq!(watcher.text(STORED).await, "0", "{refused}");
    }
    assert_eq!(database.figures().idle, 1);
}

#[tokio::test]
async fn a_handler_cannot_end_its_own_transaction() {
    let url = database();
    let (database, watcher) = (open(&url), Session::open(&url).await);
    for ending in
        ["COMMIT", "/* */ end", "SELECT 1; COMMIT", "SET TRANSACTION READ WRITE", "COMMIT AND CHAIN"]
    {
        let (attempt, unit) = unit(&database, Mode::Real).await;
        unit.change(WRITE, &[]).await.unwrap();
        let refused = unit.change(ending, &[]).await.unwrap_err();
        let is_unsent = matches!(refused, DatabaseFailure::NotAStatement);
        assert!(is_unsent || ending.starts_with("SELECT"), "{ending}: {refused:?}");
        drop(unit);
        assert!(is_ours(&attempt.settle(true).await), "{ending}");
        assert_eq!(watcher.text(STORED).await, "0", "{ending}");
    }
}

#[tokio::test]
async fn a_request_has_one_unit() {
    let url = database();
    let database = open(&url);
    let (attempt, mut parts) = granted(&database, Mode::Real);
    let unit = UnitOfWork::from_request_parts(&mut parts, &()).await.unwrap();
    assert!(matches!(UnitOfWork::from_request_parts(&mut parts, &()).await, Err(Failure::Internal)));
    assert!(matches!(ReadOnly::from_request_parts(&mut parts, &()).await, Err(Failure::Internal)));
    drop(unit);
    attempt.settle(true).await.unwrap();
    let (mut parts, ()) = http::Request::new(()).into_parts();
    assert!(matches!(UnitOfWork::from_request_parts(&mut parts, &()).await, Err(Failure::Internal)));
    // Nobody asked the database anything.
    assert_eq!(database.figures().idle, 0);
}

#[tokio::test]
async fn what_a_handler_leaves_running_or_keeps_is_not_stored() {
    let url = database();
    let (database, watcher) = (open(&url), Session::open(&url).await);
    let (attempt, unit_kept) = unit(&database, Mode::Real).await;
    unit_kept.change(WRITE, &[]).await.unwrap();
    assert!(is_ours(&attempt.settle(true).await));
    drop(unit_kept);

    let (attempt, unit_left) = unit(&database, Mode::Real).await;
    unit_left.change(WRITE, &[]).await.unwrap();
    tokio::select! {
        biased;
        _ = unit_left.query("SELECT pg_sleep(20)", &[]) => panic!("it takes longer"),
        () = watcher.wait_for("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND wait_event = 'PgSleep' AND application_name = 'gateway'", "1") => {}
    }
    drop(unit_left);
    assert!(is_ours(&attempt.settle(true).await));
    assert_eq!(watcher.text(STORED).await, "0");
    assert_eq!(database.figures().idle, 0);
}

#[tokio::test]
async fn a_panic_in_the_middle_stores_nothing() {
    let url = database();
    let (database, watcher) = (open(&url), Session::open(&url).await);
    let mut handler = JoinSet::new();
    handler.spawn(async move {
        let (_attempt, unit) = unit(&database, Mode::Real).await;
        unit.change(WRITE, &[]).await.unwrap();
        panic!("seen in the test's output");
    });
    assert!(handler.join_next().await.unwrap().unwrap_err().is_panic());
    watcher.wait_for(IN_TRANSACTION, "0").await;
    assert_eq!(watcher.text(STORED).await, "0");
}

#[tokio::test]
async fn reading_is_a_read_only_transaction_in_a_dry_run_and_where_nothing_is_cancelled() {
    const ASK: &str =
        "SELECT current_setting('transaction_read_only'), current_setting('statement_timeout') <> '0'";
    let url = database();
    let watcher = Session::open(&url).await;
    for (mode, cancels, expected) in [
        (Mode::Real, true, ("off", false)),
        (Mode::DryRun, true, ("on", true)),
        (Mode::Real, false, ("on", true)),
    ] {
        let database = open_where(&url, cancels);
        let (attempt, mut parts) = granted(&database, mode);
        let read_only = ReadOnly::from_request_parts(&mut parts, &()).await.unwrap();
        let rows = read_only.query(ASK, &[]).await.unwrap();
        assert_eq!((rows[0].get::<_, &str>(0), rows[0].get(1)), expected, "{mode:?} {cancels}");
        drop(read_only);
        attempt.settle(true).await.unwrap();
        assert_eq!(watcher.text(IN_TRANSACTION).await, "0", "{mode:?} {cancels}");
        assert_eq!(database.figures().idle, 1);
    }
}

#[tokio::test]
async fn who_is_late_before_asking_is_late_and_the_database_is_not_blamed() {
    let database = open(&database());
    let (mut parts, ()) = http::Request::new(()).into_parts();
    let over = Terms { mode: Mode::Real, until: Instant::now() };
    let attempt = database.dealings(over).attempt(&mut parts.extensions);
    let unit = UnitOfWork::from_request_parts(&mut parts, &()).await.unwrap();
    let refused = unit.change(WRITE, &[]).await.unwrap_err();
    drop(unit);
    attempt.settle(false).await.unwrap();
    assert!(matches!(Failure::from(refused), Failure::Late));
    let figures = database.figures();
    assert_eq!(figures.idle, 0);
    assert!(figures.counted.connects.iter().all(|(_, count)| *count == 0));
    assert!(figures.counted.failures.iter().all(|(_, count)| *count == 0));
}

#[tokio::test]
async fn two_that_read_what_the_other_writes_cannot_both_be_stored() {
    let url = database();
    let watcher = Session::open(&url).await;
    watcher
        .execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = \
             ''serializable''', current_database()); END $$",
        )
        .await;
    let database = open(&url);
    let (first, one) = unit(&database, Mode::Real).await;
    let (second, two) = unit(&database, Mode::Real).await;
    for unit in [&one, &two] {
        unit.query("SELECT count(*) FROM projects", &[]).await.unwrap();
    }
    for unit in [&one, &two] {
        unit.change(WRITE, &[]).await.unwrap();
    }
    drop((one, two));
    first.settle(true).await.unwrap();
    let settled = second.settle(true).await;
    assert!(matches!(settled, Err(Unsettled::Conflict(Conflict::Serialization))), "{settled:?}");
    assert_eq!(watcher.text(STORED).await, "1");
}
