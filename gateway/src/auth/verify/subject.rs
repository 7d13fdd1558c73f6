//! Whom a claim names. One spelling for each user: what is not canonical is not an id.

use serde_json::Value;

use crate::{auth::Subject, contract::profile::SubjectKind};

/// Of a name that must be looked up, the name.
pub(super) fn subject_of(value: &Value, kind: &SubjectKind) -> Option<Subject> {
    match kind {
        SubjectKind::Int => {
            let id = match value {
                Value::Number(number) => number.as_i64()?,
                Value::String(text) => {
                    let id: i64 = text.parse().ok()?;
                    (id.to_string() == *text).then_some(id)?
                }
                _ => return None,
            };
            Some(Subject::Int(id))
        }
        SubjectKind::Uuid => {
            let text = value.as_str()?;
            let id: uuid::Uuid = text.parse().ok()?;
            let canonical = text.eq_ignore_ascii_case(&id.hyphenated().to_string());
            canonical.then_some(Subject::Uuid(id))
        }
        SubjectKind::Text | SubjectKind::Lookup(_) => {
            let text = value.as_str()?;
            (!text.is_empty() && !text.contains('\0')).then(|| Subject::Text(text.to_owned()))
        }
    }
}
