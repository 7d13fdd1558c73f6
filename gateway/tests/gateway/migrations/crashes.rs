//! In the middle of a step the process is killed, or its server process is: what stands then, and how it is finished.

use super::workshop::{DOWN, DOWN_OFF, UP, UP_OFF, Workshop, table};

async fn workshop(up: &str, down: &str) -> Workshop {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.client.batch_execute("INSERT INTO gateway.first VALUES (1, 'a'), (2, 'b')").await.unwrap();
    workshop.write("V0002__more.up.sql", up);
    workshop.write("V0002__more.down.sql", down);
    workshop
}

fn transactional() -> String {
    format!("{UP}CREATE TABLE gateway.x (a int);\nLOCK TABLE gateway.first;\n")
}

#[tokio::test]
async fn a_killed_process_leaves_a_transactional_step_undone() {
    let workshop = workshop(&transactional(), &format!("{DOWN}DROP TABLE gateway.x;\n")).await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; SELECT * FROM gateway.first").await.unwrap();
    let begun = workshop.begin(&["up"]);
    workshop.blocked("LOCK TABLE").await;
    begun.kill();
    other.batch_execute("COMMIT").await.unwrap();
    workshop.deserted().await;
    assert!(!workshop.is_there("gateway.x").await);
    assert_eq!(workshop.versions().await, ["1"]);
    assert_eq!(workshop.migrate(&["up"]).1, "1 migration applied: the database is at V0002\n");
}

#[tokio::test]
async fn a_lost_connection_is_told_and_leaves_a_transactional_step_undone() {
    let workshop = workshop(&transactional(), &format!("{DOWN}DROP TABLE gateway.x;\n")).await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; SELECT * FROM gateway.first").await.unwrap();
    let begun = workshop.begin(&["up"]);
    let process = workshop.blocked("LOCK TABLE").await;
    workshop.rows(&format!("SELECT pg_terminate_backend({process})")).await;
    let told = "the connection was lost during V0002__more: SQLSTATE 57P01: terminating connection due to administrator \
                command; `gateway migrate status` tells what holds\n";
    assert_eq!(begun.end(), (3, String::new(), told.to_owned()));
    assert!(!workshop.is_there("gateway.x").await);
    assert_eq!(workshop.versions().await, ["1"]);
}

fn index() -> String {
    format!(
        "{UP_OFF}CREATE INDEX CONCURRENTLY noted ON gateway.first (note);\nCREATE INDEX CONCURRENTLY other ON gateway.first (id);\n"
    )
}

fn no_index() -> String {
    format!("{DOWN_OFF}DROP INDEX CONCURRENTLY gateway.noted;\nDROP INDEX CONCURRENTLY gateway.other;\n")
}

const INDEXES: &str = "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'gateway.first'::regclass AND NOT i.indisprimary ORDER BY 1";

#[tokio::test]
async fn an_index_that_was_half_built_is_built_again() {
    let workshop = workshop(&index(), &no_index()).await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; INSERT INTO gateway.first VALUES (3, 'c')").await.unwrap();
    let begun = workshop.begin(&["up"]);
    let process = workshop.blocked("CREATE INDEX").await;
    begun.kill();
    workshop.rows(&format!("SELECT pg_terminate_backend({process})")).await;
    workshop.deserted().await;
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(workshop.rows(INDEXES).await, ["noted|f"]);
    let steps = "SELECT version, direction, statement, state FROM gateway.migration_step";
    assert_eq!(workshop.rows(steps).await, ["2|up|1|running"]);
    let (code, stdout, _) = workshop.migrate(&["status"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("V0002__more   expand    lossless  unfinished up\n"), "{stdout}");
    let (code, _, stderr) = workshop.migrate(&["down"]);
    let told = "gateway.migration_step: the way up of V0002 was begun on then and has not ended\n\
                help: finish it with `gateway migrate repair`\n\n1 mistake\nnothing was begun\n";
    assert_eq!((code, stderr.as_str()), (2, told));

    assert_eq!(workshop.migrate(&["repair"]).1, "1 migration repaired: the database is at V0002\n");
    assert_eq!(workshop.rows(INDEXES).await, ["noted|t", "other|t"]);
    assert_eq!(workshop.rows(steps).await, Vec::<String>::new());
    assert_eq!(workshop.migrate(&["repair"]).1, "nothing to do: the database is at V0002\n");
    assert_eq!(workshop.migrate(&["status"]).0, 0);
}

#[tokio::test]
async fn an_index_that_the_server_finished_alone_is_not_built_again() {
    let workshop = workshop(&index(), &no_index()).await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; INSERT INTO gateway.first VALUES (3, 'c')").await.unwrap();
    let begun = workshop.begin(&["up"]);
    workshop.blocked("CREATE INDEX").await;
    begun.stop();
    other.batch_execute("COMMIT").await.unwrap();
    while workshop.rows(INDEXES).await != ["noted|t"] {
        tokio::task::yield_now().await;
    }
    begun.kill();
    workshop.deserted().await;
    let number = workshop.rows("SELECT 'gateway.noted'::regclass::oid").await;
    // `up` goes on by itself.
    assert_eq!(workshop.migrate(&["up"]).1, "1 migration applied: the database is at V0002\n");
    assert_eq!(workshop.rows("SELECT 'gateway.noted'::regclass::oid").await, number);
    assert_eq!(workshop.rows(INDEXES).await, ["noted|t", "other|t"]);
}

#[tokio::test]
async fn what_a_killed_process_began_does_not_wait_on_without_it() {
    let workshop = workshop(&index(), &no_index()).await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; INSERT INTO gateway.first VALUES (3, 'c')").await.unwrap();
    let begun = workshop.begin(&["up"]);
    workshop.blocked("CREATE INDEX").await;
    begun.kill();
    workshop.deserted().await;
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(workshop.migrate(&["up"]).1, "1 migration applied: the database is at V0002\n");
    assert_eq!(workshop.rows(INDEXES).await, ["noted|t", "other|t"]);
}

#[tokio::test]
async fn what_the_database_cannot_tell_a_person_says() {
    let up = format!("{UP_OFF}UPDATE gateway.first SET note = note || '!' WHERE id = 2;\n");
    let workshop = workshop(&up, &format!("{DOWN_OFF}SELECT 1;\n")).await;
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; SELECT * FROM gateway.first FOR UPDATE").await.unwrap();
    let begun = workshop.begin(&["up"]);
    let process = workshop.blocked("UPDATE").await;
    begun.kill();
    workshop.rows(&format!("SELECT pg_terminate_backend({process})")).await;
    workshop.deserted().await;
    other.batch_execute("COMMIT").await.unwrap();
    for verb in ["up", "repair"] {
        let (code, _, stderr) = workshop.migrate(&[verb]);
        let statement = "UPDATE gateway.first SET note = note || '!' WHERE id = 2";
        let told = format!(
            "migrations/V0002__more.up.sql:2:1: was begun and not seen to end: whether it had its effect is not known\n\
             2 | {statement};\n  | {}\nhelp: look at the database, then `gateway migrate repair --statement done` or \
             `--statement again`\n",
            "^".repeat(statement.len())
        );
        assert_eq!((code, stderr), (2, told), "{verb}");
    }
    assert_eq!(workshop.migrate(&["repair", "--statement", "again"]).0, 0);
    assert_eq!(workshop.rows("SELECT note FROM gateway.first ORDER BY id").await, ["a", "b!"]);
    assert_eq!(workshop.versions().await, ["1", "2"]);
}
