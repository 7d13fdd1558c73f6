//! Splits a script into its statements, by PostgreSQL's own rules for quotes, dollar quotes and comments.
//!
//! What is read here is data that may cross threads; the syntax tree stays inside.

use std::path::Path;

use squawk_syntax::{SourceFile, ast::AstNode};

use super::{file::Script, statement::Statement};
use crate::config::mistakes::{Mistake, Mistakes};

/// The statements of a script in their order, or every place where it is no SQL.
pub fn read(script: &Script) -> Result<Vec<Statement>, Mistakes> {
    split(&script.path, &script.sql)
}

/// The same for the text of the file `path`.
pub fn split(path: &Path, sql: &str) -> Result<Vec<Statement>, Mistakes> {
    let parsed = SourceFile::parse(sql);
    let mut mistakes = Mistakes::default();
    let mut reported = 0;
    for error in parsed.errors() {
        let start = usize::from(error.range().start());
        let line = line_at(sql, start);
        // The parser stumbles on through the rest of a line: only the first word on it helps.
        if line > reported {
            reported = line;
            let span = start..usize::from(error.range().end());
            let remedy = "correct the statement, and the end of the one before it";
            let what = format!("is no SQL that can be read: {}", error.message());
            mistakes.push(Mistake::in_text(path, sql, span, what, remedy));
        }
    }
    let statements = parsed.tree().stmts().filter_map(|node| Statement::of(sql, node.syntax()));
    mistakes.into_result(()).map(|()| statements.collect())
}

/// The line of a byte, from 1.
pub fn line_at(text: &str, byte: usize) -> usize {
    text[..text.floor_char_boundary(byte)].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(sql: &str) -> Vec<(usize, String)> {
        let statements = split(Path::new("V0001__a.up.sql"), sql).unwrap();
        statements.iter().map(|statement| (statement.line, statement.sql.clone())).collect()
    }

    #[test]
    fn quotes_comments_and_dollar_quotes_hold_no_ends() {
        let sql = "\
-- gateway: a; comment
SELECT 'a;b', E'\\';', \"x;y\"; -- after; it
/* a /* nested; */ comment; */
DO $body$
BEGIN
  PERFORM 1; -- ;
END $body$;;
SELECT $1$ ; $1$
";
        assert!(split(Path::new("x"), sql).is_err(), "`$1$` is a parameter, no quote");
        let sql = sql.replace("$1$", "$a$");
        assert_eq!(
            lines(&sql),
            [
                (2, "SELECT 'a;b', E'\\';', \"x;y\"".to_owned()),
                (4, "DO $body$\nBEGIN\n  PERFORM 1; -- ;\nEND $body$".to_owned()),
                (8, "SELECT $a$ ; $a$".to_owned()),
            ]
        );
        assert_eq!(lines("-- only a comment\n"), []);
        assert_eq!(lines("SELECT 'ü;';\r\nSELECT 2"), [(1, "SELECT 'ü;'".into()), (2, "SELECT 2".into())]);
    }

    #[test]
    fn a_span_is_the_statement_in_the_file() {
        let sql = "-- x\nSELECT 'é';\n -- y\n SELECT 2 ;";
        let statements = split(Path::new("x"), sql).unwrap();
        let cut: Vec<_> = statements.iter().map(|statement| &sql[statement.span.clone()]).collect();
        assert_eq!(cut, ["SELECT 'é'", "SELECT 2"]);
    }

    #[test]
    fn what_is_no_sql_is_told_line_by_line() {
        let told = split(Path::new("V0001__a.up.sql"), "CREATE TABLE a (x int;\nSELECT 1;\nALTER TABEL b;\n");
        assert_eq!(
            told.unwrap_err().to_string(),
            "\
V0001__a.up.sql:1:22: is no SQL that can be read: expected R_PAREN
1 | CREATE TABLE a (x int;
  |                      ^
help: correct the statement, and the end of the one before it

V0001__a.up.sql:3:1: is no SQL that can be read: expected command, found ALTER_KW
3 | ALTER TABEL b;
  | ^
help: correct the statement, and the end of the one before it"
        );
    }
}
