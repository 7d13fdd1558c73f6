//! What may be sent, and what of it only reads.

use super::*;

#[test]
fn what_a_statement_is_and_what_only_reads() {
    for (sql, statement, reads) in [
        ("SELECT 1", true, true),
        ("  \n(select 1) union (select 2)", true, true),
        ("-- COMMIT\nSELECT 1", true, true),
        ("/* a /* COMMIT */ b */ table tasks", true, true),
        ("VALUES (1)", true, true),
        ("WITH x AS (SELECT 1) SELECT * FROM x", true, true),
        ("SELECT 'delete', \"update\", $$ insert $$, $a$ $$ into $a$, E'\\' merge', $1 FROM x", true, true),
        ("SELECT 'it''s delete' FROM x -- update", true, true),
        ("SELECT updated, last_update, deleted_at FROM x", true, true),
        ("SELECT substring('a' for 1)", true, true),
        ("SELECT x FROM t WHERE id = $1 FOR UPDATE", true, false),
        ("SELECT x FROM t FOR NO KEY UPDATE", true, false),
        ("SELECT x FROM t for share", true, false),
        ("SELECT x FROM t FOR KEY SHARE", true, false),
        ("SELECT 1 INTO copied FROM t", true, false),
        ("WITH gone AS (DELETE FROM t RETURNING id) SELECT id FROM gone", true, false),
        ("SELECT E'\\\\' , 1 from (update t set x = 1)", true, false),
        ("SELECT $1, x FROM t WHERE y = $2 FOR UPDATE", true, false),
        ("INSERT INTO t VALUES (1)", true, false),
        ("update t set x = 1", true, false),
        ("DELETE FROM t", true, false),
        ("MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", true, false),
        ("COMMIT", false, false),
        ("commit and chain", false, false),
        ("/**/ROLLBACK", false, false),
        ("END", false, false),
        ("ABORT", false, false),
        ("BEGIN", false, false),
        ("SAVEPOINT x", false, false),
        ("PREPARE TRANSACTION 'x'", false, false),
        ("SET search_path = x", false, false),
        ("RESET ALL", false, false),
        ("LISTEN x", false, false),
        ("CALL ends_its_transaction()", false, false),
        ("DO $$ BEGIN COMMIT; END $$", false, false),
        ("TRUNCATE t", false, false),
        ("EXPLAIN ANALYZE DELETE FROM t", false, false),
        ("; COMMIT", false, false),
        ("-- SELECT 1", false, false),
        ("/* SELECT", false, false),
        ("'SELECT'", false, false),
        ("", false, false),
    ] {
        assert_eq!((is_statement(sql), only_reads(sql)), (statement, reads), "{sql}");
    }
}
