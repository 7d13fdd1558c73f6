//! New users, and new passwords of old ones.

use std::sync::Arc;

use tokio::time::Instant;
use tokio_postgres::types::{ToSql, Type};

use super::{
    FoundUser, Inner, Users, UsersFailure,
    learned::{Column, Learned},
    select,
    source::{id_type, literal, quoted, table},
};
use crate::{
    contract::{profile::users::Filling, python},
    db::DatabaseFailure,
};

/// What a registration stores.
pub struct NewUser<'a> {
    /// What was asked for, by column.
    pub columns: Vec<(&'a str, &'a python::Value)>,
    pub hash: &'a str,
    /// For the column beside the hash, where there is one.
    pub companion: Option<&'a str>,
}

/// What of the mapping concerns a password alone.
pub(super) struct Passwords {
    /// See `NewPassword::written`.
    change: String,
}

/// A password that is to take the place of another one. `Sessions` stores it, with what ends by it.
pub struct NewPassword<'a> {
    learned: Arc<Learned>,
    values: [Option<&'a str>; 3],
}

impl NewPassword<'_> {
    /// The parts of a statement that store it for the user whose key is `$1`; `changed` has a row unless somebody has
    /// changed it since it was read.
    pub fn written(&self) -> &str {
        &self.learned.password.change
    }

    /// From `$8` on.
    pub fn values(&self) -> &[Option<&str>] {
        &self.values
    }
}

impl Passwords {
    pub(super) fn new(inner: &Inner) -> Self {
        let (profile, password) = (&inner.profile, &inner.profile.password);
        let (name, key) = match &password.table {
            None => (&profile.table, &profile.id.column),
            Some(other) => (&other.table, &other.key),
        };
        let hash = quoted(&password.column);
        let companion = password.companion();
        let companion = companion.map_or_else(String::new, |column| format!(", {} = $10", quoted(column)));
        let change = format!(
            "changed AS (UPDATE {} w SET {hash} = $8{companion} WHERE w.{} = $1::{} \
             AND w.{hash}::text IS NOT DISTINCT FROM $9 RETURNING 1), \
             gone AS (DELETE FROM gateway.user_password WHERE user_key = $1 AND EXISTS (SELECT FROM changed))",
            table(name),
            quoted(key),
            id_type(profile.id.kind),
        );
        Self { change }
    }
}

/// The names of an insert and what each gets, with the values of the places among them.
#[derive(Default)]
struct Insert {
    names: Vec<String>,
    values: Vec<String>,
    params: Vec<Option<String>>,
}

impl Insert {
    fn given(&mut self, column: &Column, value: Option<String>) {
        self.params.push(value);
        self.names.push(column.quoted());
        self.values.push(column.cast(self.params.len()));
    }

    fn filled(&mut self, column: &Column, filling: &Filling) {
        self.names.push(column.quoted());
        self.values.push(match filling {
            Filling::Constant(constant) => literal(&constant.to_string()),
            Filling::Now if column.base == "timestamp" => "(clock_timestamp() AT TIME ZONE 'UTC')".to_owned(),
            Filling::Now => "clock_timestamp()".to_owned(),
            Filling::NewUuid => format!("gen_random_uuid()::text::{}", column.kind),
        });
    }

    fn has(&self, column: &Column) -> bool {
        self.names.contains(&column.quoted())
    }
}

impl Users {
    /// The new user; nothing where somebody has what must be one's own. The database's own unique indexes find that: of
    /// several at once one is new.
    pub async fn register(
        &self,
        new: &NewUser<'_>,
        until: Instant,
    ) -> Result<Option<FoundUser>, UsersFailure> {
        let learned = self.learned(until).await?;
        let (sql, params) = insert(&self.inner, &learned.columns, new);
        let params: Vec<(&(dyn ToSql + Sync), Type)> =
            params.iter().map(|value| (value as &(dyn ToSql + Sync), Type::TEXT)).collect();
        match self.inner.statements.run(&sql, &params, until).await {
            Ok(rows) => {
                let row = rows.first().ok_or(DatabaseFailure::NoRow)?;
                Ok(Some(FoundUser::of(row, &self.inner)?))
            }
            Err(DatabaseFailure::Unique { .. }) => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    /// The first of these columns in which somebody has the value already, logins under the rule for their case.
    pub async fn taken<'c>(
        &self,
        values: &[(&'c str, String)],
        until: Instant,
    ) -> Result<Option<&'c str>, UsersFailure> {
        let profile = &self.inner.profile;
        for (column, value) in values {
            let is_login = profile.login.iter().any(|login| login == column);
            let same = if is_login {
                super::source::is_login(profile.login_case, column)
            } else {
                format!("u.{}::text = $1", quoted(column))
            };
            let sql = format!("SELECT FROM {} u WHERE {same} LIMIT 1", table(&profile.table));
            let rows = self.inner.statements.run(&sql, &[(value, Type::TEXT)], until).await?;
            if !rows.is_empty() {
                return Ok(Some(column));
            }
        }
        Ok(None)
    }

    /// In the place of `old`, a hash with what stands beside it.
    pub async fn new_password<'a>(
        &self,
        old: Option<&'a str>,
        (hash, companion): (&'a str, Option<&'a str>),
        until: Instant,
    ) -> Result<NewPassword<'a>, UsersFailure> {
        Ok(NewPassword { learned: self.learned(until).await?, values: [Some(hash), old, companion] })
    }
}

fn insert(inner: &Inner, columns: &[Column], new: &NewUser<'_>) -> (String, Vec<Option<String>>) {
    let profile = &inner.profile;
    let find = |name: &str| columns.iter().find(|column| column.name == name);
    let mut insert = Insert::default();
    for (name, value) in &new.columns {
        if let Some(column) = find(name).filter(|column| !insert.has(column)) {
            insert.given(column, as_text(value));
        }
    }
    let password = &profile.password;
    if password.table.is_none() {
        let companion = password.companion().and_then(find);
        for (column, value) in [(find(&password.column), Some(new.hash)), (companion, new.companion)] {
            if let Some(column) = column.filter(|column| !insert.has(column)) {
                insert.given(column, value.map(str::to_owned));
            }
        }
    }
    for (name, filling) in &profile.insert {
        if let Some(column) = find(name).filter(|column| !insert.has(column)) {
            insert.filled(column, filling);
        }
    }
    let beside = beside(inner, new, &mut insert.params);
    let Insert { names, values, params } = insert;
    let sql = format!(
        "WITH u AS (INSERT INTO {} ({}) VALUES ({}) RETURNING *){beside} {}",
        table(&profile.table),
        names.join(", "),
        values.join(", "),
        select::made(inner, columns),
    );
    (sql, params)
}

/// The row of another table that holds the password.
fn beside(inner: &Inner, new: &NewUser<'_>, params: &mut Vec<Option<String>>) -> String {
    let (profile, password) = (&inner.profile, &inner.profile.password);
    let Some(other) = &password.table else { return String::new() };
    let mut names = vec![quoted(&other.key), quoted(&password.column)];
    params.push(Some(new.hash.to_owned()));
    let mut values = vec![format!("u.{}", quoted(&profile.id.column)), format!("${}", params.len())];
    if let Some(column) = password.companion() {
        params.push(new.companion.map(str::to_owned));
        names.push(quoted(column));
        values.push(format!("${}", params.len()));
    }
    format!(
        ", beside AS (INSERT INTO {} ({}) SELECT {} FROM u)",
        table(&other.table),
        names.join(", "),
        values.join(", ")
    )
}

/// As PostgreSQL reads it in a cast from text.
pub fn as_text(value: &python::Value) -> Option<String> {
    match value {
        python::Value::Bool(value) => Some(value.to_string()),
        python::Value::Integer(value) => Some(value.to_string()),
        python::Value::Huge(digits) => Some(digits.clone()),
        python::Value::Float(value) => Some(value.to_string()),
        python::Value::Text(text) => text.as_str().map(str::to_owned),
        python::Value::None | python::Value::List(_) | python::Value::Dict(_) | python::Value::File(_) => {
            None
        }
    }
}
