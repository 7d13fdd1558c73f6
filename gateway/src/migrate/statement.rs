//! What one SQL statement does, as far as its text tells: what it touches, drops, locks and breaks.
//!
//! Everything is read once from the syntax tree. Where the text does not tell, the statement is opaque and says why:
//! whoever needs to be sure then takes it for the worst.

mod constraint;
mod damage;
mod drops;
mod lock;
mod name;
mod opaque;
mod touch;
mod transaction;
mod tree;

use std::ops::Range;

use squawk_syntax::{SyntaxKind, SyntaxNode};

pub use constraint::{ConstraintChange, Step};
pub use damage::Damage;
pub use drops::Dropped;
pub use lock::Lock;
pub use name::{Kind, ObjectName};

#[derive(Clone, Debug)]
pub struct Statement {
    /// Without the comments around it and without its semicolon.
    pub sql: String,
    /// Where `sql` stands in its file, in bytes.
    pub span: Range<usize>,
    /// From 1.
    pub line: usize,
    kind: SyntaxKind,
    touches: Vec<ObjectName>,
    creates: Vec<ObjectName>,
    drops: Vec<Dropped>,
    derives: Vec<Dropped>,
    damages: Vec<Damage>,
    constraints: Vec<ConstraintChange>,
    lock: Option<Lock>,
    opaque: Option<String>,
    needs_no_transaction: bool,
    cascades: bool,
}

impl Statement {
    /// `None` for a semicolon alone.
    pub(super) fn of(file: &str, node: &SyntaxNode) -> Option<Self> {
        if node.kind() == SyntaxKind::EMPTY_STMT {
            return None;
        }
        let span = tree::span(file, node);
        let line = super::statements::line_at(file, span.start);
        let touches = touch::touches(node);
        Some(Self {
            sql: file[span.clone()].to_owned(),
            line,
            kind: node.kind(),
            creates: touch::creates(node),
            drops: drops::drops(node, &touches),
            derives: drops::derives(node, &touches),
            damages: damage::damages(file, node),
            constraints: constraint::changes(node),
            lock: lock::strongest(node),
            opaque: opaque::reason(node, &touches),
            needs_no_transaction: transaction::must_be_outside(node, &touches),
            cascades: opaque::cascades(node),
            touches,
            span,
        })
    }

    /// Its first words, as in `ALTER TABLE`.
    pub fn kind(&self) -> String {
        format!("{:?}", self.kind).replace('_', " ")
    }

    /// Every object that it creates, changes, drops, writes or locks by name; not what it only reads.
    pub fn touches(&self) -> &[ObjectName] {
        &self.touches
    }

    /// The objects that are new with it.
    pub fn creates(&self) -> &[ObjectName] {
        &self.creates
    }

    /// The tables and columns whose rows are gone after it.
    pub fn drops(&self) -> &[Dropped] {
        &self.drops
    }

    /// The columns that it adds and that PostgreSQL itself fills.
    pub fn derives(&self) -> &[Dropped] {
        &self.derives
    }

    /// The strongest lock that it takes on a table that was there before.
    pub fn lock(&self) -> Option<Lock> {
        self.lock
    }

    /// Why its text does not tell all that it touches.
    pub fn opaque(&self) -> Option<&str> {
        self.opaque.as_deref()
    }

    /// What of it breaks code that knows only the schema before it.
    pub fn damages(&self) -> &[Damage] {
        &self.damages
    }

    pub fn is_destructive(&self) -> bool {
        !self.damages.is_empty()
    }

    /// What it destroys, if anything, is not in its text.
    pub fn may_destroy_unseen(&self) -> bool {
        self.cascades || matches!(self.kind, SyntaxKind::DO | SyntaxKind::CALL | SyntaxKind::EXECUTE)
    }

    /// What it does to constraints that a table has beside its columns.
    pub fn constraints(&self) -> &[ConstraintChange] {
        &self.constraints
    }

    /// BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kin.
    pub fn is_transaction_control(&self) -> bool {
        transaction::is_control(self.kind)
    }

    /// PostgreSQL refuses it inside a transaction block.
    pub fn needs_no_transaction(&self) -> bool {
        self.needs_no_transaction
    }

    /// It only looks after what is there, so that it may stop halfway without harm.
    pub fn is_upkeep(&self) -> bool {
        use SyntaxKind::{ANALYZE, COMMENT_ON, SELECT, SET, SHOW};
        matches!(self.kind, ANALYZE | COMMENT_ON | SELECT | SET | SHOW)
    }

    /// It changes or removes rows that are there.
    pub fn rewrites_rows(&self) -> bool {
        use SyntaxKind::{DELETE, MERGE, TRUNCATE, UPDATE};
        matches!(self.kind, UPDATE | DELETE | MERGE | TRUNCATE)
    }

    /// It removes rows that are there.
    pub fn removes_rows(&self) -> bool {
        matches!(self.kind, SyntaxKind::DELETE | SyntaxKind::TRUNCATE)
    }

    /// A setting of the session, which outlives the script; `SET LOCAL` ends with its transaction.
    pub fn changes_the_session(&self) -> bool {
        use SyntaxKind::{DISCARD, RESET, RESET_ROLE, RESET_SESSION_AUTH, SET, SET_ROLE, SET_SESSION_AUTH};
        let is_setting = matches!(
            self.kind,
            SET | SET_ROLE | SET_SESSION_AUTH | RESET | RESET_ROLE | RESET_SESSION_AUTH | DISCARD
        );
        let second = self.sql.split_ascii_whitespace().nth(1).unwrap_or_default();
        is_setting && !second.eq_ignore_ascii_case("local")
    }

    /// Its rows stand in the file, where only psql finds them, or in a file of the server.
    pub fn copies(&self) -> bool {
        self.kind == SyntaxKind::COPY
    }
}

#[cfg(test)]
mod tests;
