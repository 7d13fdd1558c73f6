//! A way down that loses nothing: what it drops comes back with the next way up, and with what was written between.

use super::workshop::{Workshop, table};

const ARCHIVE: &str = "-- gateway: phase=expand transaction=on reversible=archive\n";
const DOWN: &str = "-- gateway: transaction=on\n";

/// Types, keys, sequences, generated columns, tables that name each other, a trigger and a row of the step's own.
fn shapes() -> (&'static str, String, String) {
    let up = format!(
        "{ARCHIVE}CREATE TYPE gateway.colour AS ENUM ('red', 'green');
CREATE TABLE gateway.\"Tag\" (id serial PRIMARY KEY, name text NOT NULL, colour gateway.colour, main int);
CREATE TABLE gateway.part (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tag int NOT NULL REFERENCES gateway.\"Tag\",
    twice int GENERATED ALWAYS AS (tag * 2) STORED,
    at timestamptz NOT NULL DEFAULT '2026-01-05 09:30:00.123456Z'
);
ALTER TABLE gateway.\"Tag\" ADD CONSTRAINT main FOREIGN KEY (main) REFERENCES gateway.part;
INSERT INTO gateway.\"Tag\" (name) VALUES ('seed');
CREATE FUNCTION gateway.shout() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name := upper(NEW.name);
    RETURN NEW;
END $$;
CREATE TRIGGER shout BEFORE INSERT ON gateway.\"Tag\" FOR EACH ROW EXECUTE FUNCTION gateway.shout();
ALTER TABLE gateway.first ADD COLUMN label text DEFAULT 'none', ADD COLUMN colour gateway.colour;
"
    );
    let down = format!(
        "{DOWN}ALTER TABLE gateway.first DROP COLUMN label, DROP COLUMN colour;
DO $$ BEGIN DROP TABLE gateway.part, gateway.\"Tag\" CASCADE; END $$;
DROP FUNCTION gateway.shout;
DROP TYPE gateway.colour;
"
    );
    ("V0002__shapes", up, down)
}

const EVERYTHING: [&str; 3] = [
    "SELECT t.* FROM gateway.\"Tag\" t ORDER BY id",
    "SELECT p.* FROM gateway.part p ORDER BY id",
    "SELECT f.id, f.note, f.label, f.colour FROM gateway.first f ORDER BY id",
];

async fn everything(workshop: &Workshop) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for sql in EVERYTHING {
        all.push(workshop.rows(sql).await);
    }
    all
}

#[tokio::test]
async fn what_a_way_down_drops_the_next_way_up_brings_back() {
    // The first migration of the frozen kind may hold what a reader cannot see through: this one owns its tables.
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    freeze(&workshop).await;
    let (stem, up, down) = shapes();
    workshop.write(&format!("{stem}.up.sql"), &up);
    workshop.write(&format!("{stem}.down.sql"), &down);
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(code, 0, "{stderr}");
    workshop
        .client
        .batch_execute(
            "INSERT INTO gateway.\"Tag\" (name, colour) VALUES ('a', 'red'), ('b', 'green'), ('c', NULL);
            INSERT INTO gateway.part (tag) VALUES (2), (3);
            UPDATE gateway.\"Tag\" SET main = 1 WHERE id = 2;
            DELETE FROM gateway.\"Tag\" WHERE id = 1;
            INSERT INTO gateway.first VALUES (1, 'one', 'mine', 'green'), (2, 'two', NULL, NULL)",
        )
        .await
        .unwrap();
    let before = everything(&workshop).await;
    assert_eq!(before[0], ["2|A|red|1", "3|B|green|", "4|C||"]);

    let (code, _, stderr) = workshop.migrate(&["down"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(!workshop.is_there("gateway.part").await);
    // Life goes on without them: one row goes, one comes.
    workshop
        .client
        .batch_execute(
            "DELETE FROM gateway.first WHERE id = 2; INSERT INTO gateway.first VALUES (3, 'three')",
        )
        .await
        .unwrap();
    let (code, _, stderr) = workshop.migrate(&["up"]);
    assert_eq!(code, 0, "{stderr}");
    let after = everything(&workshop).await;
    assert_eq!(after[..2], before[..2]);
    assert_eq!(after[2], ["1|one|mine|green", "3|three|none|"]);
    // Nothing of it is left, and the next row has a number of its own.
    assert_eq!(workshop.rows("SELECT * FROM gateway_archive.content").await, Vec::<String>::new());
    let left =
        "SELECT relname FROM pg_class WHERE relnamespace = 'gateway_archive'::regnamespace AND relkind = 'r'";
    assert_eq!(workshop.rows(left).await, ["content"]);
    workshop
        .client
        .batch_execute(
            "INSERT INTO gateway.\"Tag\" (name) VALUES ('d'); INSERT INTO gateway.part (tag) VALUES (4)",
        )
        .await
        .unwrap();
    assert_eq!(workshop.rows("SELECT id, name FROM gateway.\"Tag\" WHERE name = 'D'").await, ["5|D"]);
    assert_eq!(workshop.rows("SELECT max(id) FROM gateway.part").await, ["3"]);
    let deferred = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable";
    assert_eq!(workshop.rows(deferred).await, ["0"]);
    let disabled = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'";
    assert_eq!(workshop.rows(disabled).await, ["0"]);
}

/// So that migrations may hold what no reader sees through.
async fn freeze(workshop: &Workshop) {
    workshop
        .client
        .batch_execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('a1')")
        .await
        .unwrap();
    let (code, _, stderr) = workshop.migrate(&["adopt", "--freeze"]);
    assert_eq!(code, 0, "{stderr}");
}

#[tokio::test]
async fn a_way_up_that_drops_is_taken_back_with_its_rows() {
    let workshop = Workshop::open(&[table("V0001__first", "first")]).await;
    workshop.write(
        "V0002__without_note.up.sql",
        "-- gateway: phase=contract transaction=on reversible=archive\nALTER TABLE gateway.first DROP COLUMN note;\n",
    );
    workshop.write(
        "V0002__without_note.down.sql",
        &format!("{DOWN}ALTER TABLE gateway.first ADD COLUMN note text;\n"),
    );
    assert_eq!(workshop.migrate(&["up", "--to", "1"]).0, 0);
    workshop.client.batch_execute("INSERT INTO gateway.first VALUES (1, 'kept')").await.unwrap();
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    assert_eq!(workshop.rows("SELECT f.* FROM gateway.first f").await, ["1"]);
    workshop.client.batch_execute("INSERT INTO gateway.first VALUES (2)").await.unwrap();
    assert_eq!(workshop.migrate(&["down"]).0, 0);
    assert_eq!(workshop.rows("SELECT f.* FROM gateway.first f ORDER BY id").await, ["1|kept", "2|"]);
}

#[tokio::test]
async fn what_an_archive_could_not_bring_back_is_refused() {
    let workshop = Workshop::open(&[(
        "V0001__loose",
        format!("{ARCHIVE}CREATE TABLE gateway.loose (a int, b bigint, c text);\n"),
        format!("{DOWN}DROP TABLE gateway.loose;\n"),
    )])
    .await;
    workshop.write("V0002__less.up.sql", &format!("{ARCHIVE}SELECT 1;\n"));
    let down = "ALTER TABLE gateway.loose DROP COLUMN c;\nALTER TABLE gateway.loose ALTER b TYPE int;\nDELETE FROM gateway.loose WHERE a = 1;\n";
    workshop.write("V0002__less.down.sql", &format!("{DOWN}{down}"));
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    workshop.client.batch_execute("INSERT INTO gateway.loose VALUES (1, 1, 'x')").await.unwrap();
    let (code, _, stderr) = workshop.migrate(&["down"]);
    let file = "migrations/V0002__less.down.sql: would lose";
    let help = "help: keep the rows elsewhere in the script itself, or say `reversible=lossy`\n";
    let expected = format!(
        "{file} what of gateway.loose.b does not fit when bigint becomes integer, and `reversible=archive` cannot bring it \
         back: an archive keeps what is dropped, not what is changed\n{help}\n\
         {file} the column c of gateway.loose, and `reversible=archive` cannot bring it back: the table has no primary key \
         by which the rows could be found again\n{help}\n\
         {file} 1 row of gateway.loose, and `reversible=archive` cannot bring it back: an archive keeps what is dropped, \
         not rows that are deleted\n{help}\n3 mistakes\nnothing was begun\n"
    );
    assert_eq!((code, stderr), (2, format!("to be taken back: V0002__less\n{expected}")));
    assert_eq!(workshop.rows("SELECT l.* FROM gateway.loose l").await, ["1|1|x"]);
    assert!(!workshop.is_there("gateway_archive.content").await);
}

#[tokio::test]
async fn a_loss_is_named_and_has_to_be_accepted() {
    let workshop = Workshop::open(&[(
        "V0001__first",
        "-- gateway: phase=expand transaction=on reversible=lossy\nCREATE TABLE gateway.first (id int);\n"
            .to_owned(),
        format!("{DOWN}DROP TABLE gateway.first;\n"),
    )])
    .await;
    assert_eq!(workshop.migrate(&["up"]).0, 0);
    let told = "migrations/V0001__first.down.sql: is lossy: it would lose the table gateway.first\n\
                help: take a backup, then run it with `--accept-data-loss`\n\n1 mistake\nnothing was begun\n";
    assert_eq!(workshop.migrate(&["down"]), (2, String::new(), told.to_owned()));
    assert!(workshop.is_there("gateway.first").await);
    assert_eq!(workshop.migrate(&["down", "--accept-data-loss"]).0, 0);
    assert!(!workshop.is_there("gateway.first").await && !workshop.is_there("gateway_archive.content").await);
}
