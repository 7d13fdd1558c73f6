//! The one transaction in which everything is read: it cannot write, and waits for nothing and nobody long.

use std::error::Error as _;

use tokio_postgres::{
    Client, Row,
    error::SqlState,
    types::{FromSql, ToSql, Type},
};

pub(super) struct Explorer<'c> {
    client: &'c Client,
}

#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    #[error("ask the database: {}", told(.0))]
    Asking(#[from] tokio_postgres::Error),
}

/// Nobody's request waits, but a lock that is waited for is one that others wait behind.
const LIMITS: &str = "SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '2s'; \
    SET LOCAL idle_in_transaction_session_timeout = '60s'";

impl<'c> Explorer<'c> {
    /// What is set holds for this transaction alone, so that a pooler on the way does no harm.
    pub(super) async fn begin(client: &'c Client) -> Result<Self, InspectError> {
        client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        client.batch_execute(LIMITS).await?;
        Ok(Self { client })
    }

    /// Where this cannot be said, the connection is gone, and the transaction with it.
    pub(super) async fn end(self) {
        drop(self.client.batch_execute("ROLLBACK").await);
    }

    pub(super) async fn ask(
        &self,
        sql: &str,
        params: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, InspectError> {
        Ok(self.client.query_typed(sql, params).await?)
    }

    /// The same for what may take too long: nothing then, and the transaction goes on.
    pub(super) async fn ask_if_quick(&self, sql: &str) -> Result<Option<Vec<Row>>, InspectError> {
        self.client.batch_execute("SAVEPOINT quick").await?;
        match self.client.query_typed(sql, &[]).await {
            Ok(rows) => Ok(Some(rows)),
            Err(error) if error.code() == Some(&SqlState::QUERY_CANCELED) => {
                self.client.batch_execute("ROLLBACK TO SAVEPOINT quick").await?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

pub(super) fn read<'r, T: FromSql<'r>>(row: &'r Row, column: &str) -> Result<T, InspectError> {
    Ok(row.try_get(column)?)
}

/// Of the server's words the code and the message: the detail may show a row.
fn told(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(answer), _) => format!("SQLSTATE {}: {}", answer.code().code(), answer.message()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
