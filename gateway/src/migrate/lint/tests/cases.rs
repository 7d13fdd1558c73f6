//! For every rule of lint: scripts that break it, then the same without the mistake.

use super::Scripts;

pub(super) const EXPAND: &str = "phase=expand transaction=on reversible=lossless";
const ARCHIVE: &str = "phase=expand transaction=on reversible=archive";
const MIGRATE: &str = "phase=migrate transaction=on reversible=lossless";
pub(super) const CONTRACT: &str = "phase=contract transaction=on reversible=lossless";
const OUTSIDE: &str = "phase=expand transaction=off reversible=lossless";

/// What breaks the rule, and what does not.
pub(super) const CASES: &[(&str, Scripts<'static>, Scripts<'static>)] = &[
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
