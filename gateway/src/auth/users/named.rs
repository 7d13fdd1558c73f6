//! A name that somebody typed: how the database compares it, and whose it is.

use tokio_postgres::Row;

use super::{FoundUser, Inner, learned::read};
use crate::db::DatabaseFailure;

pub struct Named {
    /// The same for all spellings that the database takes for one name, whether anybody has it or not.
    pub name: String,
    pub user: Option<NamedUser>,
}

pub struct NamedUser {
    pub user: FoundUser,
    /// By which of the columns of `login`, counted from none.
    pub column: i32,
}

impl Named {
    pub(super) fn of(row: &Row, inner: &Inner) -> Result<Self, DatabaseFailure> {
        let column: Option<i32> = read(row, "login_column")?;
        let user = column
            .map(|column| Ok::<_, DatabaseFailure>(NamedUser { user: FoundUser::of(row, inner)?, column }));
        Ok(Self { name: read(row, "login_name")?, user: user.transpose()? })
    }

    pub fn found(&self) -> Option<&FoundUser> {
        self.user.as_ref().map(|named| &named.user)
    }
}
