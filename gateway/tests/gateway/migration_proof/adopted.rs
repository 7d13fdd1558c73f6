//! Taking over what Alembic manages, and what is told of those who change it afterwards.

use std::path::Path;

use compat_tests::gateway_process::Refusal;

use super::{folder::Files, sql::Sql};
use crate::house;

pub(super) fn migrate(arguments: &[&str], database: &str, folder: &Path) -> Refusal {
    let arguments: Vec<_> = ["migrate"].iter().chain(arguments).copied().collect();
    let environment =
        [("ENVIRONMENT", "test"), ("DATABASE_URL", database), ("MIGRATIONS_DIR", folder.to_str().unwrap())];
    house::command(&arguments, folder, &environment)
}

const NONE: &[super::folder::Written<'static>] = &[];

fn empty() -> Files {
    Files::write(NONE)
}

#[tokio::test]
async fn a_database_is_adopted_once_and_then_frozen() {
    let (database, files) = (house::database(), empty());
    let first = migrate(&["adopt"], &database, files.path());
    assert_eq!(first.code, Some(0), "{first:?}");
    let mut lines = first.stdout.lines();
    assert!(lines.next().unwrap().starts_with("adopted: "), "{first:?}");
    let owner = "Alembic is at e91b38f6a052 and owns its tables: our migrations may change schema gateway";
    assert_eq!(lines.next(), Some(owner));

    let second = migrate(&["adopt"], &database, files.path());
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.stdout.starts_with("adopted before, at "), "{second:?}");
    let frozen = migrate(&["adopt", "--freeze"], &database, files.path());
    assert_eq!(
        frozen.stdout,
        "frozen\nAlembic ended at e91b38f6a052: our migrations may change every table\n"
    );
    let sql = Sql::open(&database).await;
    assert_eq!(sql.texts("SELECT is_frozen::text FROM gateway.baseline").await, ["true"]);
}

#[tokio::test]
async fn what_cannot_be_adopted_is_told_with_the_remedy() {
    let cases = [
        (
            "DROP TABLE alembic_version",
            "not adopted: the database has no table `alembic_version`\nhelp: see that DIRECT_DATABASE_URL is the legacy's \
             database; a schema that was made without Alembic gets its revision with `alembic stamp head`\n",
        ),
        (
            "DELETE FROM alembic_version",
            "not adopted: `public.alembic_version` is empty: Alembic was never run here\nhelp: run `alembic upgrade \
             head`, or `alembic stamp head` where the tables exist\n",
        ),
        (
            "INSERT INTO alembic_version VALUES ('aaaa')",
            "not adopted: Alembic has several heads here: aaaa, e91b38f6a052\nhelp: join them with `alembic merge \
             heads` and run `alembic upgrade head`\n",
        ),
    ];
    for (change, told) in cases {
        let (database, files) = (house::database(), empty());
        let sql = Sql::open(&database).await;
        sql.run(change).await;
        let refused = migrate(&["adopt"], &database, files.path());
        assert_eq!((refused.code, refused.stderr.as_str()), (Some(2), told));
        assert_eq!(sql.texts("SELECT to_regnamespace('gateway')::text").await, [""]);
    }
}

#[tokio::test]
async fn a_change_by_hand_is_shown_object_by_object_until_it_is_accepted() {
    let (database, files) = (house::database(), empty());
    assert_eq!(migrate(&["adopt"], &database, files.path()).code, Some(0));
    assert_eq!(migrate(&["status"], &database, files.path()).code, Some(0));
    let sql = Sql::open(&database).await;
    sql.run(
        "CREATE INDEX by_hand ON tasks (title); ALTER TABLE tags ALTER color DROP NOT NULL;
        ALTER TABLE users ADD nickname text DEFAULT 'x'; CREATE TABLE extra (id integer PRIMARY KEY, a text);
        DROP TABLE task_tags; UPDATE alembic_version SET version_num = 'ffff'",
    )
    .await;
    let drift = "\
revision alembic_version: changed
  - e91b38f6a052
  + ffff
table public.extra: added
  + table
  + owner gateway
  and 3 objects of it
table public.task_tags: removed
  - table
  - owner gateway
  and 6 objects of it
column public.tags.color: changed
  - not null
column public.users.nickname: added
  + type text
  + default 'x'::text
index public.by_hand: added
  + CREATE INDEX by_hand ON public.tasks USING btree (title)
";
    let status = migrate(&["status"], &database, files.path());
    assert_eq!(status.code, Some(1), "{status:?}");
    for line in drift.lines() {
        assert!(status.stdout.contains(line.trim_start()), "{line} is not told: {}", status.stdout);
    }
    let refused = migrate(&["adopt", "--freeze"], &database, files.path());
    let help =
        "help: undo it; or, when it is as it should be, run `gateway migrate adopt --accept` to record it\n";
    let told = format!("{drift}\nnot adopted: the schema is not as it was when it was adopted\n{help}");
    assert_eq!((refused.code, refused.stderr), (Some(1), told));
    assert_eq!(sql.texts("SELECT is_frozen::text FROM gateway.baseline").await, ["false"]);

    let accepted = migrate(&["adopt", "--accept"], &database, files.path());
    assert_eq!(accepted.code, Some(0), "{accepted:?}");
    assert!(accepted.stdout.starts_with(drift), "{accepted:?}");
    assert_eq!(migrate(&["status"], &database, files.path()).code, Some(0));
}

#[tokio::test]
async fn what_our_own_migrations_do_is_no_drift_and_hides_none() {
    let database = house::database();
    let files = Files::write(&[
        (
            "phase=expand transaction=on reversible=archive",
            "ALTER TABLE public.tasks ADD note text;",
            "ALTER TABLE public.tasks DROP note;",
        ),
        (
            "phase=expand transaction=off reversible=lossless",
            "CREATE INDEX CONCURRENTLY by_note ON public.tasks (note);",
            "DROP INDEX CONCURRENTLY public.by_note;",
        ),
    ]);
    assert_eq!(migrate(&["adopt", "--freeze"], &database, files.path()).code, Some(0));
    let sql = Sql::open(&database).await;
    sql.run("CREATE INDEX by_hand ON tasks (title)").await;
    let drift = || async { gateway::migrate::drift::find(&sql.client).await.unwrap() };
    for verb in [&["up"][..], &["down", "--steps", "2"], &["up"]] {
        let done = migrate(verb, &database, files.path());
        assert_eq!(done.code, Some(0), "{done:?}");
        let found: Vec<_> = drift().await.iter().map(|drift| drift.name.clone()).collect();
        assert_eq!(found, ["public.by_hand"], "{verb:?}");
    }
}
