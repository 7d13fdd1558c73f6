//! The statements that find a user: by what they typed, or by their id.

use super::{
    Inner,
    learned::Column,
    source::{Called, Predicates, id_type, literal, password_row, quoted, table},
};
use crate::contract::profile::UsersProfile;

/// One row always, with the name as it is compared; whose it is where it is anybody's.
pub(super) fn by_login(inner: &Inner, columns: &[Column]) -> String {
    let Called { name, any, column } = Called::of(&inner.profile);
    let start = start(inner, columns, &format!(", {column} AS login_column"));
    format!(
        "SELECT {name} AS login_name, found.* FROM (VALUES (1)) one \
         LEFT JOIN ({start} AND ({any}) ORDER BY login_column LIMIT 1) found ON true"
    )
}

/// What the name `$1` is compared as, `login_name`, and the key of whoever has it, `user_key`.
pub fn whose(profile: &UsersProfile) -> String {
    let Called { name, any, column } = Called::of(profile);
    let Predicates { present, .. } = Predicates::of(profile);
    format!(
        "SELECT {name} AS login_name, (SELECT u.{}::text FROM {} u WHERE {present} AND ({any}) \
         ORDER BY {column} LIMIT 1) AS user_key",
        quoted(&profile.id.column),
        table(&profile.table),
    )
}

pub(super) fn by_id(inner: &Inner, columns: &[Column]) -> String {
    let id = &inner.profile.id;
    format!("{} AND u.{} = $1::{}", start(inner, columns, ""), quoted(&id.column), id_type(id.kind))
}

/// Whoever asks is looked up before every handler: no more than is needed.
pub(super) fn current(profile: &UsersProfile) -> String {
    let Predicates { active, present } = Predicates::of(profile);
    let (id, kind) = (quoted(&profile.id.column), id_type(profile.id.kind));
    // Of a narrower column as well, the type that handlers are given.
    format!(
        "SELECT u.{id}::{kind} AS id, {active} AS is_active FROM {} u WHERE u.{id} = $1::{kind} AND {present}",
        table(&profile.table),
    )
}

/// What is told of the row `u` that a statement has just made.
pub(super) fn made(inner: &Inner, columns: &[Column]) -> String {
    let profile = &inner.profile;
    let Predicates { active, .. } = Predicates::of(profile);
    format!(
        "SELECT u.{}::text AS user_key, {active} AS is_active, NULL::text AS password, \
         NULL::text AS companion, {} AS roles, {} AS claims, NULL::text AS side_phc, \
         NULL::bytea AS side_legacy_fp{} FROM u",
        quoted(&profile.id.column),
        roles(inner),
        claims(inner),
        shown(inner, columns),
    )
}

fn start(inner: &Inner, columns: &[Column], more: &str) -> String {
    let profile = &inner.profile;
    let Predicates { active, present } = Predicates::of(profile);
    let id = quoted(&profile.id.column);
    let Secrets { beside, hash, companion } = Secrets::of(profile);
    let (roles, shown) = (roles(inner), shown(inner, columns));
    format!(
        "SELECT u.{id}::text AS user_key, {active} AS is_active, {hash} AS password, \
         {companion} AS companion, {roles} AS roles, {} AS claims, side.phc AS side_phc, \
         side.legacy_fp AS side_legacy_fp{more}{shown} \
         FROM {} u{beside} LEFT JOIN gateway.user_password side ON side.user_key = u.{id}::text \
         WHERE {present}",
        claims(inner),
        table(&profile.table),
    )
}

/// Where the hash of a user `u` stands, and what is read with it, as texts.
pub(super) struct Secrets {
    /// The join of the table that holds passwords, where that is another.
    pub(super) beside: String,
    pub(super) hash: String,
    pub(super) companion: String,
}

impl Secrets {
    pub(super) fn of(profile: &UsersProfile) -> Self {
        let password = &profile.password;
        let (beside, owner) = match password_row(profile) {
            None => (String::new(), "u"),
            Some(row) => (format!(" LEFT JOIN LATERAL ({row}) p ON true"), "p"),
        };
        let text = |column: &str| format!("{owner}.{}::text", quoted(column));
        let companion = password.companion().map_or_else(|| "NULL::text".to_owned(), text);
        Self { beside, hash: text(&password.column), companion }
    }
}

fn roles(inner: &Inner) -> String {
    let rule = inner.profile.roles.as_ref();
    rule.map_or_else(|| "NULL::text".to_owned(), |rule| format!("to_jsonb(u.{})::text", quoted(&rule.column)))
}

/// One object, each claim in the type of its column.
fn claims(inner: &Inner) -> String {
    if inner.claims.is_empty() {
        return "NULL::text".to_owned();
    }
    let pairs: Vec<String> = inner
        .claims
        .iter()
        .map(|(claim, column)| format!("{}::text, u.{}", literal(claim), quoted(column)))
        .collect();
    format!("jsonb_build_object({})::text", pairs.join(", "))
}

/// The columns that answers show, each of a type that is known here, under `shown_N`, or `json_N`.
fn shown(inner: &Inner, columns: &[Column]) -> String {
    let find = |name: &String| columns.iter().find(|column| column.name == *name);
    let shown = inner.shown.iter().enumerate().filter_map(|(at, name)| {
        let column = find(name)?;
        let kind = if column.is_json() { "json" } else { "shown" };
        Some(format!(", u.{}{} AS {kind}_{at}", quoted(name), column.shown_as()))
    });
    shown.collect()
}
