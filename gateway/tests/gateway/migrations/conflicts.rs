//! Files, history and owner that do not fit together: all of it in one report, and nothing is begun.

use super::workshop::{DOWN, UP, Workshop, table};

#[tokio::test]
async fn a_bad_folder_is_told_whole() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop.write("V0003__gap.up.sql", "CREATE TABLE gateway.x (a int);\n");
    workshop.write("notes.txt", "");
    for verb in ["status", "plan", "up", "down", "repair"] {
        let told = "\
migrations: V0002 is missing before V0003
help: number the migrations from 0001 without gaps

migrations/V0003__gap.up.sql: has no `V0003__gap.down.sql` beside it
help: write what takes the migration back; `reversible` says what that may cost

migrations/V0003__gap.up.sql:1:1: the first line does not say what the migration is
1 | CREATE TABLE gateway.x (a int);
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: begin the file with `-- gateway: phase=expand transaction=on reversible=lossless`

migrations/notes.txt: is not named as a migration is
help: name it `V0001__name.up.sql` or `V0001__name.down.sql`, with a-z, 0-9 and _ in the name; or move it elsewhere

4 mistakes
";
        assert_eq!(workshop.migrate(&[verb]), (2, String::new(), told.to_owned()), "{verb}");
    }
    let missing = "nowhere: cannot be read: No such file or directory (os error 2)\n\
                   help: name the folder in MIGRATIONS_DIR, or make it: `gateway migrate new NAME` begins one\n\n1 mistake\n";
    assert_eq!(workshop.migrate(&["up", "--dir", "nowhere"]), (2, String::new(), missing.to_owned()));
}

#[tokio::test]
async fn a_file_that_has_changed_since_is_refused() {
    let (stem, up, down) = table("V0001__first", "first");
    let workshop = Workshop::open(&[(stem, up.clone(), down.clone())]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.write("V0001__first.up.sql", &up.replace("note text", "note  text"));
    workshop.write("V0001__first.down.sql", &down.replace("DROP TABLE", "DROP  TABLE"));
    let told = "\
migrations/V0001__first.down.sql: has changed since its migration was applied
help: put the file back as it was; or, if the new one is right, `gateway migrate repair --accept-down 1`

migrations/V0001__first.up.sql: has changed since it was applied on then
help: put the file back as it was, every byte; what should change is a new migration

2 mistakes
nothing was begun
";
    for verb in ["plan", "up", "down"] {
        assert_eq!(workshop.migrate(&[verb]), (2, String::new(), told.to_owned()), "{verb}");
    }
    assert_eq!(workshop.migrate(&["status"]).0, 1);
    workshop.write("V0001__first.up.sql", &up);
    assert_eq!(workshop.migrate(&["down"]).0, 2);
    assert_eq!(workshop.migrate(&["repair", "--accept-down", "1"]).0, 0);
    assert_eq!(workshop.migrate(&["status"]).0, 0);
    assert_eq!(workshop.migrate(&["down"]).0, 0);
}

#[tokio::test]
async fn a_history_that_is_newer_than_the_files_is_refused() {
    let workshop = Workshop::open(&[table("V0001__first", "first"), table("V0002__second", "second")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.remove("V0002__second");
    let told = "gateway.schema_history: V0002__second is applied, and the newest file is V0001\n\
                help: use the files of the release that migrated this database, or newer ones\n\n1 mistake\n\
                nothing was begun\n";
    for verb in ["up", "down", "plan"] {
        assert_eq!(workshop.migrate(&[verb]), (2, String::new(), told.to_owned()), "{verb}");
    }
    let (stem, up, down) = table("V0002__other", "second");
    workshop.write(&format!("{stem}.up.sql"), &up);
    workshop.write(&format!("{stem}.down.sql"), &down);
    let told = "migrations/V0002__other.up.sql: was applied as V0002__second\nhelp: give the file its name back\n\n\
                1 mistake\nnothing was begun\n";
    assert_eq!(workshop.migrate(&["up"]), (2, String::new(), told.to_owned()));
}

#[tokio::test]
async fn a_migration_that_comes_late_or_a_row_that_nobody_wrote_is_refused() {
    let workshop = Workshop::open(&[table("V0001__first", "first"), table("V0002__second", "second")]).await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.client.batch_execute("DELETE FROM gateway.schema_history WHERE version = 1").await.unwrap();
    let (code, _, stderr) = workshop.migrate(&["up"]);
    let told = "migrations/V0001__first.up.sql: is not applied, and V0002 is: it came too late\n\
                help: give it the next free number\n\n1 mistake\nnothing was begun\n";
    assert_eq!((code, stderr.as_str()), (2, told));
    workshop
        .client
        .batch_execute("UPDATE gateway.schema_history SET applied_on = 'yesterday'")
        .await
        .unwrap();
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains(
            "gateway.schema_history: the row of V0002__second is not one that a gateway has written"
        )
    );
}

#[tokio::test]
async fn while_alembic_owns_the_tables_a_migration_keeps_to_its_own_schema() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop.client.batch_execute("CREATE TABLE public.tasks (id int)").await.unwrap();
    let header = UP.replace(" reversible", " requires_alembic=a1 reversible");
    workshop.write("V0002__theirs.up.sql", &format!("{header}ALTER TABLE tasks ADD note text;\n"));
    workshop.write("V0002__theirs.down.sql", &format!("{DOWN}ALTER TABLE tasks DROP note;\n"));
    let (code, stdout, stderr) = workshop.migrate(&["up"]);
    assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
    for part in [
        "migrations/V0002__theirs.up.sql:1:",
        "requires Alembic's revision a1, and the database has no `alembic_version`",
        "migrations/V0002__theirs.up.sql:2:1: touches public.tasks, because a name without a schema is the legacy's",
        "migrations/V0002__theirs.down.sql:2:1: touches public.tasks",
        "`gateway migrate adopt --freeze`",
        "3 mistakes\nnothing was begun\n",
    ] {
        assert!(stderr.contains(part), "{part} in\n{stderr}");
    }
    assert!(!workshop.is_there("gateway.first").await, "not even what stands before it");

    workshop
        .client
        .batch_execute(
            "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('a1')",
        )
        .await
        .unwrap();
    assert_eq!(workshop.migrate(&["adopt", "--freeze"]).0, 0);
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(code, 0, "{stderr}");
    // What our own migrations do is no drift; what Alembic does now is one, and a conflict.
    assert_eq!(workshop.migrate(&["status"]).0, 0);
    workshop.client.batch_execute("UPDATE alembic_version SET version_num = 'a2'").await.unwrap();
    assert_eq!(workshop.migrate(&["status"]).0, 1);
    let told = "alembic_version: is a2, and was frozen at a1: Alembic has run since\n\
                help: take back what Alembic did; or record it with `gateway migrate adopt --accept`\n\n1 mistake\n\
                nothing was begun\n";
    assert_eq!(workshop.migrate(&["down"]), (2, String::new(), told.to_owned()));
}

#[tokio::test]
async fn of_several_revisions_that_are_required_the_newest_counts() {
    let requires = |(stem, up, down): (&'static str, String, String), revision: &str| {
        (stem, up.replace(" reversible", &format!(" requires_alembic={revision} reversible")), down)
    };
    let workshop = Workshop::open(&[
        requires(table("V0001__first", "first"), "aaa"),
        requires(table("V0002__second", "second"), "bbb"),
        table("V0003__third", "third"),
    ])
    .await;
    let at = async |revision: &str| {
        let sql = format!(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num text); DELETE FROM alembic_version;
            INSERT INTO alembic_version VALUES ('{revision}')"
        );
        workshop.client.batch_execute(&sql).await.unwrap();
    };
    at("aaa").await;
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(code, 2);
    let told = "requires Alembic's revision bbb, and the database is at aaa";
    assert!(stderr.contains(told) && stderr.ends_with("1 mistake\nnothing was begun\n"), "{stderr}");
    at("bbb").await;
    // Up to there it is the newest.
    let (code, _, stderr) = workshop.migrate(&["up", "--to", "1"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("requires Alembic's revision aaa, and the database is at bbb"), "{stderr}");
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(workshop.versions().await, ["1", "2", "3"]);
    // Frozen later: every revision that a file may name has been passed.
    assert_eq!(workshop.migrate(&["down", "--to", "0"]).0, 0);
    at("ccc").await;
    assert_eq!(workshop.migrate(&["adopt", "--freeze"]).0, 0);
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(code, 0, "{stderr}");
}

#[tokio::test]
async fn a_script_that_would_end_the_transaction_is_refused() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop.write(
        "V0002__ends.up.sql",
        &format!("{UP}CREATE TABLE gateway.x (a int);\nCOMMIT;\nSELECT 1 / 0;\n"),
    );
    workshop.write("V0002__ends.down.sql", &format!("{DOWN}DROP TABLE gateway.x;\n"));
    let (code, _, stderr) = workshop.migrate(&["up"]);
    let told = "migrations/V0002__ends.up.sql:3:1: a script does not begin or end transactions: each is one of its own";
    assert!(code == 2 && stderr.starts_with(told), "{code} {stderr}");
    assert!(!workshop.is_there("gateway.first").await);
}

#[tokio::test]
async fn a_script_that_only_postgresql_can_read_is_stopped_when_it_ends_the_transaction() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    let revision =
        "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('a1')";
    workshop.client.batch_execute(revision).await.unwrap();
    assert_eq!(workshop.migrate(&["adopt", "--freeze"]).0, 0);
    let unreadable = format!("{UP}COPY gateway.first TO '/dev/null' USING DELIMITERS ',';\n");
    workshop.write("V0002__ends.down.sql", &format!("{DOWN}SELECT 1;\n"));
    workshop.write("V0002__ends.up.sql", &format!("{unreadable}COMMIT;\nSELECT 1;\n"));
    let (code, _, stderr) = workshop.migrate(&["up"]);
    let told = "migrations/V0002__ends.up.sql: ended the transaction itself: what stands before that is in the database, \
                and in no history\nhelp: take that back by hand, remove COMMIT, ROLLBACK and their kin from the file, and \
                run it again\n";
    assert_eq!((code, stderr), (2, format!("V0001__first applied in N s\n{told}")));
    assert_eq!(workshop.versions().await, ["1"]);
    workshop.write("V0002__ends.up.sql", &unreadable);
    assert_eq!(workshop.migrate(&["up"]).0, 0);
}
