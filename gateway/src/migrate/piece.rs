//! A script in the pieces that are sent one after the other: its statements, each with its place in the file.

use super::{
    file::{Checksum, Script},
    statements,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) sql: String,
    /// Where it stands in the script, in bytes.
    pub(super) start: usize,
}

impl Piece {
    pub(super) fn checksum(&self) -> Checksum {
        Checksum::of(&self.sql)
    }
}

/// A script that our parser does not understand is one piece: PostgreSQL may know more than it.
pub(super) fn pieces(script: &Script) -> Vec<Piece> {
    let Ok(statements) = statements::read(script) else {
        return vec![Piece { sql: script.sql.clone(), start: 0 }];
    };
    let pieces =
        statements.into_iter().map(|statement| Piece { start: statement.span.start, sql: statement.sql });
    pieces.collect()
}
