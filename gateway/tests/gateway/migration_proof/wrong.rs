//! Migrations with a way back that is not one: verify finds each, and names what is wrong.

use gateway::{
    db::url::DatabaseUrl,
    migrate::{
        adopt::{Adopted, Adoption, adopt},
        verify::{Proof, Request, Source, verify},
    },
};

use super::{
    folder::{Files, Written},
    sql::Sql,
};
use crate::house;

const LOSSLESS: &str = "phase=expand transaction=on reversible=lossless";
const ARCHIVE: &str = "phase=expand transaction=on reversible=archive";
const CONTRACT: &str = "phase=contract transaction=on reversible=archive";
const MIGRATE: &str = "phase=migrate transaction=on reversible=lossless";
const LOSSY: &str = "phase=contract transaction=on reversible=lossy";

/// A migration, and everything that is found.
const WRONG: &[(Written<'static>, &str)] = &[
    (
        (
            LOSSLESS,
            "CREATE INDEX tasks_by_title ON public.tasks (title); CREATE INDEX tasks_by_due ON public.tasks (due_at);",
            "DROP INDEX public.tasks_by_title;",
        ),
        "down: the schema is not as it was before\n  index public.tasks_by_due: added\n    + CREATE INDEX tasks_by_due ON \
         public.tasks USING btree (due_at)\nup after down: does not work\n",
    ),
    (
        (LOSSLESS, "ALTER TABLE public.tasks ADD note text;", "ALTER TABLE public.tasks DROP note;"),
        "down: does not work\n  ",
    ),
    (
        (
            LOSSLESS,
            "ALTER TABLE public.tasks ADD note text; UPDATE public.tasks SET priority = priority + 1 WHERE id = 1;",
            "UPDATE public.tasks SET note = NULL, priority = priority - 1 WHERE id = 1; ALTER TABLE public.tasks DROP note;",
        ),
        "up: rows that were there are not as they were\n  public.tasks.priority: 1 row changed, key 1\n",
    ),
    ((LOSSLESS, "SELECT 1;", "DELETE FROM public.tasks WHERE id = 1;"), "down: does not work\n  "),
    (
        (
            CONTRACT,
            "ALTER TABLE public.tasks DROP priority;",
            "ALTER TABLE public.tasks ADD priority integer NOT NULL DEFAULT 0;",
        ),
        "down: the schema is not as it was before\n  column public.tasks.priority: changed\n    + default 0\n",
    ),
    (
        (
            LOSSLESS,
            "ALTER TABLE public.tasks ALTER title TYPE varchar(300);",
            "ALTER TABLE public.tasks ALTER title TYPE varchar(255);",
        ),
        "down: does not work\n",
    ),
    (
        (
            ARCHIVE,
            "ALTER TABLE public.tags ALTER color DROP NOT NULL;",
            "ALTER TABLE public.tags ALTER color SET NOT NULL;",
        ),
        "down: does not work\n",
    ),
    (
        (MIGRATE, "UPDATE public.tasks SET title = upper(title);", "SELECT 1;"),
        "down: rows are not as they were before\n  public.tasks.title: ",
    ),
    ((LOSSLESS, "ALTER TABLE public.nothing ADD a integer;", "SELECT 1;"), "up: does not work\n"),
];

const RIGHT: &[Written<'static>] = &[
    // Expand, migrate, contract: the whole way of a column that changes its name.
    (ARCHIVE, "ALTER TABLE public.tasks ADD rank integer;", "ALTER TABLE public.tasks DROP rank;"),
    (
        MIGRATE,
        "UPDATE public.tasks SET rank = priority WHERE rank IS NULL;",
        "SELECT 1;",
    ),
    (
        "phase=expand transaction=off reversible=lossless",
        "CREATE INDEX CONCURRENTLY tasks_by_rank ON public.tasks (rank);",
        "DROP INDEX CONCURRENTLY public.tasks_by_rank;",
    ),
    (
        CONTRACT,
        "ALTER TABLE public.tasks DROP estimate_hours;",
        "ALTER TABLE public.tasks ADD estimate_hours double precision;",
    ),
    // A tree of tables with most types that there are, written by triggers and referred to from each other.
    (
        ARCHIVE,
        "CREATE SCHEMA shop;
        CREATE TYPE shop.mood AS ENUM ('low', 'high');
        CREATE DOMAIN shop.percent AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
        CREATE TABLE shop.place (id bigserial PRIMARY KEY, code char(3) NOT NULL UNIQUE CHECK (code ~ '^[A-Z][0-9]{2}$'),
            parent_id bigint REFERENCES shop.place, at point, seen tstzrange, tags text[] NOT NULL DEFAULT '{}');
        CREATE TABLE shop.visit (place_id bigint NOT NULL REFERENCES shop.place, user_id integer NOT NULL REFERENCES
            public.users, kind text NOT NULL CHECK (kind IN ('short', 'long')), mood shop.mood, share shop.percent,
            raw bytea, data jsonb, took interval, ip inet, PRIMARY KEY (place_id, user_id, kind));
        CREATE TABLE shop.log (said text, at timestamptz DEFAULT now());",
        "DROP TABLE shop.log, shop.visit, shop.place; DROP DOMAIN shop.percent; DROP TYPE shop.mood; DROP SCHEMA shop;",
    ),
];

async fn prove(files: &Files, database: &str) -> Proof {
    let source = Source::Copy(Box::new(DatabaseUrl::parse(database).unwrap()));
    let request = Request { folder: &files.read(), source, only: None, binaries: None, watch: &|_| {} };
    verify(&request, std::future::pending()).await.unwrap()
}

/// The sample's database, which Alembic has left to us.
async fn adopted() -> String {
    let database = house::database();
    let sql = Sql::open(&database).await;
    let adopted = adopt(&sql.client, Adoption { freeze: true, accept: false }).await.unwrap();
    assert!(matches!(adopted, Adopted::Recorded { .. }), "{adopted:?}");
    database
}

#[tokio::test]
async fn what_cannot_be_taken_back_is_found_and_named() {
    let database = adopted().await;
    for (migration, expected) in WRONG {
        let proof = prove(&Files::write(&[*migration]), &database).await;
        let found: Vec<_> = proof.verdicts[0].findings.iter().map(ToString::to_string).collect();
        let found = found.join("\n") + "\n";
        assert!(found.starts_with(expected), "{migration:?}\n{found}\nexpected\n{expected}");
        assert!(!proof.is_whole());
    }
}

#[tokio::test]
async fn what_can_be_taken_back_is_proved() {
    let proof = prove(&Files::write(RIGHT), &adopted().await).await;
    for verdict in &proof.verdicts {
        let found: Vec<_> = verdict.findings.iter().map(ToString::to_string).collect();
        assert!(verdict.is_proved(), "{}\n{}\n{:#?}", verdict.migration, found.join("\n"), verdict.notes);
    }
    let probes: Vec<_> =
        proof.verdicts.iter().map(|verdict| (verdict.probe_rows, verdict.notes.len())).collect();
    assert_eq!(probes, [(3, 0), (0, 1), (2, 0), (2, 1), (6, 0)], "{:#?}", proof.verdicts);
}

/// What is lost is told and accepted; the schema has to come back all the same.
#[tokio::test]
async fn a_lossy_migration_is_judged_by_its_schema_and_its_losses_are_told() {
    let database = adopted().await;
    let lossy = (
        LOSSY,
        "ALTER TABLE public.tasks DROP estimate_hours;",
        "ALTER TABLE public.tasks ADD estimate_hours double precision;",
    );
    let proof = prove(&Files::write(&[lossy]), &database).await;
    assert!(proof.is_whole(), "{proof:#?}");
    let lost = proof.verdicts[0].notes.iter();
    let lost: Vec<_> =
        lost.filter(|note| note.starts_with("lost by the way down: public.tasks.estimate_hours: ")).collect();
    assert_eq!(lost.len(), 1, "{:#?}", proof.verdicts[0].notes);
    assert!(lost[0].contains(" rows changed, key "), "{lost:?}");

    let other = (LOSSY, lossy.1, "ALTER TABLE public.tasks ADD estimate_hours real;");
    let proof = prove(&Files::write(&[other]), &database).await;
    let found: Vec<_> = proof.verdicts[0].findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "down: the schema is not as it was before\n  column public.tasks.estimate_hours: changed\n    - type double precision\n    + type real"
        ]
    );
}

/// As after `--baseline` with a schema alone.
#[tokio::test]
async fn a_table_without_rows_gets_one_before_the_way_up() {
    let database = adopted().await;
    let sql = Sql::open(&database).await;
    sql.run(
        "TRUNCATE public.tasks CASCADE; CREATE TABLE public.shut (a int, CONSTRAINT never CHECK (false))",
    )
    .await;
    drop(sql);
    let shut = "public.shut: no row was there, and none could be written (new row for relation \"shut\" violates check \
                constraint \"never\"): what the way up does to rows is not proved";
    let spoils = (MIGRATE, "UPDATE public.tasks SET title = upper(title);", "SELECT 1;");
    let proof = prove(&Files::write(&[spoils]), &database).await;
    let found: Vec<_> = proof.verdicts[0].findings.iter().map(ToString::to_string).collect();
    let expected = "down: rows are not as they were before\n  public.tasks.title: 1 row changed, key ";
    assert!(found.len() == 1 && found[0].starts_with(expected), "{found:#?}");
    assert_eq!(proof.verdicts[0].notes, [shut]);

    // A row that is there is no invention, what it holds is.
    let needs = (LOSSLESS, "ALTER TABLE public.tasks ADD rank int NOT NULL;", "SELECT 1;");
    let proof = prove(&Files::write(&[needs]), &database).await;
    let found = proof.verdicts[0].findings[0].to_string();
    assert!(found.starts_with("up: does not work\n") && found.contains("SQLSTATE 23502"), "{found}");
    let narrow = (
        LOSSLESS,
        "ALTER TABLE public.tasks ADD CONSTRAINT short CHECK (title IN ('a', 'b'));",
        "ALTER TABLE public.tasks DROP CONSTRAINT short;",
    );
    let proof = prove(&Files::write(&[narrow]), &database).await;
    assert!(proof.is_whole(), "{proof:#?}");
    let note = &proof.verdicts[0].notes[0];
    assert!(note.starts_with("with a probe row in each empty table the way up does not work"), "{note}");
    assert!(note.contains("SQLSTATE 23514"), "{note}");
}
