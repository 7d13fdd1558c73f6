//! One row of the legacy's route table. Order is the list's; a row never says more than the legacy does.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{LockError, LockedApp};
use crate::routes::template;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Row {
    Http(HttpRow),
    Ws(WebSocketRow),
    Mount(MountRow),
    Host(HostRow),
    Opaque(OpaqueRow),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpRow {
    pub template: String,
    pub params: Vec<Param>,
    /// Sorted; none: any method.
    pub methods: Option<Vec<String>>,
    /// Indexes into the lock's schemes, in the order in which the legacy solves them.
    pub security: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSocketRow {
    pub template: String,
    pub params: Vec<Param>,
    pub security: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MountRow {
    pub template: String,
    pub params: Vec<Param>,
    /// None: the legacy serves everything below.
    pub app: Option<LockedApp>,
}

/// Decides by the Host header, which is not matched here: whatever reaches it goes to the legacy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostRow {
    pub host: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpaqueRow {
    pub class: String,
    pub reason: String,
    /// None: whatever reaches it goes to the legacy.
    pub pattern: Option<Pattern>,
    pub security: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    pub protocol: Protocol,
    pub template: String,
    pub params: Vec<Param>,
    pub methods: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    Http,
    WebSocket,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontendRow {
    pub path: String,
    pub security: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    pub name: String,
    pub converter: Converter,
    /// As the legacy's framework version spells it.
    pub regex: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Converter {
    Str,
    Path,
    Int,
    Float,
    Uuid,
}

impl Row {
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Ws(_) => "ws",
            Self::Mount(_) => "mount",
            Self::Host(_) => "host",
            Self::Opaque(_) => "opaque",
        }
    }

    pub(super) fn check(&self, schemes: usize) -> Result<(), LockError> {
        let check = |template: &str, params: &[Param], security: &[usize]| {
            template::check(template, params)?;
            check_security(template, security, schemes)
        };
        match self {
            Self::Http(row) => check(&row.template, &row.params, &row.security),
            Self::Ws(row) => check(&row.template, &row.params, &row.security),
            Self::Mount(row) => {
                check(&row.template, &row.params, &[])?;
                row.app.as_ref().map_or(Ok(()), |app| app.check(schemes))
            }
            Self::Host(_) => Ok(()),
            Self::Opaque(row) => {
                row.pattern
                    .as_ref()
                    .map_or(Ok(()), |pattern| check(&pattern.template, &pattern.params, &[]))?;
                check_security(&row.class, &row.security, schemes)
            }
        }
    }
}

pub(super) fn check_security(template: &str, security: &[usize], schemes: usize) -> Result<(), LockError> {
    match security.iter().find(|index| **index >= schemes) {
        Some(index) => Err(LockError::UnknownScheme { template: template.to_owned(), index: *index }),
        None => Ok(()),
    }
}

impl fmt::Display for Converter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Str => "str",
            Self::Path => "path",
            Self::Int => "int",
            Self::Float => "float",
            Self::Uuid => "uuid",
        })
    }
}
