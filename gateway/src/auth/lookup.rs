//! Whose token it is that names its user by something else than their id.
//!
//! Such a name can be changed, and given to somebody else: what was found counts for seconds, what is written into a
//! token is never remembered at all, and everything behind is keyed by the id alone.

use std::{sync::Arc, time::Duration};

use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use super::{
    Subject,
    users::{Predicates, quoted, table},
};
use crate::{
    contract::profile::{
        LookupRule,
        users::{TableName, UsersProfile},
    },
    db::{DatabaseFailure, Statements},
};

const MOST: usize = 10_000;
const FRESH: Duration = Duration::from_secs(5);

/// A cheap handle; clones share what was found.
#[derive(Clone)]
pub struct Lookup {
    inner: Arc<Inner>,
}

struct Inner {
    statements: Statements,
    /// The column of the users' table that has the id, in quotes.
    id: String,
    /// What says of a row `u` that it is no deleted user's.
    present: String,
    found: Cache<(LookupRule, String), Found>,
}

#[derive(Clone)]
struct Found {
    user: Subject,
    at: Instant,
}

#[derive(Debug)]
pub enum NotFound {
    /// Nobody is called that; or several are, and it cannot be told who is meant.
    Nobody,
    Database(DatabaseFailure),
}

impl From<DatabaseFailure> for NotFound {
    fn from(failure: DatabaseFailure) -> Self {
        Self::Database(failure)
    }
}

impl Lookup {
    pub fn new(statements: Statements, users: Option<&UsersProfile>) -> Self {
        let id = quoted(users.map_or("id", |users| &users.id.column));
        let present = users.map_or_else(|| "true".to_owned(), |users| Predicates::of(users).present);
        Self { inner: Arc::new(Inner { statements, id, present, found: Cache::new(MOST) }) }
    }

    /// However many ask for one name at a time, the database is asked once.
    pub async fn user(&self, rule: &LookupRule, name: &str, until: Instant) -> Result<Subject, NotFound> {
        let key = (rule.clone(), name.to_owned());
        if self.inner.found.get(&key).is_some_and(|found| found.at.elapsed() > FRESH) {
            self.inner.found.remove(&key);
        }
        let asked = self.inner.found.get_or_insert_async(&key, async {
            let user = self.ask(rule, name, until).await?;
            Ok(Found { user, at: Instant::now() })
        });
        match timeout_at(until, asked).await {
            Ok(found) => found.map(|found| found.user),
            Err(_) => Err(DatabaseFailure::Late.into()),
        }
    }

    /// What a user is called now whose id is known.
    pub async fn name(&self, rule: &LookupRule, user: &Subject, until: Instant) -> Result<Subject, NotFound> {
        let Inner { id, present, .. } = &*self.inner;
        let (column, table) = (quoted(&rule.column), table_of(rule));
        let sql =
            format!("SELECT u.{column}::text AS name FROM {table} u WHERE u.{id} = $1 AND {present} LIMIT 1");
        let id: (&(dyn ToSql + Sync), Type) = match user {
            Subject::Int(id) => (id, Type::INT8),
            Subject::Uuid(id) => (id, Type::UUID),
            Subject::Text(id) => (id, Type::TEXT),
        };
        let rows = self.inner.statements.run(&sql, &[id], until).await?;
        let row = rows.first().ok_or(NotFound::Nobody)?;
        let told = |source| DatabaseFailure::Column { column: "name", source };
        let name: Option<String> = row.try_get(0).map_err(told)?;
        name.map(Subject::Text).ok_or(NotFound::Nobody)
    }

    async fn ask(&self, rule: &LookupRule, name: &str, until: Instant) -> Result<Subject, NotFound> {
        let Inner { id, present, .. } = &*self.inner;
        let (column, table) = (quoted(&rule.column), table_of(rule));
        let sql = format!("SELECT u.{id} AS id FROM {table} u WHERE u.{column} = $1 AND {present} LIMIT 2");
        let rows = self.inner.statements.run(&sql, &[(&name, Type::TEXT)], until).await?;
        let [row] = rows.as_slice() else { return Err(NotFound::Nobody) };
        id_of(row).map_err(NotFound::from)?.ok_or(NotFound::Nobody)
    }
}

fn table_of(rule: &LookupRule) -> String {
    table(&TableName { schema: rule.schema.clone(), name: rule.table.clone() })
}

/// An id is of the type that its column is.
fn id_of(row: &Row) -> Result<Option<Subject>, DatabaseFailure> {
    let told = |source| DatabaseFailure::Column { column: "id", source };
    let kind = row.columns().first().map(|column| column.type_().clone());
    Ok(match kind {
        Some(Type::INT2) => row.try_get::<_, Option<i16>>(0).map_err(told)?.map(|id| Subject::Int(id.into())),
        Some(Type::INT4) => row.try_get::<_, Option<i32>>(0).map_err(told)?.map(|id| Subject::Int(id.into())),
        Some(Type::INT8) => row.try_get::<_, Option<i64>>(0).map_err(told)?.map(Subject::Int),
        Some(Type::UUID) => row.try_get::<_, Option<uuid::Uuid>>(0).map_err(told)?.map(Subject::Uuid),
        _ => row.try_get::<_, Option<String>>(0).map_err(told)?.map(Subject::Text),
    })
}
