//! Statements that run outside of a transaction: which of them can tell afterwards whether they had their effect.

use squawk_syntax::{
    SourceFile, SyntaxKind, SyntaxNode,
    ast::{AstNode, Stmt},
};
use tokio_postgres::Client;

use super::piece::Piece;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Concurrent {
    /// Leaves an invalid index behind when it fails.
    CreateIndex {
        name: String,
        table: String,
    },
    DropIndex {
        names: Vec<String>,
    },
    /// REINDEX CONCURRENTLY.
    Rebuild,
    /// Does no harm a second time.
    Repeatable,
    /// May end transactions inside it: what a failure leaves is not nothing.
    InParts,
    Other,
}

/// What an interrupted statement has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trace {
    Done,
    /// Nothing, or nothing that is in the way.
    Nothing,
    /// Only a person can tell.
    Unknown,
}

impl Concurrent {
    pub(super) fn of(piece: &Piece) -> Self {
        let parse = SourceFile::parse(&piece.sql);
        let Some(statement) = parse.tree().stmts().next() else { return Self::Other };
        let text = |node: &dyn Fn() -> Option<String>| node().map(|text| text.trim().to_owned());
        match statement {
            Stmt::CreateIndex(create) if create.concurrently_token().is_some() => {
                let name = text(&|| create.index().map(|name| name.syntax().text().to_string()));
                let table =
                    text(&|| create.table_relation_name().map(|table| table.syntax().text().to_string()));
                let named = name.zip(table.as_deref().map(without_only));
                named.map_or(Self::Other, |(name, table)| Self::CreateIndex { name, table })
            }
            Stmt::DropIndex(drop) if drop.concurrently_token().is_some() => {
                let after = piece.sql.to_ascii_uppercase();
                let start = after.find("CONCURRENTLY").map_or(0, |at| at + "CONCURRENTLY".len());
                let rest = piece.sql[start..].trim().trim_end_matches(';').trim();
                let is_if = rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("if exists"));
                let rest = if is_if { &rest[9..] } else { rest };
                let names = rest.split(',').map(|name| name.trim().to_owned()).collect();
                Self::DropIndex { names }
            }
            Stmt::Reindex(_) if holds(statement.syntax(), SyntaxKind::CONCURRENTLY_KW) => Self::Rebuild,
            Stmt::Call(_) | Stmt::Do(_) => Self::InParts,
            Stmt::Vacuum(_) | Stmt::Analyze(_) | Stmt::Reindex(_) | Stmt::Refresh(_) => Self::Repeatable,
            _ => Self::Other,
        }
    }

    /// Whether it waits for other transactions to end, which holds up nobody.
    pub(super) fn is_patient(&self) -> bool {
        matches!(self, Self::CreateIndex { .. } | Self::DropIndex { .. } | Self::Rebuild)
    }

    /// Looked up after a crash.
    pub(super) async fn trace(&self, client: &Client) -> Result<Trace, tokio_postgres::Error> {
        match self {
            Self::CreateIndex { name, table } => match index(client, name, table).await? {
                Some((_, true)) => Ok(Trace::Done),
                Some((_, false)) | None => Ok(Trace::Nothing),
            },
            Self::DropIndex { names } => {
                for name in names {
                    let row = client.query_one("SELECT to_regclass($1) IS NULL", &[name]).await?;
                    if !row.try_get::<_, bool>(0)? {
                        return Ok(Trace::Nothing);
                    }
                }
                Ok(Trace::Done)
            }
            Self::Rebuild | Self::Repeatable => Ok(Trace::Nothing),
            Self::InParts | Self::Other => Ok(Trace::Unknown),
        }
    }

    /// Drops an index of this name that a failed build has left behind.
    pub(super) async fn clear(&self, client: &Client) -> Result<(), tokio_postgres::Error> {
        if let Self::CreateIndex { name, table } = self
            && let Some((qualified, false)) = index(client, name, table).await?
        {
            client.batch_execute(&format!("DROP INDEX CONCURRENTLY {qualified}")).await?;
        }
        Ok(())
    }
}

fn holds(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.descendants_with_tokens().any(|element| element.kind() == kind)
}

/// `ONLY t` names the table t.
fn without_only(table: &str) -> String {
    match table.split_once(char::is_whitespace) {
        Some((word, rest)) if word.eq_ignore_ascii_case("only") => rest.trim().to_owned(),
        Some(_) | None => table.to_owned(),
    }
}

/// The index, ready for SQL, and whether it is valid.
async fn index(
    client: &Client,
    name: &str,
    table: &str,
) -> Result<Option<(String, bool)>, tokio_postgres::Error> {
    let query = "SELECT format('%I.%I', n.nspname, c.relname), i.indisvalid
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indrelid = to_regclass($1) AND c.relname = (parse_ident($2))[1]";
    let Some(row) = client.query_opt(query, &[&table, &name]).await? else { return Ok(None) };
    Ok(Some((row.try_get(0)?, row.try_get(1)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_holds_up_nobody_waits_without_end() {
        for (sql, expected) in [
            ("CREATE INDEX CONCURRENTLY a ON t (id)", true),
            ("DROP INDEX CONCURRENTLY a", true),
            ("REINDEX INDEX CONCURRENTLY a", true),
            ("REINDEX INDEX a", false),
            ("VACUUM FULL t", false),
            ("REFRESH MATERIALIZED VIEW CONCURRENTLY m", false),
            ("CALL p()", false),
            ("UPDATE t SET a = 1", false),
        ] {
            let piece = Piece { sql: sql.to_owned(), start: 0 };
            assert_eq!(Concurrent::of(&piece).is_patient(), expected, "{sql}");
        }
    }

    #[test]
    fn only_what_leaves_a_trace_is_told_apart() {
        let create =
            |name: &str, table: &str| Concurrent::CreateIndex { name: name.into(), table: table.into() };
        for (sql, expected) in [
            ("CREATE INDEX CONCURRENTLY a ON public.tasks (id)", create("a", "public.tasks")),
            (
                "create unique index concurrently if not exists \"A b\" on only t (id);",
                create("\"A b\"", "t"),
            ),
            ("CREATE INDEX CONCURRENTLY ON t (id)", Concurrent::Other),
            ("CREATE INDEX a ON t (id)", Concurrent::Other),
            (
                "DROP INDEX CONCURRENTLY IF EXISTS x.a, b;",
                Concurrent::DropIndex { names: vec!["x.a".into(), "b".into()] },
            ),
            ("VACUUM FULL t", Concurrent::Repeatable),
            ("REINDEX TABLE t", Concurrent::Repeatable),
            ("REINDEX TABLE CONCURRENTLY t", Concurrent::Rebuild),
            ("REINDEX (VERBOSE) INDEX CONCURRENTLY i", Concurrent::Rebuild),
            ("REFRESH MATERIALIZED VIEW m", Concurrent::Repeatable),
            ("CALL p()", Concurrent::InParts),
            ("DO $$ BEGIN END $$", Concurrent::InParts),
            ("ALTER TYPE x ADD VALUE 'y'", Concurrent::Other),
        ] {
            assert_eq!(Concurrent::of(&Piece { sql: sql.to_owned(), start: 0 }), expected, "{sql}");
        }
    }
}
