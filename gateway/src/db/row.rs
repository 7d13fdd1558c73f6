//! A row of an answer, whose columns may have another type than the code was written for: somebody migrated.

use tokio_postgres::{Row, types::FromSql};

use super::DatabaseFailure;

/// The value of a column.
pub fn read<'a, T: FromSql<'a>>(row: &'a Row, column: &'static str) -> Result<T, DatabaseFailure> {
    row.try_get(column).map_err(|source| DatabaseFailure::Column { column, source })
}
