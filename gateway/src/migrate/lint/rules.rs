//! Every rule by its name: our own with what to do, squawk's with whether it holds here and why.

use squawk_linter::Rule;

use super::Level;

/// Rules that need to know the header, the other script or how the runner works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumIter, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Own {
    Syntax,
    EmptyUp,
    TransactionControl,
    NeedsNoTransaction,
    NeedlessNoTransaction,
    NotAtomic,
    UnnamedIndex,
    SessionSetting,
    CopyData,
    Bookkeeping,
    Destructive,
    Unseen,
    BackfillInExpand,
    LosslessUp,
    LosslessDown,
    ArchiveOutsideTransaction,
    ArchiveOfRows,
    NothingToArchive,
    NothingToLose,
    NotValidated,
    Exemption,
}

impl Own {
    pub fn name(self) -> &'static str {
        self.into()
    }

    pub fn level(self) -> Level {
        match self {
            Own::NotValidated => Level::Hint,
            _ => Level::Error,
        }
    }

    /// A rule that somebody may have a reason to break. The others are how the runner works.
    pub fn may_be_exempt(self) -> bool {
        matches!(
            self,
            Own::Destructive | Own::Unseen | Own::BackfillInExpand | Own::NotValidated | Own::NotAtomic
        )
    }

    pub fn remedy(self) -> &'static str {
        match self {
            Own::Syntax => "correct the statement",
            Own::EmptyUp => "write what the migration does, or remove both of its files",
            Own::TransactionControl => {
                "remove it: the runner opens and ends the transaction; `transaction=off` runs each statement by itself"
            }
            Own::NeedsNoTransaction => {
                "write `transaction=off` in the first line, and everything else in another migration"
            }
            Own::NeedlessNoTransaction => "write `transaction=on`: a failure then leaves nothing behind",
            Own::NotAtomic => {
                "move it to a migration with `transaction=on`: a failure here would leave half of the file done"
            }
            Own::UnnamedIndex => "name the index: what a failed build leaves behind is found by its name",
            Own::SessionSetting => "write `SET LOCAL`, in a migration with `transaction=on`",
            Own::CopyData => "write `INSERT`: the rows of a COPY are read by psql, not by the runner",
            Own::Bookkeeping => "leave it alone: what has been migrated is written there",
            Own::Destructive => {
                "move it to a migration with `phase=contract`, applied when no running code uses it any more"
            }
            Own::Unseen => {
                "write plain statements that name what they change, or say after the name of the rule why it is safe"
            }
            Own::BackfillInExpand => {
                "move it to a migration with `phase=migrate`, applied when the new code runs"
            }
            Own::LosslessUp => "write `reversible=archive`, which keeps a copy, or `reversible=lossy`",
            Own::LosslessDown => {
                "write `reversible=archive`, which keeps a copy for the next up, or `reversible=lossy`"
            }
            Own::ArchiveOutsideTransaction => {
                "write `transaction=on` in both files: the copy must be made in the transaction that drops"
            }
            Own::ArchiveOfRows => {
                "keep the rows elsewhere first, or write `reversible=lossy`: an archive holds tables and columns"
            }
            Own::NothingToArchive | Own::NothingToLose => "write `reversible=lossless`",
            Own::NotValidated => "validate it in a later migration: `ALTER TABLE … VALIDATE CONSTRAINT …`",
            Own::Exemption => "write `-- squawk-ignore rule-name -- why it is safe here`",
        }
    }
}

/// Where a rule of squawk's holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Both,
    /// A down only restores what was there.
    Up,
    Off,
}

/// Every rule that squawk has switched on by itself, and those that we switch on.
pub const SQUAWK: &[(Rule, Scope, &str)] = &[
    (Rule::RequireConcurrentIndexCreation, Scope::Both, "writers wait"),
    (Rule::RequireConcurrentIndexDeletion, Scope::Both, "everybody waits"),
    (Rule::RequireConcurrentPartitionDetach, Scope::Both, "everybody waits"),
    (Rule::RequireConcurrentReindex, Scope::Both, "everybody waits"),
    (Rule::ConstraintMissingNotValid, Scope::Both, "writers wait while the table is read"),
    (Rule::AddingForeignKeyConstraint, Scope::Both, "writers of both tables wait"),
    (Rule::AddingFieldWithDefault, Scope::Both, "a volatile default rewrites the table"),
    (Rule::AddingNotNullableField, Scope::Both, "everybody waits while the table is read"),
    (Rule::AddingRequiredField, Scope::Both, "fails on a table with rows"),
    (Rule::AddingSerialPrimaryKeyField, Scope::Both, "rewrites the table"),
    (Rule::DisallowedUniqueConstraint, Scope::Both, "everybody waits while the index is built"),
    (Rule::RequireTableSchema, Scope::Both, "which table is meant must not depend on who migrates"),
    (Rule::BanTruncateCascade, Scope::Both, "empties tables that it does not name"),
    (Rule::BanDropDatabase, Scope::Both, "a migration changes a database, it does not end it"),
    (Rule::BanDuplicateColumnAssignments, Scope::Both, "PostgreSQL refuses it"),
    (Rule::IdentifierTooLong, Scope::Both, "PostgreSQL cuts the name off"),
    (Rule::PreferIdentity, Scope::Up, "serial columns need rights of their own"),
    (Rule::PreferTextField, Scope::Up, "a longer varchar is a change of type"),
    (Rule::PreferTimestampTz, Scope::Up, "a timestamp without a zone means another instant elsewhere"),
    (Rule::BanCharField, Scope::Up, "char(n) pads with blanks"),
    (Rule::BanCreateDomainWithConstraint, Scope::Up, "cannot be changed while tables use it"),
    (Rule::BanAlterDomainWithAddConstraint, Scope::Up, "cannot be added as NOT VALID"),
    (
        Rule::RequireLockTimeout,
        Scope::Off,
        "the runner sets lock_timeout for every statement, and tries again",
    ),
    (Rule::RequireStatementTimeout, Scope::Off, "the runner sets statement_timeout for the session"),
    (Rule::RequireTimeoutSettings, Scope::Off, "another name of those two"),
    (
        Rule::PreferRobustStmts,
        Scope::Off,
        "a transaction leaves nothing behind; without one each statement's state is kept",
    ),
    (Rule::TransactionNesting, Scope::Off, "`transaction-control` says it"),
    (Rule::BanUncommittedTransaction, Scope::Off, "`transaction-control` says it"),
    (Rule::BanConcurrentIndexCreationInTransaction, Scope::Off, "`needs-no-transaction` says it"),
    (Rule::UnusedIgnore, Scope::Off, "`exemption` says it, for our rules too"),
    (Rule::PreferBigintOverInt, Scope::Off, "the legacy's models say how wide a column is"),
    (Rule::PreferBigintOverSmallint, Scope::Off, "the legacy's models say how wide a column is"),
    (Rule::PreferRepack, Scope::Off, "no supported PostgreSQL has REPACK"),
    (
        Rule::RequireEnumValueOrdering,
        Scope::Off,
        "a new value belongs at the end unless somebody says otherwise",
    ),
    (Rule::BanDropNotNull, Scope::Off, "code that wrote values goes on writing them"),
    (Rule::ChangingColumnType, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::RenamingColumn, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::RenamingTable, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::RenamingObject, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropColumn, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropTable, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropView, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropFunction, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropType, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropDefault, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropSchema, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropSequence, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropDomain, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropConstraint, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropGeneratedExpression, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanDropExtension, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanSetSchema, Scope::Off, "`destructive` says it, but in contract"),
    (Rule::BanAlterIdentity, Scope::Off, "`destructive` says it, but in contract"),
];

/// Whether an exemption may name it.
pub fn is_known(name: &str) -> bool {
    use strum::IntoEnumIterator;
    let own = Own::iter().any(|rule| rule.may_be_exempt() && rule.name() == name);
    own || SQUAWK.iter().any(|(rule, scope, _)| *scope != Scope::Off && rule.to_string() == name)
}
