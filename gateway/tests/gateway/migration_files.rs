//! `migrate lint` and `migrate new`: what they print, what they write, and how they end. Neither asks a database.

use std::{fs, path::Path};

use compat_tests::{gateway_process::Refusal, repository};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::command;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("migrations")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("migrations").join(name), text).unwrap();
    }
    folder
}

fn migrate(folder: &Path, arguments: &[&str]) -> Refusal {
    command(&[&["migrate"], arguments].concat(), folder, &[])
}

const UP: &str = "-- gateway: phase=expand transaction=on reversible=lossless\n";
const DOWN: &str = "-- gateway: transaction=on\n";

#[test]
fn the_migrations_of_the_project_are_clean() {
    let lint = migrate(&repository(), &["lint", "--dir", "migrations"]);
    assert!(lint.stdout.ends_with(": nothing found\n"), "{lint:?}");
    assert_eq!((lint.code, lint.stderr.as_str()), (Some(0), ""));
}

#[test]
fn every_finding_is_told_with_its_place_its_rule_and_what_to_do() {
    let up = format!(
        "{UP}ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;\nALTER TABLE public.a\n  RENAME x TO y;\n"
    );
    let down = format!("{DOWN}ALTER TABLE public.a DROP CONSTRAINT c;\nDROP INDEX public.i;\n");
    let desk = folder(&[("V0001__a.up.sql", &up), ("V0001__a.down.sql", &down)]);
    let lint = migrate(desk.path(), &["lint"]);
    assert_eq!(lint.code, Some(1), "{lint:?}");
    assert_eq!(
        lint.stdout,
        "\
migrations/V0001__a.down.sql:3:1: lossless-down: takes public.i away, which the up did not make
3 | DROP INDEX public.i;
  | ^^^^^^^^^^^^^^^^^^^
help: write `reversible=archive`, which keeps a copy for the next up, or `reversible=lossy`

migrations/V0001__a.down.sql:3:1: require-concurrent-index-deletion: everybody waits: A normal `DROP INDEX` acquires an \
`ACCESS EXCLUSIVE` lock on the table, blocking other accesses until the index drop can complete.
3 | DROP INDEX public.i;
  | ^^^^^^^^^^^^^^^^^^^^
help: Drop the index `CONCURRENTLY`.

migrations/V0001__a.up.sql:2:1: hint, not-validated: the constraint c of public.a is not checked for the rows that are \
there, and no later migration validates it
2 | ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
help: validate it in a later migration: `ALTER TABLE … VALIDATE CONSTRAINT …`

migrations/V0001__a.up.sql:4:3: destructive: renames (public.a) in phase expand
4 |   RENAME x TO y;
  |   ^^^^^^^^^^^^^
help: move it to a migration with `phase=contract`, applied when no running code uses it any more

1 migration: 3 errors, 1 hint
"
    );
    let lint = migrate(desk.path(), &["lint", "--json"]);
    let told: Value = serde_json::from_str(&lint.stdout).unwrap();
    assert_eq!(lint.code, Some(1));
    assert_eq!(told["migrations"], 1);
    let expected = json!({
        "rule": "destructive",
        "level": "error",
        "file": "migrations/V0001__a.up.sql",
        "line": 4,
        "column": 3,
        "what": "renames (public.a) in phase expand",
        "help": "move it to a migration with `phase=contract`, applied when no running code uses it any more",
    });
    assert_eq!(told["findings"][3], expected);
}

#[test]
fn a_hint_alone_is_no_failure() {
    let up = format!("{UP}ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;\n");
    let desk = folder(&[("V0001__a.up.sql", &up), ("V0001__a.down.sql", DOWN)]);
    let lint = migrate(desk.path(), &["lint"]);
    assert!(lint.stdout.ends_with("1 migration: 1 hint\n"), "{lint:?}");
    assert_eq!(lint.code, Some(0));
}

#[test]
fn what_is_no_folder_of_migrations_is_told_before_any_rule() {
    let desk = folder(&[("V0001__a.up.sql", UP), ("V0003__b.up.sql", "SELECT 1;")]);
    let lint = migrate(desk.path(), &["lint"]);
    assert_eq!((lint.code, lint.stdout.as_str()), (Some(2), ""), "{lint:?}");
    assert!(lint.stderr.ends_with("\n\n4 mistakes\n"), "{lint:?}");
    let lint = migrate(desk.path(), &["lint", "--dir", "elsewhere"]);
    assert_eq!(lint.code, Some(2));
    assert_eq!(
        lint.stderr,
        "elsewhere: cannot be read: No such file or directory (os error 2)\n\
         help: name the folder in MIGRATIONS_DIR, or make it: `gateway migrate new NAME` begins one\n\n1 mistake\n"
    );
}

#[test]
fn neither_verb_needs_the_settings_of_a_server() {
    let desk = folder(&[]);
    let environment =
        [("MIGRATIONS_DIR", "sql/changes"), ("LEGACY_URL", "no url"), ("DATABASE_URL", "neither")];
    let new = command(&["migrate", "new", "first"], desk.path(), &environment);
    assert_eq!(new.stdout, "sql/changes/V0001__first.up.sql\nsql/changes/V0001__first.down.sql\n", "{new:?}");
    let lint = command(&["migrate", "lint"], desk.path(), &environment);
    assert_eq!(lint.code, Some(1), "a migration that is only begun is not done: {lint:?}");
    assert!(lint.stdout.contains("V0001__first.up.sql:1:1: empty-up: holds no statement\n"), "{lint:?}");
    fs::write(desk.path().join(".env"), "MIGRATIONS_DIR='open").unwrap();
    let lint = command(&["migrate", "lint"], desk.path(), &[]);
    assert_eq!(lint.code, Some(2), "which folder is meant is not known: {lint:?}");
    assert!(lint.stderr.starts_with(".env:1:"), "{lint:?}");
}

#[test]
fn new_takes_the_next_number_and_writes_nothing_over() {
    let desk = folder(&[("V0006__six.up.sql", ""), ("V0007__seven.down.sql", "mine")]);
    let new = migrate(desk.path(), &["new", "drop_rank", "--phase", "contract", "--reversible", "archive"]);
    assert_eq!(new.stdout, "migrations/V0008__drop_rank.up.sql\nmigrations/V0008__drop_rank.down.sql\n");
    assert_eq!((new.code, new.stderr.as_str()), (Some(0), ""));
    let read = |name: &str| fs::read_to_string(desk.path().join("migrations").join(name)).unwrap();
    assert_eq!(
        read("V0008__drop_rank.up.sql"),
        "-- gateway: phase=contract transaction=on reversible=archive\n\
         -- Takes away what no running code uses any more: apply it when the version before is gone everywhere.\n"
    );
    assert_eq!(
        read("V0008__drop_rank.down.sql"),
        "-- gateway: transaction=on\n\
         -- Takes the up back. What it drops is copied to gateway_archive first, and the next up brings it back.\n"
    );
    let again = migrate(desk.path(), &["new", "seven"]);
    assert_eq!(again.code, Some(2));
    assert_eq!(
        again.stderr,
        "`migrations/V0007__seven.down.sql` has the name that the migration would have\n"
    );
    assert_eq!(read("V0007__seven.down.sql"), "mine");
    let index = migrate(desk.path(), &["new", "index_rank", "--no-transaction"]);
    assert_eq!(index.code, Some(0), "{index:?}");
    assert!(
        read("V0009__index_rank.up.sql")
            .starts_with("-- gateway: phase=expand transaction=off reversible=lossless\n")
    );
    assert!(read("V0009__index_rank.down.sql").starts_with("-- gateway: transaction=off\n"));
}

#[test]
fn new_refuses_what_could_not_be_read_again() {
    let desk = folder(&[("V9999__last.up.sql", "")]);
    let bad = migrate(desk.path(), &["new", "Add-priority"]);
    assert_eq!(bad.code, Some(2));
    assert_eq!(
        bad.stderr,
        "`Add-priority` cannot be a migration's name: it is made of a-z, 0-9 and _, as in `add_priority`\n"
    );
    assert_eq!(migrate(desk.path(), &["new", "x", "--phase", "expnd"]).code, Some(2));
    let full = migrate(desk.path(), &["new", "x"]);
    assert_eq!((full.code, full.stderr.as_str()), (Some(2), "V9999 is the last number\n"));
    let file = migrate(desk.path(), &["new", "x", "--dir", "migrations/V9999__last.up.sql"]);
    assert_eq!(file.code, Some(3), "{file:?}");
    assert_eq!(fs::read_dir(desk.path().join("migrations")).unwrap().count(), 1);
}
