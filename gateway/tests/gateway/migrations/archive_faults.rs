//! What would take rows away in silence: they are kept, or the step is refused and the database is as it was.

use super::workshop::{DOWN, UP, Workshop, table};

const ARCHIVE: &str = "-- gateway: phase=expand transaction=on reversible=archive\n";

/// The first migration may hold what a reader cannot see through, and touch the legacy's tables.
async fn frozen(legacy: &str) -> Workshop {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop
        .client
        .batch_execute(&format!(
            "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
            INSERT INTO alembic_version VALUES ('a1'); {legacy}"
        ))
        .await
        .unwrap();
    assert_eq!(workshop.migrate(&["adopt", "--freeze"]).0, 0);
    workshop
}

fn second(workshop: &Workshop, name: &str, up: &str, down: &str) {
    workshop.write(&format!("V0002__{name}.up.sql"), up);
    workshop.write(&format!("V0002__{name}.down.sql"), &format!("{DOWN}{down}\n"));
}

fn fine(workshop: &Workshop, arguments: &[&str]) {
    let (code, _, stderr) = workshop.migrate(arguments);
    assert_eq!(code, 0, "{arguments:?}: {stderr}");
}

/// Groups that tasks name, with one that the step makes itself.
async fn groups() -> Workshop {
    let workshop = frozen(
        "CREATE TABLE tasks (id int PRIMARY KEY, title text);
        INSERT INTO tasks VALUES (1, 'one'), (2, 'two'), (3, 'three')",
    )
    .await;
    let up = format!(
        "{ARCHIVE}CREATE TABLE public.groups (id int PRIMARY KEY, name text UNIQUE);
INSERT INTO public.groups VALUES (1, 'default');
ALTER TABLE public.tasks ADD COLUMN group_id int DEFAULT 1 REFERENCES public.groups ON DELETE CASCADE;
"
    );
    second(
        &workshop,
        "groups",
        &up,
        "ALTER TABLE public.tasks DROP COLUMN group_id;\nDROP TABLE public.groups;",
    );
    fine(&workshop, &["up"]);
    workshop
}

#[tokio::test]
async fn a_cascade_takes_no_row_on_the_way_back() {
    let workshop = groups().await;
    let change = "UPDATE groups SET name = 'all' WHERE id = 1; INSERT INTO groups VALUES (2, 'new');
        UPDATE tasks SET group_id = 2 WHERE id = 2; UPDATE tasks SET group_id = NULL WHERE id = 3";
    workshop.client.batch_execute(change).await.unwrap();
    fine(&workshop, &["down"]);
    workshop.client.batch_execute("INSERT INTO tasks VALUES (4, 'four')").await.unwrap();
    fine(&workshop, &["up"]);
    assert_eq!(
        workshop.rows("SELECT t.* FROM tasks t ORDER BY id").await,
        ["1|one|1", "2|two|2", "3|three|", "4|four|1"]
    );
    assert_eq!(workshop.rows("SELECT g.* FROM groups g ORDER BY id").await, ["1|all", "2|new"]);
    let deferred = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable";
    assert_eq!(workshop.rows(deferred).await, ["0"]);
}

#[tokio::test]
async fn a_row_that_was_deleted_goes_again_unless_others_would_go_with_it() {
    let workshop = groups().await;
    let change = "INSERT INTO groups VALUES (2, 'new'); UPDATE tasks SET group_id = 2;
        DELETE FROM groups WHERE id = 1";
    workshop.client.batch_execute(change).await.unwrap();
    fine(&workshop, &["down"]);
    fine(&workshop, &["up"]);
    assert_eq!(workshop.rows("SELECT g.* FROM groups g").await, ["2|new"]);
    assert_eq!(
        workshop.rows("SELECT t.* FROM tasks t ORDER BY id").await,
        ["1|one|2", "2|two|2", "3|three|2"]
    );
    fine(&workshop, &["down"]);
    // It will name the group that the step makes, and that is to be deleted.
    workshop.client.batch_execute("INSERT INTO tasks VALUES (4, 'four')").await.unwrap();
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(
        (code, stderr.as_str()),
        (
            2,
            "migrations/V0002__groups.up.sql: bringing back what is kept would delete 1 row of public.tasks \
             besides, through a foreign key, a trigger or a rule\nhelp: correct the rows that name what was \
             deleted, or the default that names it, and run it again: all of it was rolled back\n\n1 mistake\n\
             nothing was begun\n"
        )
    );
    assert_eq!(
        workshop.rows("SELECT t.* FROM tasks t ORDER BY id").await,
        ["1|one", "2|two", "3|three", "4|four"]
    );
    assert_eq!(workshop.rows("SELECT count(*) FROM gateway_archive.content").await, ["2"]);
}

/// Between the copy and the drop nobody gets in: the copy, which is slow here, holds what the drop needs.
#[tokio::test]
async fn nobody_writes_between_the_copy_and_the_drop() {
    let workshop = Workshop::open(&[]).await;
    let up =
        "CREATE TABLE gateway.kept (id int PRIMARY KEY);\nCREATE TABLE gateway.last (id int PRIMARY KEY);";
    workshop.write("V0001__kept.up.sql", &format!("{ARCHIVE}{up}\n"));
    workshop.write(
        "V0001__kept.down.sql",
        &format!("{DOWN}DROP TABLE gateway.kept;\nDROP TABLE gateway.last;\n"),
    );
    fine(&workshop, &["up"]);
    // The rehearsal passes; then the copies stand in the way of this one, after those of the tables.
    workshop
        .client
        .batch_execute(
            "CREATE SCHEMA gateway_archive; CREATE TABLE gateway_archive.content (version int4 NOT NULL, stem text NOT NULL,
            dropped_by text NOT NULL, number int4 NOT NULL, kind text NOT NULL, relation text NOT NULL, archive text,
            columns text[] NOT NULL DEFAULT '{}', key text[] NOT NULL DEFAULT '{}', as_text text[] NOT NULL DEFAULT '{}',
            last_value int8, is_called bool, kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (version, dropped_by, number))",
        )
        .await
        .unwrap();
    let (other, _driver) = workshop.other().await;
    other.batch_execute("BEGIN; LOCK TABLE gateway_archive.content").await.unwrap();
    let begun = workshop.begin(&["down"]);
    workshop.blocked("INSERT INTO gateway_archive.content").await;
    let written =
        workshop.client.batch_execute("SET lock_timeout = '10ms'; INSERT INTO gateway.kept VALUES (1)").await;
    assert_eq!(written.unwrap_err().code().unwrap().code(), "55P03");
    other.batch_execute("COMMIT").await.unwrap();
    let (code, _, stderr) = begun.end();
    assert_eq!(code, 0, "{stderr}");
}

#[tokio::test]
async fn a_promise_to_lose_nothing_is_kept_by_the_database() {
    let workshop = frozen(
        "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE tasks (id int PRIMARY KEY, mood mood);
        INSERT INTO tasks VALUES (1, 'good')",
    )
    .await;
    second(
        &workshop,
        "plain",
        &format!("{UP}CREATE INDEX plain ON public.tasks (id);\n"),
        "DROP TYPE public.mood CASCADE;",
    );
    fine(&workshop, &["up"]);
    let told = "would lose the column mood of public.tasks, and `reversible=lossless` keeps no copy\n\
                help: say `reversible=archive`, which keeps what is dropped, or `reversible=lossy`\n\n\
                1 mistake\nnothing was begun\n";
    let expected = format!("to be taken back: V0002__plain\nmigrations/V0002__plain.down.sql: {told}");
    assert_eq!(workshop.migrate(&["down"]), (2, String::new(), expected));
    assert_eq!(workshop.rows("SELECT t.* FROM tasks t").await, ["1|good"]);
    assert_eq!(workshop.versions().await, ["1", "2"]);
    // The way up is held to it as well.
    workshop.write(
        "V0003__worse.up.sql",
        &format!("{UP}DO $$ BEGIN ALTER TABLE public.tasks DROP COLUMN mood; END $$;\n"),
    );
    workshop.write("V0003__worse.down.sql", &format!("{DOWN}SELECT 1;\n"));
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!((code, stderr), (2, format!("migrations/V0003__worse.up.sql: {told}")));
    assert_eq!(workshop.rows("SELECT t.* FROM tasks t").await, ["1|good"]);
}

#[tokio::test]
async fn what_holds_nothing_may_go_without_a_copy() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    fine(&workshop, &["up"]);
    fine(&workshop, &["down"]);
    fine(&workshop, &["up"]);
    workshop.client.batch_execute("INSERT INTO gateway.first VALUES (1)").await.unwrap();
    let (code, _, stderr) = workshop.migrate(&["down"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("would lose the table gateway.first"), "{stderr}");
    assert_eq!(workshop.rows("SELECT id FROM gateway.first").await, ["1"]);
}

#[tokio::test]
async fn a_step_that_drops_in_both_directions_goes_back_and_forth() {
    let workshop =
        frozen("CREATE TABLE tasks (id int PRIMARY KEY, old text); INSERT INTO tasks VALUES (1, 'a')").await;
    second(
        &workshop,
        "swap",
        "-- gateway: phase=contract transaction=on reversible=archive\n\
         ALTER TABLE public.tasks DROP COLUMN old;\nALTER TABLE public.tasks ADD COLUMN new text;\n",
        "ALTER TABLE public.tasks DROP COLUMN new;\nALTER TABLE public.tasks ADD COLUMN old text;",
    );
    fine(&workshop, &["up"]);
    workshop.client.batch_execute("UPDATE tasks SET new = 'b'").await.unwrap();
    for _ in 0..2 {
        fine(&workshop, &["down"]);
        assert_eq!(workshop.rows("SELECT id, old FROM tasks").await, ["1|a"]);
        fine(&workshop, &["up"]);
        assert_eq!(workshop.rows("SELECT id, new FROM tasks").await, ["1|b"]);
    }
}

#[tokio::test]
async fn an_identity_and_a_new_parent_come_back() {
    let workshop = frozen("CREATE TABLE tasks (id int PRIMARY KEY); INSERT INTO tasks VALUES (1), (2)").await;
    // The column is dropped before the table that it names.
    let up = format!(
        "{ARCHIVE}CREATE TABLE public.owners (id int PRIMARY KEY);
ALTER TABLE public.tasks ADD COLUMN number int GENERATED ALWAYS AS IDENTITY, ADD COLUMN owner int REFERENCES public.owners;
"
    );
    second(
        &workshop,
        "owners",
        &up,
        "ALTER TABLE public.tasks DROP COLUMN owner, DROP COLUMN number;\nDROP TABLE public.owners;",
    );
    fine(&workshop, &["up"]);
    workshop
        .client
        .batch_execute(
            "INSERT INTO owners VALUES (7); UPDATE tasks SET owner = 7 WHERE id = 2; DELETE FROM tasks WHERE id = 1;
            INSERT INTO tasks VALUES (3)",
        )
        .await
        .unwrap();
    let before = workshop.rows("SELECT t.* FROM tasks t ORDER BY id").await;
    fine(&workshop, &["down"]);
    fine(&workshop, &["up"]);
    assert_eq!(workshop.rows("SELECT t.* FROM tasks t ORDER BY id").await, before);
    let identity =
        "SELECT attidentity FROM pg_attribute WHERE attrelid = 'tasks'::regclass AND attname = 'number'";
    assert_eq!(workshop.rows(identity).await, ["a"]);
    assert!(workshop.client.batch_execute("UPDATE tasks SET number = 9").await.is_err());
}

#[tokio::test]
async fn rows_that_a_policy_hides_are_no_reason_to_copy_only_the_others() {
    let workshop =
        frozen("CREATE ROLE archivist LOGIN PASSWORD 'archivist'; CREATE TABLE tasks (id int PRIMARY KEY)")
            .await;
    second(
        &workshop,
        "notes",
        &format!(
            "{ARCHIVE}CREATE TABLE public.notes (id int PRIMARY KEY);\nALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n\
             ALTER TABLE public.notes FORCE ROW LEVEL SECURITY;\nCREATE POLICY few ON public.notes USING (id < 2);\n"
        ),
        "DROP TABLE public.notes;",
    );
    fine(&workshop, &["up"]);
    workshop
        .client
        .batch_execute(
            "INSERT INTO notes VALUES (1), (2); ALTER TABLE notes OWNER TO archivist;
            ALTER TABLE gateway.schema_history OWNER TO archivist; ALTER TABLE gateway.migration_down OWNER TO archivist;
            ALTER TABLE gateway.migration_step OWNER TO archivist; ALTER TABLE gateway.baseline OWNER TO archivist;
            ALTER TABLE gateway.baseline_object OWNER TO archivist; ALTER SCHEMA gateway OWNER TO archivist;
            ALTER SCHEMA public OWNER TO archivist; GRANT SELECT ON ALL TABLES IN SCHEMA public, gateway TO archivist;
            DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO archivist', current_database()); END $$",
        )
        .await
        .unwrap();
    let (code, _, stderr) = workshop.migrate_as("archivist", &["down"]);
    assert_eq!(code, 2, "{stderr}");
    assert!(
        stderr.contains(
            "while keeping the table public.notes: SQLSTATE 42501: query would be affected by row-level security policy for \
             table \"notes\""
        ),
        "{stderr}"
    );
    assert_eq!(workshop.rows("SELECT id FROM notes ORDER BY id").await, ["1", "2"]);
}

#[tokio::test]
async fn a_table_that_is_emptied_is_a_loss() {
    let workshop = Workshop::open(&[]).await;
    workshop.write(
        "V0001__first.up.sql",
        &format!("{ARCHIVE}CREATE TABLE gateway.first (id int PRIMARY KEY);\n"),
    );
    workshop.write("V0001__first.down.sql", &format!("{DOWN}DROP TABLE gateway.first;\n"));
    let down = format!("{DOWN}TRUNCATE gateway.first;\nINSERT INTO gateway.first VALUES (8), (9);\n");
    for (number, promise) in ["archive", "lossless", "lossy"].into_iter().enumerate() {
        let stem = format!("V{:04}__more", number + 2);
        let up = format!("-- gateway: phase=expand transaction=on reversible={promise}\nSELECT 1;\n");
        workshop.write(&format!("{stem}.up.sql"), &up);
        workshop.write(&format!("{stem}.down.sql"), &down);
    }
    fine(&workshop, &["up"]);
    workshop.client.batch_execute("INSERT INTO gateway.first VALUES (1), (2)").await.unwrap();
    for (version, told) in [
        (4, "V0004__more.down.sql: is lossy: it would lose 2 rows of gateway.first"),
        (
            3,
            "V0003__more.down.sql: would lose 2 rows of gateway.first, and `reversible=lossless` keeps no copy",
        ),
        (
            2,
            "V0002__more.down.sql: would lose 2 rows of gateway.first, and `reversible=archive` cannot bring it back",
        ),
    ] {
        let (code, _, stderr) = workshop.migrate(&["down"]);
        assert_eq!(code, 2);
        assert!(stderr.contains(told), "{stderr}");
        assert_eq!(workshop.rows("SELECT id FROM gateway.first ORDER BY id").await, ["1", "2"]);
        let sql = format!("DELETE FROM gateway.schema_history WHERE version = {version}");
        workshop.client.batch_execute(&sql).await.unwrap();
    }
}

#[tokio::test]
async fn copies_are_taken_up_only_by_the_migration_that_made_them() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    let up = format!("{ARCHIVE}CREATE TABLE gateway.kept (id int PRIMARY KEY);\n");
    second(&workshop, "kept", &up, "DROP TABLE gateway.kept;");
    fine(&workshop, &["up"]);
    workshop.client.batch_execute("INSERT INTO gateway.kept VALUES (1)").await.unwrap();
    fine(&workshop, &["down"]);
    let help = "help: give it another number, or the file back that made them; or take the copies over by hand and \
                delete their rows from gateway_archive.content\n\n1 mistake\nnothing was begun\n";
    let kept = "gateway_archive keeps what V0002__kept dropped when it was taken back, and";
    second(&workshop, "kept", &up.replace("archive", "lossless"), "DROP TABLE gateway.kept;");
    let told = format!(
        "migrations/V0002__kept.up.sql: {kept} this file, without `reversible=archive`, would not bring it back\n{help}"
    );
    assert_eq!(workshop.migrate(&["up"]), (2, String::new(), told));
    workshop.remove("V0002__kept");
    second(&workshop, "other", &up, "DROP TABLE gateway.kept;");
    let told = format!(
        "migrations/V0002__other.up.sql: {kept} this file, of another name, would not bring it back\n{help}"
    );
    assert_eq!(workshop.migrate(&["up"]), (2, String::new(), told));
    workshop.remove("V0002__other");
    second(&workshop, "kept", &up, "DROP TABLE gateway.kept;");
    fine(&workshop, &["up"]);
    assert_eq!(workshop.rows("SELECT id FROM gateway.kept").await, ["1"]);
}
