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
            // `str(user.id)`, or `user.id.hex`: both are this one id.
            let spellings = [id.hyphenated().to_string(), id.simple().to_string()];
            let is_one = spellings.iter().any(|spelling| text.eq_ignore_ascii_case(spelling));
            is_one.then_some(Subject::Uuid(id))
        }
        SubjectKind::Text | SubjectKind::Lookup(_) => {
            let text = value.as_str()?;
            (!text.is_empty() && !text.contains('\0')).then(|| Subject::Text(text.to_owned()))
        }
    }
}
