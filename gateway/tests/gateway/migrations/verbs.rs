//! The verbs on a healthy database: what they say, what they exit with, and that twice is as good as once.

use serde_json::{Value, json};

use super::workshop::{DOWN_OFF, UP, UP_OFF, Workshop, table};

#[tokio::test]
async fn a_schema_goes_up_and_down_again() {
    let workshop = Workshop::open(&[table("V0001__first", "first"), table("V0002__second", "second")]).await;
    let pending = "V0001__first   expand    lossless  pending\nV0002__second  expand    lossless  pending\n\
                   the legacy's tables are Alembic's\n";
    assert_eq!(workshop.migrate(&["status"]), (1, pending.to_owned(), String::new()));
    assert!(!workshop.is_there("gateway.schema_history").await, "looking changes nothing");

    let told = "V0001__first applied in N s\nV0002__second applied in N s\n";
    let done = "2 migrations applied: the database is at V0002\n";
    assert_eq!(workshop.migrate(&["up"]), (0, done.to_owned(), told.to_owned()));
    let nothing = "nothing to do: the database is at V0002\n";
    assert_eq!(workshop.migrate(&["up"]), (0, nothing.to_owned(), String::new()));
    let applied = "V0001__first   expand    lossless  applied then\nV0002__second  expand    lossless  applied then\n\
                   the legacy's tables are Alembic's\n";
    assert_eq!(workshop.migrate(&["status"]), (0, applied.to_owned(), String::new()));

    let back = (0, "1 migration taken back: the database is at V0001\n".to_owned());
    let (code, stdout, stderr) = workshop.migrate(&["down"]);
    assert_eq!(
        ((code, stdout), stderr.as_str()),
        (back, "to be taken back: V0002__second\nV0002__second taken back in N s\n")
    );
    assert!(workshop.is_there("gateway.first").await && !workshop.is_there("gateway.second").await);
    let none = "1 migration taken back: no migration is applied\n";
    assert_eq!(workshop.migrate(&["down", "--to", "0"]).1, none);
    assert_eq!(workshop.versions().await, Vec::<String>::new());
    assert_eq!(workshop.migrate(&["down"]).1, "nothing to do: no migration is applied\n");

    assert_eq!(workshop.migrate(&["up", "--to", "1"]).1, "1 migration applied: the database is at V0001\n");
    let (code, _, stderr) = workshop.migrate(&["up", "--to", "7"]);
    let told = "migrations: has no V0007\nhelp: the newest is V0002\n\n1 mistake\nnothing was begun\n";
    assert_eq!((code, stderr.as_str()), (2, told));
}

#[tokio::test]
async fn a_plan_shows_sql_locks_and_rows() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop.migrate(&["up"]);
    workshop
        .client
        .batch_execute("INSERT INTO gateway.first SELECT generate_series(1, 500); ANALYZE gateway.first")
        .await
        .unwrap();
    workshop
        .write("V0002__more.up.sql", &format!("{UP}ALTER TABLE gateway.first\n    ADD COLUMN more int;\n"));
    workshop.write(
        "V0002__more.down.sql",
        "-- gateway: transaction=on\nALTER TABLE gateway.first DROP COLUMN more;\n",
    );
    workshop.write(
        "V0003__index.up.sql",
        &format!("{UP_OFF}CREATE INDEX CONCURRENTLY noted ON gateway.first (note);\n"),
    );
    workshop.write("V0003__index.down.sql", &format!("{DOWN_OFF}DROP INDEX CONCURRENTLY gateway.noted;\n"));
    let plan = "\
V0002__more  phase=expand reversible=lossless  in one transaction
  line 2: ACCESS EXCLUSIVE lock, blocks reads and writes; gateway.first has about 500 rows
    ALTER TABLE gateway.first
        ADD COLUMN more int

V0003__index  phase=expand reversible=lossless  statement by statement
  line 2: SHARE UPDATE EXCLUSIVE lock, blocks other changes of the schema; gateway.first has about 500 rows
    CREATE INDEX CONCURRENTLY noted ON gateway.first (note)

2 steps due
";
    assert_eq!(workshop.migrate(&["plan"]), (0, plan.to_owned(), String::new()));
    assert_eq!(workshop.versions().await, ["1"]);
    let (code, stdout, _) = workshop.migrate(&["plan", "--to", "2", "--json"]);
    let plan: Value = serde_json::from_str(&stdout).unwrap();
    let statement = json!({
        "line": 2,
        "sql": "ALTER TABLE gateway.first\n    ADD COLUMN more int",
        "lock": "ACCESS EXCLUSIVE",
        "tables": [{ "table": "gateway.first", "rows": 500 }],
    });
    let step = json!({
        "version": 2, "name": "more", "phase": "expand", "reversible": "lossless", "transaction": true,
        "statements": [statement],
    });
    assert_eq!((code, plan), (0, json!({ "steps": [step] })));

    let (_, stdout, _) = workshop.migrate(&["up", "--json"]);
    assert_eq!(stdout, "{\"changed\":[\"V0002__more\",\"V0003__index\"],\"newest\":3}\n");
    assert_eq!(workshop.migrate(&["plan"]).1, "nothing to do\n");
    assert_eq!(workshop.rows("SELECT * FROM gateway.migration_step").await, Vec::<String>::new());
    // What was run without refinery stands in its history as it would have written it.
    for (version, stem) in [(2, "V0002__more"), (3, "V0003__index")] {
        let sql = std::fs::read_to_string(workshop.folder.path().join(format!("migrations/{stem}.up.sql")))
            .unwrap();
        let known = refinery_core::Migration::unapplied(stem, &sql).unwrap();
        let row = format!("SELECT name, checksum FROM gateway.schema_history WHERE version = {version}");
        assert_eq!(workshop.rows(&row).await, [format!("{}|{}", known.name(), known.checksum())]);
    }
    let (code, stdout, _) = workshop.migrate(&["status", "--json"]);
    let status: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &status["up_to_date"], &status["newest"]), (0, &json!(true), &json!(3)));
    assert_eq!(workshop.migrate(&["down", "--steps", "2"]).0, 0);
    assert!(!workshop.is_there("gateway.noted").await);
    assert_eq!(workshop.versions().await, ["1"]);
}

#[tokio::test]
async fn a_table_in_use_is_waited_for_and_tried_again() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop.migrate(&["up"]);
    workshop.write(
        "V0002__more.up.sql",
        &format!("{UP}CREATE TABLE gateway.x (a int);\nALTER TABLE gateway.first ADD more int;\n"),
    );
    workshop.write("V0002__more.down.sql", "-- gateway: transaction=on\nDROP TABLE gateway.x;\n");
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; SELECT * FROM gateway.first").await.unwrap();
    let mut begun = workshop.begin(&["up"]);
    let told = super::workshop::timeless(&begun.told());
    assert_eq!(told, "V0002__more: a table is in use; rolled back, tried again in N s\n");
    // Readers were let in again meanwhile, and nothing of the step is there.
    assert!(!workshop.is_there("gateway.x").await);
    other.batch_execute("COMMIT").await.unwrap();
    let (code, stdout, stderr) = begun.end();
    assert_eq!((code, stdout.as_str()), (0, "1 migration applied: the database is at V0002\n"), "{stderr}");
}
