//! One bad script and one good for every rule, and the texts of a report.

use std::{collections::BTreeSet, path::Path};

use squawk_linter::Linter;
use strum::IntoEnumIterator;

use super::{
    rules::{Own, SQUAWK, Scope},
    *,
};
use crate::{migrate::header::Header, telemetry::fingerprint::Fingerprint};

const EXPAND: &str = "phase=expand transaction=on reversible=lossless";
const ARCHIVE: &str = "phase=expand transaction=on reversible=archive";
const MIGRATE: &str = "phase=migrate transaction=on reversible=lossless";
const CONTRACT: &str = "phase=contract transaction=on reversible=lossless";
const OUTSIDE: &str = "phase=expand transaction=off reversible=lossless";

/// Header, up, down.
type Scripts<'a> = (&'a str, &'a str, &'a str);

fn migration(version: i32, (header, up, down): Scripts<'_>) -> Migration {
    let script = |path: String, sql: String, is_transactional| Script {
        path: path.into(),
        checksum: Fingerprint::of(&sql),
        sql,
        is_transactional,
    };
    let up = format!("-- gateway: {header}\n{up}\n");
    let (header, is_transactional) = Header::of_up(Path::new("up"), &up).unwrap();
    // A down says for itself how it runs: here as its statements need it.
    let outside = down.to_ascii_lowercase().contains("concurrently");
    let transaction = if outside { "off" } else { "on" };
    let down = format!("-- gateway: transaction={transaction}\n{down}\n");
    Migration {
        version,
        name: "a".to_owned(),
        header,
        up: script(format!("V{version:04}__a.up.sql"), up, is_transactional),
        down: script(format!("V{version:04}__a.down.sql"), down, !outside),
    }
}

fn findings(scripts: &[Scripts<'_>]) -> Vec<Finding> {
    let numbered = (1..).zip(scripts);
    let migrations = numbered.map(|(version, scripts)| migration(version, *scripts)).collect();
    lint(&Folder { path: "m".into(), migrations })
}

fn rules(scripts: &[Scripts<'_>]) -> Vec<String> {
    findings(scripts).into_iter().map(|finding| finding.rule).collect()
}

/// What breaks the rule, and what does not.
const CASES: &[(&str, Scripts<'static>, Scripts<'static>)] = &[
    (
        "syntax",
        (EXPAND, "CREATE TABEL gateway.a (x text);", "SELECT 1;"),
        (ARCHIVE, "CREATE TABLE gateway.a (x text);", "DROP TABLE gateway.a;"),
    ),
    ("empty-up", (EXPAND, "-- nothing yet", ""), (EXPAND, "SELECT 1;", "-- nothing to take back")),
    (
        "transaction-control",
        (EXPAND, "COMMIT; COMMENT ON TABLE gateway.a IS 'x';", "SELECT 1;"),
        (EXPAND, "COMMENT ON TABLE gateway.a IS 'x';", "SELECT 1;"),
    ),
    (
        "needs-no-transaction",
        (EXPAND, "CREATE INDEX CONCURRENTLY i ON public.a (x);", "DROP INDEX CONCURRENTLY public.i;"),
        (OUTSIDE, "CREATE INDEX CONCURRENTLY i ON public.a (x);", "DROP INDEX CONCURRENTLY public.i;"),
    ),
    (
        "needless-no-transaction",
        (OUTSIDE, "ANALYZE public.a;", "SELECT 1;"),
        (OUTSIDE, "VACUUM public.a;", "SELECT 1;"),
    ),
    (
        "not-atomic",
        (OUTSIDE, "VACUUM public.a; INSERT INTO gateway.a VALUES (1);", "SELECT 1;"),
        (OUTSIDE, "VACUUM public.a; ANALYZE gateway.a;", "SELECT 1;"),
    ),
    (
        "unnamed-index",
        (OUTSIDE, "CREATE INDEX CONCURRENTLY ON public.a (x);", "SELECT 1;"),
        (OUTSIDE, "CREATE INDEX CONCURRENTLY i ON public.a (x);", "SELECT 1;"),
    ),
    (
        "session-setting",
        (EXPAND, "SET work_mem = '1GB';", "SELECT 1;"),
        (EXPAND, "SET LOCAL work_mem = '1GB';", "SELECT 1;"),
    ),
    (
        "copy-data",
        (EXPAND, "COPY gateway.a FROM '/x';", "SELECT 1;"),
        (EXPAND, "INSERT INTO gateway.a VALUES (1);", "SELECT 1;"),
    ),
    (
        "bookkeeping",
        (EXPAND, "INSERT INTO gateway.schema_history VALUES (1);", "SELECT 1;"),
        (EXPAND, "CREATE SCHEMA IF NOT EXISTS gateway;", "SELECT 1;"),
    ),
    (
        "bookkeeping",
        (MIGRATE, "UPDATE gateway_archive.x SET a = 1;", "SELECT 1;"),
        (EXPAND, "GRANT USAGE ON SCHEMA gateway TO r;", "SELECT 1;"),
    ),
    (
        "destructive",
        (EXPAND, "ALTER TABLE public.a RENAME x TO y;", "SELECT 1;"),
        (CONTRACT, "ALTER TABLE public.a RENAME x TO y;", "SELECT 1;"),
    ),
    (
        "destructive",
        (MIGRATE, "ALTER TABLE public.a ALTER x TYPE text;", "SELECT 1;"),
        (EXPAND, "CREATE TABLE gateway.a (x int); ALTER TABLE gateway.a ALTER x TYPE text;", "SELECT 1;"),
    ),
    ("unseen", (EXPAND, "DO $$ BEGIN END $$;", "SELECT 1;"), (CONTRACT, "DO $$ BEGIN END $$;", "SELECT 1;")),
    (
        "backfill-in-expand",
        (EXPAND, "UPDATE public.a SET x = 1;", "SELECT 1;"),
        (MIGRATE, "UPDATE public.a SET x = 1;", "SELECT 1;"),
    ),
    (
        "lossless-up",
        (CONTRACT, "ALTER TABLE public.a DROP COLUMN x;", "ALTER TABLE public.a ADD COLUMN x text;"),
        (
            "phase=contract transaction=on reversible=archive",
            "ALTER TABLE public.a DROP COLUMN x;",
            "ALTER TABLE public.a ADD COLUMN x text;",
        ),
    ),
    (
        "lossless-up",
        (MIGRATE, "DELETE FROM public.a WHERE x = 1;", "SELECT 1;"),
        ("phase=migrate transaction=on reversible=lossy", "DELETE FROM public.a WHERE x = 1;", "SELECT 1;"),
    ),
    (
        "lossless-down",
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x text;", "ALTER TABLE public.a DROP COLUMN x;"),
        (ARCHIVE, "ALTER TABLE public.a ADD COLUMN x text;", "ALTER TABLE public.a DROP COLUMN x;"),
    ),
    (
        "lossless-down",
        (EXPAND, "CREATE VIEW gateway.v AS SELECT 1 AS x;", "DROP VIEW gateway.w;"),
        (EXPAND, "CREATE VIEW gateway.v AS SELECT 1 AS x;", "DROP VIEW gateway.v;"),
    ),
    (
        "lossless-down",
        (CONTRACT, "SELECT 1;", "ALTER TABLE public.a DROP CONSTRAINT c;"),
        (
            CONTRACT,
            "ALTER TABLE public.a ADD CONSTRAINT c UNIQUE USING INDEX c;",
            "ALTER TABLE public.a DROP CONSTRAINT c;",
        ),
    ),
    (
        "archive-outside-transaction",
        ("phase=expand transaction=off reversible=archive", "VACUUM gateway.a;", "DROP TABLE gateway.a;"),
        (ARCHIVE, "CREATE TABLE gateway.a (x text);", "DROP TABLE gateway.a;"),
    ),
    (
        "archive-of-rows",
        (ARCHIVE, "CREATE TABLE gateway.a (x text);", "DELETE FROM public.b WHERE x; DROP TABLE gateway.a;"),
        (ARCHIVE, "CREATE TABLE gateway.a (x text);", "DELETE FROM gateway.a WHERE x; DROP TABLE gateway.a;"),
    ),
    (
        "nothing-to-archive",
        (ARCHIVE, "CREATE VIEW gateway.v AS SELECT 1 AS x;", "DROP VIEW gateway.v;"),
        (ARCHIVE, "CREATE TABLE gateway.v (x text);", "DROP TABLE gateway.v;"),
    ),
    (
        "nothing-to-lose",
        (
            "phase=expand transaction=on reversible=lossy",
            "CREATE VIEW gateway.v AS SELECT 1 AS x;",
            "SELECT 1;",
        ),
        (
            "phase=expand transaction=on reversible=lossy",
            "CREATE TABLE gateway.a (x text);",
            "DROP TABLE gateway.a;",
        ),
    ),
    (
        "not-validated",
        (CONTRACT, "ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;", "SELECT 1;"),
        (CONTRACT, "ALTER TABLE public.a VALIDATE CONSTRAINT c;", "SELECT 1;"),
    ),
    (
        "exemption",
        (EXPAND, "-- squawk-ignore destructive\nALTER TABLE public.a RENAME x TO y;", "SELECT 1;"),
        (EXPAND, "-- squawk-ignore destructive -- unused\nALTER TABLE public.a RENAME x TO y;", "SELECT 1;"),
    ),
    (
        "exemption",
        (EXPAND, "SELECT 1;", "/* squawk-ignore-file lossless-down -- I know */ SELECT 1;"),
        (EXPAND, "SELECT 1;", "/* squawk-ignore-file require-table-schema -- views only */ SELECT 1;"),
    ),
    (
        "require-concurrent-index-creation",
        (EXPAND, "CREATE INDEX i ON public.a (x);", "SELECT 1;"),
        (EXPAND, "CREATE TABLE gateway.a (x text); CREATE INDEX i ON gateway.a (x);", "SELECT 1;"),
    ),
    (
        "require-concurrent-index-deletion",
        (CONTRACT, "CREATE VIEW public.i AS SELECT 1 AS x;", "DROP INDEX public.i;"),
        (CONTRACT, "CREATE VIEW public.i AS SELECT 1 AS x;", "DROP INDEX CONCURRENTLY public.i;"),
    ),
    (
        "require-concurrent-partition-detach",
        (CONTRACT, "ALTER TABLE public.a DETACH PARTITION public.b;", "SELECT 1;"),
        (
            "phase=contract transaction=off reversible=lossless",
            "ALTER TABLE public.a DETACH PARTITION public.b CONCURRENTLY;",
            "SELECT 1;",
        ),
    ),
    (
        "require-concurrent-reindex",
        (CONTRACT, "REINDEX TABLE public.a;", "SELECT 1;"),
        (
            "phase=contract transaction=off reversible=lossless",
            "REINDEX TABLE CONCURRENTLY public.a;",
            "SELECT 1;",
        ),
    ),
    (
        "constraint-missing-not-valid",
        (EXPAND, "ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1);", "SELECT 1;"),
        (EXPAND, "CREATE TABLE gateway.a (x text CHECK (x > ''));", "SELECT 1;"),
    ),
    (
        "adding-field-with-default",
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x uuid DEFAULT gen_random_uuid();", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x text DEFAULT '';", "SELECT 1;"),
    ),
    (
        "adding-foreign-key-constraint",
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x bigint REFERENCES public.b (id);", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x bigint;", "SELECT 1;"),
    ),
    (
        "adding-foreign-key-constraint",
        (EXPAND, "ALTER TABLE public.a ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES public.b;", "SELECT 1;"),
        (EXPAND, "CREATE TABLE gateway.a (x bigint REFERENCES public.b);", "SELECT 1;"),
    ),
    (
        "adding-not-nullable-field",
        (CONTRACT, "ALTER TABLE public.a ALTER x SET NOT NULL;", "SELECT 1;"),
        (
            CONTRACT,
            "ALTER TABLE public.a VALIDATE CONSTRAINT c; ALTER TABLE public.a ALTER x SET NOT NULL;",
            "SELECT 1;",
        ),
    ),
    (
        "adding-required-field",
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x text NOT NULL;", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x text NOT NULL DEFAULT '';", "SELECT 1;"),
    ),
    (
        "adding-serial-primary-key-field",
        (CONTRACT, "ALTER TABLE public.a ADD PRIMARY KEY (x);", "SELECT 1;"),
        (CONTRACT, "ALTER TABLE public.a ADD CONSTRAINT p PRIMARY KEY USING INDEX i;", "SELECT 1;"),
    ),
    (
        "disallowed-unique-constraint",
        (EXPAND, "ALTER TABLE public.a ADD CONSTRAINT u UNIQUE (x);", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD CONSTRAINT u UNIQUE USING INDEX i;", "SELECT 1;"),
    ),
    (
        "require-table-schema",
        (EXPAND, "ALTER TABLE a ADD COLUMN x text;", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x text;", "SELECT 1;"),
    ),
    (
        "ban-truncate-cascade",
        ("phase=contract transaction=on reversible=lossy", "TRUNCATE public.a CASCADE;", "SELECT 1;"),
        ("phase=contract transaction=on reversible=lossy", "TRUNCATE public.a;", "SELECT 1;"),
    ),
    (
        "ban-drop-database",
        ("phase=contract transaction=off reversible=lossless", "DROP DATABASE a;", "SELECT 1;"),
        (CONTRACT, "SELECT 1;", "SELECT 1;"),
    ),
    (
        "ban-duplicate-column-assignments",
        (MIGRATE, "UPDATE public.a SET x = 1, x = 2;", "SELECT 1;"),
        (MIGRATE, "UPDATE public.a SET x = 1, y = 2;", "SELECT 1;"),
    ),
    (
        "identifier-too-long",
        (
            EXPAND,
            "ALTER TABLE public.a ADD COLUMN a123456789012345678901234567890123456789012345678901234567890123 text;",
            "SELECT 1;",
        ),
        (
            EXPAND,
            "ALTER TABLE public.a ADD COLUMN a12345678901234567890123456789012345678901234567890123456789012 text;",
            "SELECT 1;",
        ),
    ),
    (
        "prefer-identity",
        (EXPAND, "CREATE TABLE gateway.a (x bigserial);", "SELECT 1;"),
        (EXPAND, "CREATE TABLE gateway.a (x bigint GENERATED ALWAYS AS IDENTITY);", "SELECT 1;"),
    ),
    (
        "prefer-text-field",
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x varchar(9);", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x text;", "ALTER TABLE public.a ADD COLUMN y varchar(9);"),
    ),
    (
        "prefer-timestamp-tz",
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x timestamp;", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x timestamptz;", "SELECT 1;"),
    ),
    (
        "ban-char-field",
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x char(9);", "SELECT 1;"),
        (EXPAND, "ALTER TABLE public.a ADD COLUMN x text;", "SELECT 1;"),
    ),
    (
        "ban-create-domain-with-constraint",
        (EXPAND, "CREATE DOMAIN gateway.d AS text CHECK (VALUE > '');", "SELECT 1;"),
        (EXPAND, "CREATE DOMAIN gateway.d AS text;", "DROP DOMAIN gateway.d;"),
    ),
    (
        "ban-alter-domain-with-add-constraint",
        (EXPAND, "ALTER DOMAIN gateway.d ADD CHECK (VALUE > '');", "SELECT 1;"),
        (EXPAND, "ALTER DOMAIN gateway.d SET DEFAULT '';", "SELECT 1;"),
    ),
];

#[test]
fn every_rule_finds_what_breaks_it_and_only_that() {
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for (rule, bad, good) in CASES {
        seen.insert((*rule).to_owned());
        let (mut broken, kept) = (rules(&[*bad]), rules(&[*good]));
        broken.dedup();
        if broken != [*rule] || !kept.is_empty() {
            wrong.push(format!("{rule}: {broken:?} {kept:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let on = SQUAWK.iter().filter(|(_, scope, _)| *scope != Scope::Off);
    let all: BTreeSet<_> =
        Own::iter().map(|rule| rule.name().to_owned()).chain(on.map(|(rule, ..)| rule.to_string())).collect();
    assert_eq!(seen, all, "a rule without a case, or a case without a rule");
}

#[test]
fn every_rule_that_squawk_switches_on_was_decided_about() {
    for rule in Linter::with_default_rules().rules {
        assert_eq!(SQUAWK.iter().filter(|(listed, ..)| *listed == rule).count(), 1, "{rule}");
    }
}

#[test]
fn a_constraint_is_validated_by_a_later_migration() {
    let add = (CONTRACT, "ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;", "SELECT 1;");
    let validate = (
        CONTRACT,
        "ALTER TABLE a VALIDATE CONSTRAINT c; -- squawk-ignore require-table-schema -- x",
        "SELECT 1;",
    );
    assert_eq!(rules(&[add, validate]), Vec::<String>::new());
    let other = (CONTRACT, "ALTER TABLE public.b VALIDATE CONSTRAINT c;", "SELECT 1;");
    assert_eq!(rules(&[add, other]), ["not-validated"]);
    assert_eq!(findings(&[add])[0].level, Level::Hint);
    let both = "ALTER TABLE public.a ADD CONSTRAINT c CHECK (x > 1) NOT VALID;\nALTER TABLE public.a VALIDATE CONSTRAINT c;";
    assert_eq!(rules(&[(CONTRACT, both, "SELECT 1;")]), ["not-validated", "constraint-missing-not-valid"]);
}

#[test]
fn a_generated_column_is_derived_again() {
    let up = "ALTER TABLE public.a ADD COLUMN x text GENERATED ALWAYS AS (lower(y)) STORED;";
    assert!(
        !rules(&[(EXPAND, up, "ALTER TABLE public.a DROP COLUMN x;")]).contains(&"lossless-down".to_owned())
    );
}

#[test]
fn how_the_runner_works_is_nobodys_to_break() {
    for rule in ["transaction-control", "lossless-down", "bookkeeping", "no-such-rule"] {
        let up = format!("-- squawk-ignore {rule} -- because\nSELECT 1;");
        assert_eq!(rules(&[(EXPAND, &up, "SELECT 1;")]), ["exemption"], "{rule}");
    }
    let up = "-- squawk-ignore bookkeeping -- because\nDELETE FROM gateway.baseline WHERE x;";
    let found = rules(&[("phase=contract transaction=on reversible=lossy", up, "SELECT 1;")]);
    assert_eq!(found, ["exemption", "bookkeeping"]);
}

#[test]
fn a_finding_says_where_what_and_what_to_do() {
    let found = findings(&[(
        EXPAND,
        "ALTER TABLE public.a\n  ADD COLUMN y text,\n  DROP COLUMN \"X\";\nDROP TABLE public.b;",
        "SELECT 1;",
    )]);
    let told: Vec<_> = found.iter().map(|finding| finding.to_string()).collect();
    assert_eq!(
        told.join("\n\n"),
        "\
V0001__a.up.sql:2:1: lossless-up: drops public.a.\"X\", and `reversible=lossless` keeps no copy
2 | ALTER TABLE public.a
  | ^^^^^^^^^^^^^^^^^^^^
help: write `reversible=archive`, which keeps a copy, or `reversible=lossy`

V0001__a.up.sql:4:3: destructive: drops a column (public.a) in phase expand
4 |   DROP COLUMN \"X\";
  |   ^^^^^^^^^^^^^^^
help: move it to a migration with `phase=contract`, applied when no running code uses it any more

V0001__a.up.sql:5:1: destructive: drops a table (public.b) in phase expand
5 | DROP TABLE public.b;
  | ^^^^^^^^^^^^^^^^^^^
help: move it to a migration with `phase=contract`, applied when no running code uses it any more

V0001__a.up.sql:5:1: lossless-up: drops public.b, and `reversible=lossless` keeps no copy
5 | DROP TABLE public.b;
  | ^^^^^^^^^^^^^^^^^^^
help: write `reversible=archive`, which keeps a copy, or `reversible=lossy`"
    );
}
