//! `[legacy.users]`: where the legacy keeps its users, and what of a row decides who may come in.

mod password;
mod rules;
mod table;

use std::fmt;

use crate::config::document::{item::Item, section::Section};

pub use password::{PasswordColumn, PasswordTable};
pub use rules::{ActiveRule, DeletedRule, Filling, RolesRule};
pub use table::TableName;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersProfile {
    pub table: TableName,
    pub id: IdColumn,
    /// A user is found by any of these, tried in this order.
    pub login: Vec<String>,
    pub login_case: LoginCase,
    pub password: PasswordColumn,
    pub active: Option<ActiveRule>,
    pub deleted: Option<DeletedRule>,
    pub roles: Option<RolesRule>,
    /// What a registered user's row has in columns that no field fills.
    pub insert: Vec<(String, Filling)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdColumn {
    pub column: String,
    pub kind: IdKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    Int,
    BigInt,
    Uuid,
    Text,
}

impl IdKind {
    /// As `type` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::BigInt => "bigint",
            Self::Uuid => "uuid",
            Self::Text => "text",
        }
    }
}

/// Which spellings of a login are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginCase {
    Exact,
    /// Both sides are compared in lower case.
    Lower,
    /// The column's own type says so.
    Citext,
}

const TABLE: &str = "table = \"users\"";
const ID: &str = "id = { column = \"id\", type = \"int\" }";
const LOGIN: &str = "login = [\"email\"]";
const PASSWORD: &str = "password = { column = \"hashed_password\" }";
const ACTIVE: &str = "active = { column = \"is_active\", equals = true }";
const DELETED: &str = "deleted = { column = \"deleted_at\", is_null = true }";
const ROLES: &str = "roles = { column = \"is_superuser\", map = { true = [\"admin\"] } }";
const INSERT: &str = "insert = { is_active = true, created_at = \"now\" }";

impl UsersProfile {
    pub(super) fn read(mut section: Section<'_>) -> Option<Self> {
        let table = section.required("table", TABLE).and_then(|item| TableName::read(&item));
        let id = section.required("id", ID).and_then(|item| IdColumn::read(item.section(ID)?));
        let login = section.required("login", LOGIN).and_then(|item| columns(&item));
        let login_case = section.optional("login_case").map_or(Some(LoginCase::Exact), |item| {
            item.choice(
                "a rule for the case of a login",
                &[LoginCase::Exact, LoginCase::Lower, LoginCase::Citext],
            )
        });
        let password = section
            .required("password", PASSWORD)
            .and_then(|item| PasswordColumn::read(item.section(PASSWORD)?));
        let active = section.optional("active").map(|item| ActiveRule::read(item.section(ACTIVE)?));
        let deleted = section.optional("deleted").map(|item| DeletedRule::read(item.section(DELETED)?));
        let roles = section.optional("roles").map(|item| RolesRule::read(item.section(ROLES)?));
        let insert = section.optional("insert").map(|item| rules::fillings(&item.section(INSERT)?));
        section.close();
        Some(Self {
            table: table?,
            id: id?,
            login: login?,
            login_case: login_case?,
            password: password?,
            active: written(active)?,
            deleted: written(deleted)?,
            roles: written(roles)?,
            insert: insert.unwrap_or(Some(Vec::new()))?,
        })
    }
}

/// What was written and could not be read is not the same as what was not written.
fn written<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |read| read.map(Some))
}

impl IdColumn {
    fn read(mut section: Section<'_>) -> Option<Self> {
        let column = section.required("column", "column = \"id\"").and_then(|item| name(&item));
        let kinds = [IdKind::Int, IdKind::BigInt, IdKind::Uuid, IdKind::Text];
        let kind = section.required("type", "type = \"int\"");
        let kind = kind.and_then(|item| item.choice("a type of ids", &kinds));
        section.close();
        Some(Self { column: column?, kind: kind? })
    }
}

/// The name of a column or a table, as the database has it.
fn name(item: &Item<'_>) -> Option<String> {
    let text = item.text()?;
    if text.is_empty() || text.contains('\0') {
        item.reject("the name is empty", "write the name as the database has it, as in `\"email\"`");
        return None;
    }
    Some(text.to_owned())
}

fn columns(item: &Item<'_>) -> Option<Vec<String>> {
    let items = item.list(LOGIN)?;
    if items.is_empty() {
        item.reject("nobody could be found without a column to look in", format!("write `{LOGIN}`"));
        return None;
    }
    let mut columns: Vec<String> = Vec::new();
    for (item, column) in items.iter().filter_map(|item| Some((item, name(item)?))) {
        if columns.contains(&column) {
            item.reject(format!("`{column}` is listed twice"), "keep one of the two");
        }
        columns.push(column);
    }
    Some(columns)
}

impl fmt::Display for IdKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl fmt::Display for LoginCase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Exact => "exact",
            Self::Lower => "lower",
            Self::Citext => "citext",
        })
    }
}
