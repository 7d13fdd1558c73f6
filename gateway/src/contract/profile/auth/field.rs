//! One field of a body, as the Pydantic model of the original declares it, and what it is for.

use super::{MaxBytes, TextLimits};
use crate::config::document::{
    item::Item,
    scalar::Scalar,
    section::{Entry, Section},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedField {
    /// Its name, after those of the objects that it is in.
    pub path: Vec<String>,
    pub purpose: Purpose,
    pub kind: FieldKind,
    pub presence: Presence,
    pub nullable: bool,
    /// Judged after everything else, as an `AfterValidator` is.
    pub max_bytes: Option<MaxBytes>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is judged, and that is all.
    Judged,
    /// By it a user is found.
    Login,
    /// The user's present password, or that of a new user.
    Password,
    NewPassword,
    /// It goes into this column of a new user.
    Column(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text(TextLimits),
    Email { max_length: Option<usize> },
    Bool,
    Int,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    /// `= None`
    Optional,
    Default(Scalar),
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Email,
    Bool,
    Int,
}

#[derive(Clone, Copy)]
enum Role {
    Login,
    Password,
    NewPassword,
}

const DEEPEST: usize = 8;
const EXAMPLE: &str = "email = { is = \"login\" }";
const MAX_BYTES: &str = "max_bytes = { most = 72, message = \"Password must be at most 72 bytes long\" }";

impl AskedField {
    pub(super) fn read(entry: &Entry<'_>) -> Option<Self> {
        let path = path(&entry.key);
        let mut section = entry.value.section(EXAMPLE)?;
        let purpose = purpose(&mut section);
        let kind = kind(&mut section);
        let optional = section.optional("optional");
        let is_optional = optional.as_ref().map_or(Some(false), |item| item.boolean());
        let default = section.optional("default").map(|item| Scalar::read(&item));
        let nullable = section.optional("nullable").map_or(Some(false), |item| item.boolean());
        let max_bytes = section.optional("max_bytes").map(|item| MaxBytes::read(item.section(MAX_BYTES)?));
        section.close();
        let presence = match (is_optional?, default) {
            (true, Some(_)) => {
                if let Some(item) = optional {
                    item.reject(
                        "a field with a default is optional already",
                        "remove `optional`, or `default`",
                    );
                }
                None
            }
            (true, None) => Some(Presence::Optional),
            (false, None) => Some(Presence::Required),
            (false, Some(default)) => default.map(Presence::Default),
        };
        Some(Self {
            path: path?,
            purpose: purpose?,
            kind: kind?,
            nullable: nullable? || presence == Some(Presence::Optional),
            presence: presence?,
            max_bytes: max_bytes.map_or(Some(None), |read| read.map(Some))?,
        })
    }
}

fn path(key: &Item<'_>) -> Option<Vec<String>> {
    let text = key.text()?;
    let path: Vec<String> = text.split('.').map(str::to_owned).collect();
    if path.len() > DEEPEST || path.iter().any(String::is_empty) {
        key.reject(
            format!("`{text}` is not the name of a field"),
            "write the names of the objects that it is in before it, as in `\"user.email\"`",
        );
        return None;
    }
    Some(path)
}

fn purpose(section: &mut Section<'_>) -> Option<Purpose> {
    let role = section.optional("is");
    let column = section.optional("column");
    match (role, column) {
        (None, None) => Some(Purpose::Judged),
        (None, Some(column)) => column.text().map(|column| Purpose::Column(column.to_owned())),
        (Some(role), None) => {
            Some(match role.choice("what a field is", &[Role::Login, Role::Password, Role::NewPassword])? {
                Role::Login => Purpose::Login,
                Role::Password => Purpose::Password,
                Role::NewPassword => Purpose::NewPassword,
            })
        }
        (Some(_), Some(column)) => {
            column.reject("what a field is says where it goes", "remove `column`, or `is`");
            None
        }
    }
}

fn kind(section: &mut Section<'_>) -> Option<FieldKind> {
    let kinds = [Kind::Text, Kind::Email, Kind::Bool, Kind::Int];
    let kind =
        section.optional("type").map_or(Some(Kind::Text), |item| item.choice("a type of fields", &kinds));
    Some(match kind? {
        Kind::Text => FieldKind::Text(TextLimits::read(section)?),
        Kind::Email => {
            let most = section.optional("max_length").map(|item| item.integer(1..=1_000_000));
            let max_length = match most {
                None => None,
                Some(most) => Some(usize::try_from(most?).ok()?),
            };
            FieldKind::Email { max_length }
        }
        Kind::Bool => FieldKind::Bool,
        Kind::Int => FieldKind::Int,
    })
}

impl std::fmt::Display for Kind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Bool => "bool",
            Self::Int => "int",
        })
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Login => "login",
            Self::Password => "password",
            Self::NewPassword => "new_password",
        })
    }
}
