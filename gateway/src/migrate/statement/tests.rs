//! What statements are read as: one table per question.

use std::path::Path;

use super::*;
use crate::migrate::statements::split;

fn one(sql: &str) -> Statement {
    let mut statements = split(Path::new("x"), sql).unwrap_or_else(|told| panic!("{told}"));
    assert_eq!(statements.len(), 1, "{sql}");
    statements.remove(0)
}

fn shown<T: ToString>(list: &[T]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_statement_touches_what_it_does_not_only_read() {
    for (sql, touched) in [
        ("CREATE SCHEMA IF NOT EXISTS gateway", "schema gateway"),
        ("CREATE TABLE gateway.a (id int)", "gateway.a"),
        ("CREATE TABLE \"Gateway\".\"A b\" (id int)", "\"Gateway\".\"A b\""),
        ("CREATE TABLE Gateway.A (id int)", "gateway.a"),
        ("CREATE TABLE a (id int)", "public.a"),
        ("CREATE TEMP TABLE a (id int)", "pg_temp.a"),
        ("CREATE TEMP VIEW a AS SELECT 1 AS x", "pg_temp.a"),
        ("CREATE TEMP SEQUENCE a", "pg_temp.a"),
        ("SELECT * INTO TEMP a FROM gateway.b", "pg_temp.a"),
        (
            "CREATE TEMP TABLE a AS WITH d AS (DELETE FROM tasks RETURNING *) SELECT * FROM d",
            "pg_temp.a, public.tasks",
        ),
        ("CREATE TEMP TABLE a (u int REFERENCES users (id))", "pg_temp.a, public.users"),
        ("CREATE TABLE gateway.a (u int REFERENCES users (id))", "gateway.a, public.users"),
        ("CREATE TABLE gateway.a (u int, FOREIGN KEY (u) REFERENCES b)", "gateway.a, public.b"),
        ("CREATE TABLE gateway.a (LIKE users)", "gateway.a"),
        ("CREATE TABLE gateway.a PARTITION OF b DEFAULT", "gateway.a, public.b"),
        ("CREATE TABLE gateway.a AS SELECT * FROM users", "gateway.a"),
        ("SELECT * INTO b FROM gateway.a", "public.b"),
        ("CREATE INDEX i ON gateway.a (x)", "gateway.a"),
        ("ALTER TABLE IF EXISTS ONLY tasks ADD COLUMN x int", "public.tasks"),
        ("ALTER TABLE gateway.a RENAME TO b", "gateway.a"),
        ("ALTER TABLE gateway.a SET SCHEMA public", "gateway.a, schema public"),
        ("ALTER TABLE gateway.a INHERIT public.b", "gateway.a, public.b"),
        ("ALTER TABLE gateway.a ADD CONSTRAINT u UNIQUE USING INDEX i", "gateway.a"),
        ("ALTER INDEX gateway.i RENAME TO j", "gateway.i"),
        ("ALTER TYPE gateway.e ADD VALUE 'x'", "gateway.e"),
        ("ALTER SEQUENCE gateway.s OWNED BY public.t.id", "gateway.s, public.t"),
        ("DROP TABLE gateway.a, b", "gateway.a, public.b"),
        ("DROP INDEX CONCURRENTLY gateway.i", "gateway.i"),
        ("DROP FUNCTION gateway.f(public.t)", "gateway.f"),
        ("DROP TRIGGER t ON tasks", "public.tasks"),
        ("CREATE TRIGGER t BEFORE INSERT ON gateway.a EXECUTE FUNCTION public.f()", "gateway.a"),
        ("CREATE VIEW gateway.v AS SELECT * FROM users", "gateway.v"),
        ("COMMENT ON COLUMN public.tasks.title IS 'x'", "public.tasks"),
        ("GRANT SELECT ON tasks, gateway.a TO r", "public.tasks, gateway.a"),
        ("GRANT USAGE ON SCHEMA gateway TO r", "schema gateway"),
        ("INSERT INTO gateway.a SELECT id FROM users", "gateway.a"),
        ("UPDATE gateway.a SET x = u.x FROM users u WHERE u.id = a.id", "gateway.a"),
        ("DELETE FROM gateway.a USING users u WHERE u.id = a.id", "gateway.a"),
        (
            "WITH d AS (DELETE FROM users RETURNING *) INSERT INTO gateway.a SELECT * FROM d",
            "public.users, gateway.a",
        ),
        ("MERGE INTO tasks t USING gateway.a a ON a.id = t.id WHEN MATCHED THEN DELETE", "public.tasks"),
        ("TRUNCATE gateway.a, tasks", "gateway.a, public.tasks"),
        ("LOCK TABLE tasks", "public.tasks"),
        ("REINDEX TABLE tasks", "public.tasks"),
        ("VACUUM gateway.a", "gateway.a"),
        ("SELECT * FROM users", ""),
        ("SELECT * FROM users FOR UPDATE", "public.users"),
        ("COMMENT ON FUNCTION public.f(int) IS 'x'", "public.f"),
        ("COMMENT ON CONSTRAINT c ON tasks IS 'x'", "public.tasks"),
        ("GRANT SELECT ON ALL TABLES IN SCHEMA public TO r", "schema public"),
        ("SET LOCAL lock_timeout = '1s'", ""),
    ] {
        assert_eq!(shown(one(sql).touches()), touched, "{sql}");
    }
}

#[test]
fn what_may_have_been_there_before_is_not_made() {
    for (sql, made) in [
        ("CREATE TABLE gateway.a (x int)", "gateway.a"),
        ("CREATE TABLE IF NOT EXISTS gateway.a (x int)", ""),
        ("CREATE OR REPLACE VIEW gateway.a AS SELECT 1 AS x", ""),
        ("CREATE UNIQUE INDEX i ON gateway.a (x)", "gateway.i"),
        ("CREATE INDEX ON gateway.a (x)", ""),
        ("CREATE TYPE gateway.e AS ENUM ('x')", "gateway.e"),
        ("CREATE TRIGGER t BEFORE INSERT ON gateway.a EXECUTE FUNCTION f()", ""),
        ("SELECT * INTO gateway.b FROM gateway.a", "gateway.b"),
        ("ALTER TABLE gateway.a ADD x int", ""),
    ] {
        assert_eq!(shown(one(sql).creates()), made, "{sql}");
    }
}

#[test]
fn what_the_text_does_not_tell_is_opaque() {
    for (sql, reason) in [
        ("DO $$ BEGIN END $$", Some("what the body of a DO does is not read")),
        (
            "CREATE FUNCTION gateway.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            Some("what the body of a function does is not read"),
        ),
        (
            "CREATE FUNCTION gateway.f() RETURNS trigger LANGUAGE plpgsql AS $$\n\
             BEGIN RAISE EXCEPTION 'no %', TG_OP USING ERRCODE = '42501'; END $$",
            None,
        ),
        (
            "CREATE FUNCTION gateway.f() RETURNS trigger LANGUAGE plpgsql AS $$\n\
             BEGIN RAISE EXCEPTION 'no %', public.f(); END $$",
            Some("what the body of a function does is not read"),
        ),
        (
            "CREATE FUNCTION gateway.f() RETURNS trigger LANGUAGE plpgsql AS $$\n\
             BEGIN RAISE EXCEPTION 'no'; DELETE FROM public.a; END $$",
            Some("what the body of a function does is not read"),
        ),
        (
            "CREATE FUNCTION gateway.f(a int = public.g()) RETURNS int LANGUAGE plpgsql AS $$\n\
             BEGIN RAISE EXCEPTION 'no'; END $$",
            Some("what the body of a function does is not read"),
        ),
        ("CALL gateway.p()", Some("what a procedure does is not read")),
        ("COPY gateway.a TO PROGRAM 'x'", Some("what a COPY reads or runs is not known here")),
        ("CREATE EXTENSION pgcrypto", Some("what it changes lies in no schema, or is not known here")),
        ("CREATE ROLE r", Some("what it changes lies in no schema, or is not known here")),
        ("EXPLAIN ANALYZE DELETE FROM a", Some("what it changes lies in no schema, or is not known here")),
        ("DROP TABLE gateway.a CASCADE", Some("CASCADE reaches objects that it does not name")),
        (
            "ALTER TABLE gateway.a DROP COLUMN b CASCADE",
            Some("CASCADE reaches objects that it does not name"),
        ),
        ("GRANT a TO b", Some("it names no object of a schema")),
        ("COMMENT ON DATABASE d IS 'x'", Some("it names no object of a schema")),
        ("VACUUM", Some("it names no object of a schema")),
        ("ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b", Some("it names no object of a schema")),
        ("SELECT gateway.f()", Some("what the function `gateway.f` does is not read")),
        ("SELECT * FROM setval('a', 1)", Some("what the function `setval` does is not read")),
        (
            "INSERT INTO gateway.a VALUES (pg_catalog.nextval('s'))",
            Some("what the function `pg_catalog.nextval` does is not read"),
        ),
        ("INSERT INTO gateway.a VALUES (now(), coalesce(1, 2), pg_catalog.lower('A'))", None),
        ("CREATE TABLE gateway.a (u int REFERENCES gateway.b ON DELETE CASCADE)", None),
        ("CREATE TRIGGER t BEFORE INSERT ON gateway.a EXECUTE FUNCTION gateway.f()", None),
        ("SELECT extract(year FROM x) FROM gateway.a WHERE EXISTS (SELECT 1)", None),
        ("COMMIT", None),
    ] {
        assert_eq!(one(sql).opaque(), reason, "{sql}");
    }
}

#[test]
fn tables_and_columns_vanish() {
    for (sql, dropped) in [
        ("DROP TABLE gateway.a, tasks", "gateway.a, public.tasks"),
        (
            "ALTER TABLE tasks DROP COLUMN a, ADD COLUMN b int, DROP \"C\"",
            "public.tasks.a, public.tasks.\"C\"",
        ),
        ("ALTER TABLE tasks DROP CONSTRAINT a", ""),
        ("DROP VIEW gateway.a", ""),
    ] {
        assert_eq!(shown(one(sql).drops()), dropped, "{sql}");
    }
}

#[test]
fn locks_are_those_of_the_documentation() {
    for (sql, lock) in [
        ("SELECT 1", None),
        ("SELECT * FROM a", Some("ACCESS SHARE")),
        ("SELECT * FROM a FOR UPDATE", Some("ROW SHARE")),
        ("INSERT INTO a VALUES (1)", Some("ROW EXCLUSIVE")),
        ("WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d", Some("ROW EXCLUSIVE")),
        ("CREATE INDEX CONCURRENTLY i ON a (x)", Some("SHARE UPDATE EXCLUSIVE")),
        ("CREATE INDEX i ON a (x)", Some("SHARE")),
        ("DROP INDEX i", Some("ACCESS EXCLUSIVE")),
        ("DROP INDEX CONCURRENTLY i", Some("SHARE UPDATE EXCLUSIVE")),
        ("REINDEX (CONCURRENTLY) TABLE a", Some("SHARE UPDATE EXCLUSIVE")),
        ("REINDEX TABLE a", Some("ACCESS EXCLUSIVE")),
        ("VACUUM a", Some("SHARE UPDATE EXCLUSIVE")),
        ("VACUUM FULL a", Some("ACCESS EXCLUSIVE")),
        ("VACUUM (FULL) a", Some("ACCESS EXCLUSIVE")),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY a", Some("EXCLUSIVE")),
        ("REFRESH MATERIALIZED VIEW a", Some("ACCESS EXCLUSIVE")),
        ("CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()", Some("SHARE ROW EXCLUSIVE")),
        ("CREATE TABLE a (x int)", None),
        ("CREATE TABLE a (x int REFERENCES b)", Some("SHARE ROW EXCLUSIVE")),
        ("CREATE TABLE a PARTITION OF b DEFAULT", Some("ACCESS EXCLUSIVE")),
        ("ALTER TABLE a ADD COLUMN x int", Some("ACCESS EXCLUSIVE")),
        ("ALTER TABLE a VALIDATE CONSTRAINT c", Some("SHARE UPDATE EXCLUSIVE")),
        ("ALTER TABLE a VALIDATE CONSTRAINT c, ADD x int", Some("ACCESS EXCLUSIVE")),
        ("ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b NOT VALID", Some("SHARE ROW EXCLUSIVE")),
        ("ALTER TABLE a ADD CHECK (x > 1) NOT VALID", Some("ACCESS EXCLUSIVE")),
        ("ALTER TABLE a ALTER x SET STATISTICS 5", Some("SHARE UPDATE EXCLUSIVE")),
        ("ALTER TABLE a ALTER x SET DEFAULT 5", Some("ACCESS EXCLUSIVE")),
        ("ALTER TABLE a SET (fillfactor = 70)", Some("SHARE UPDATE EXCLUSIVE")),
        ("ALTER TABLE a SET (user_catalog_table = true)", Some("ACCESS EXCLUSIVE")),
        ("ALTER TABLE a DISABLE TRIGGER t", Some("SHARE ROW EXCLUSIVE")),
        ("COMMENT ON TABLE a IS 'x'", Some("SHARE UPDATE EXCLUSIVE")),
        ("TRUNCATE a", Some("ACCESS EXCLUSIVE")),
        ("DROP TABLE a", Some("ACCESS EXCLUSIVE")),
        ("LOCK TABLE a", Some("ACCESS EXCLUSIVE")),
        ("LOCK TABLE a IN SHARE MODE", Some("SHARE")),
        ("LOCK TABLE a IN SHARE ROW EXCLUSIVE MODE", Some("SHARE ROW EXCLUSIVE")),
    ] {
        assert_eq!(one(sql).lock().map(Lock::name).as_deref(), lock, "{sql}");
    }
    assert!(Lock::AccessExclusive > Lock::Share);
}

#[test]
fn what_breaks_the_code_of_the_version_before_is_destructive() {
    for (sql, damages) in [
        ("DROP TABLE a", "drops a table"),
        ("DROP VIEW a", "drops a view"),
        ("TRUNCATE a", "removes every row"),
        ("DELETE FROM a", "removes every row: DELETE has no WHERE"),
        ("DELETE FROM a WHERE x = 1", ""),
        ("WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d", "removes every row: DELETE has no WHERE"),
        ("ALTER TABLE a DROP COLUMN x, ALTER y TYPE text", "drops a column, changes the type of a column"),
        ("ALTER TABLE a ALTER x SET NOT NULL", "makes a column NOT NULL"),
        ("ALTER TABLE a DROP CONSTRAINT x", "drops a constraint"),
        ("ALTER TABLE a ALTER x DROP DEFAULT", "drops a default"),
        ("ALTER TABLE a ALTER x DROP NOT NULL", ""),
        ("ALTER TABLE a RENAME TO b", "renames"),
        ("ALTER TABLE a RENAME x TO y", "renames"),
        ("ALTER TABLE a RENAME CONSTRAINT x TO y", ""),
        ("ALTER INDEX a RENAME TO b", ""),
        ("ALTER TYPE a RENAME VALUE 'x' TO 'y'", "renames"),
        ("ALTER TABLE a ADD COLUMN x int, ADD CHECK (x > 1) NOT VALID", ""),
        ("DROP INDEX a", ""),
        ("REVOKE SELECT ON a FROM r", "takes a right away"),
        ("UPDATE a SET x = 1", ""),
    ] {
        let statement = one(sql);
        let told: Vec<_> = statement.damages().iter().map(|damage| damage.what).collect();
        assert_eq!(told.join(", "), damages, "{sql}");
        assert_eq!(statement.is_destructive(), !damages.is_empty());
    }
}

#[test]
fn some_statements_are_about_transactions_or_refuse_them() {
    for (sql, is_control, needs_none) in [
        ("BEGIN", true, false),
        ("START TRANSACTION", true, false),
        ("COMMIT", true, false),
        ("END", true, false),
        ("ROLLBACK", true, false),
        ("ROLLBACK TO SAVEPOINT a", true, false),
        ("SAVEPOINT a", true, false),
        ("RELEASE a", true, false),
        ("PREPARE TRANSACTION 'a'", true, false),
        ("CREATE INDEX CONCURRENTLY i ON a (x)", false, true),
        ("CREATE INDEX i ON a (x)", false, false),
        ("DROP INDEX CONCURRENTLY i", false, true),
        ("REINDEX INDEX CONCURRENTLY i", false, true),
        ("REINDEX INDEX i", false, false),
        ("REINDEX SCHEMA s", false, true),
        ("ALTER TABLE a DETACH PARTITION b CONCURRENTLY", false, true),
        ("VACUUM a", false, true),
        ("CLUSTER", false, true),
        ("CLUSTER a USING i", false, false),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY a", false, false),
        ("CREATE DATABASE a", false, true),
        // In a transaction since PostgreSQL 12.
        ("ALTER TYPE a ADD VALUE 'x'", false, false),
    ] {
        let statement = one(sql);
        assert_eq!(
            (statement.is_transaction_control(), statement.needs_no_transaction()),
            (is_control, needs_none),
            "{sql}"
        );
    }
}

#[test]
fn settings_of_the_session_outlive_the_script() {
    for (sql, outlives) in [
        ("SET lock_timeout = '1s'", true),
        ("SET SESSION lock_timeout = '1s'", true),
        ("SET ROLE r", true),
        ("RESET ALL", true),
        ("SET LOCAL lock_timeout = '1s'", false),
        ("SELECT 1", false),
    ] {
        assert_eq!(one(sql).changes_the_session(), outlives, "{sql}");
    }
}

#[test]
fn a_kind_is_written_as_sql_is() {
    assert_eq!(one("alter table a add x int").kind(), "ALTER TABLE");
    assert_eq!(one("CREATE UNIQUE INDEX i ON a (x)").kind(), "CREATE INDEX");
}
