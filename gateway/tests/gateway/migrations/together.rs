//! Two at once: one does the work, the other finds it done; and a lock that never comes free.

use super::workshop::{UP, Workshop, table};

/// A second migration that waits for the table of the first.
async fn workshop() -> Workshop {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.write(
        "V0002__more.up.sql",
        &format!("{UP}LOCK TABLE gateway.first;\nCREATE TABLE gateway.x (a int);\n"),
    );
    workshop.write("V0002__more.down.sql", "-- gateway: transaction=on\nDROP TABLE gateway.x;\n");
    workshop
}

#[tokio::test]
async fn of_two_that_start_together_both_end_well_and_one_does_the_work() {
    let workshop = workshop().await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; SELECT * FROM gateway.first").await.unwrap();
    let one = workshop.begin(&["up"]);
    workshop.blocked("LOCK TABLE").await;
    let mut two = workshop.begin(&["up"]);
    let told = super::workshop::timeless(&two.told());
    let expected = "waiting for the lock: `gateway migrate` from 127.0.0.1, server process N has it\n";
    assert_eq!(told, expected);
    other.batch_execute("COMMIT").await.unwrap();
    let (one, two) = (one.end(), two.end());
    assert_eq!((one.0, one.1.as_str()), (0, "1 migration applied: the database is at V0002\n"), "{}", one.2);
    assert_eq!((two.0, two.1.as_str()), (0, "nothing to do: the database is at V0002\n"), "{}", two.2);
    assert_eq!(workshop.versions().await, ["1", "2"]);
    let locks = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
        WHERE locktype = 'advisory' AND datname = current_database()";
    assert_eq!(workshop.rows(locks).await, ["0"]);
}

#[tokio::test]
async fn two_that_wait_for_each_other_are_parted_and_the_step_is_tried_again() {
    let workshop = Workshop::open(&[table("V0001__first", "first"), table("V0002__second", "second")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    let up = format!("{UP}LOCK TABLE gateway.first;\nLOCK TABLE gateway.second;\n");
    workshop.write("V0003__both.up.sql", &up);
    workshop.write("V0003__both.down.sql", "-- gateway: transaction=on\nSELECT 1;\n");
    let (other, _driver) = workshop.other().await;
    other.batch_execute("SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE gateway.second").await.unwrap();
    let mut begun = workshop.begin(&["up"]);
    workshop.blocked("LOCK TABLE gateway.second").await;
    other.batch_execute("LOCK TABLE gateway.first; COMMIT").await.unwrap();
    let told = begun.told();
    assert!(told.starts_with("V0003__both: a table is in use; rolled back, tried again in "), "{told}");
    assert_eq!(begun.end().1, "1 migration applied: the database is at V0003\n");
}

#[tokio::test]
async fn a_lock_that_never_comes_free_is_given_up() {
    let workshop = workshop().await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; SELECT * FROM gateway.first").await.unwrap();
    let one = workshop.begin(&["up"]);
    workshop.blocked("LOCK TABLE").await;
    let (code, stdout, stderr) = workshop.migrate(&["up", "--lock-timeout", "1s"]);
    let expected = "waiting for the lock: `gateway migrate` from 127.0.0.1, server process N has it\n\
                    the lock for migrations was not free for 1 s; it is held by `gateway migrate` from 127.0.0.1, \
                    server process N\n";
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (3, "", expected));
    // Looking needs no lock.
    assert_eq!(workshop.migrate(&["status"]).0, 1);
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(one.end().0, 0);
}

#[tokio::test]
async fn two_that_go_back_together_take_back_one() {
    let workshop = Workshop::open(&[table("V0001__first", "first"), table("V0002__second", "second")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; SELECT * FROM gateway.second").await.unwrap();
    let mut one = workshop.begin(&["down"]);
    assert_eq!(one.told(), "to be taken back: V0002__second\n");
    workshop.blocked("DROP TABLE").await;
    let mut two = workshop.begin(&["down"]);
    assert!(two.told().starts_with("waiting for the lock: "));
    other.batch_execute("COMMIT").await.unwrap();
    let (code, _, stderr) = two.end();
    let told = "gateway.schema_history: the database was at V0002, and is at V0001 since another has ended\n\
                help: look with `gateway migrate status`; `--to` names the version that stays, whoever comes first\n\n\
                1 mistake\nnothing was begun\n";
    assert_eq!((code, stderr.as_str()), (2, told));
    assert_eq!(one.end().0, 0);
    assert_eq!(workshop.versions().await, ["1"]);
}
