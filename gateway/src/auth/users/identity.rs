//! The id of a user in the spelling of their column, and back: one user has one key, however the id was written.

use uuid::Uuid;

use crate::{auth::Subject, contract::profile::users::IdKind};

/// Whom a text names that stands for an id; nothing where it cannot be one.
pub fn subject_of(kind: IdKind, text: &str) -> Option<Subject> {
    match kind {
        IdKind::Int => canonical(text).filter(|id| i32::try_from(*id).is_ok()).map(Subject::Int),
        IdKind::BigInt => canonical(text).map(Subject::Int),
        IdKind::Uuid => text.parse::<Uuid>().ok().map(Subject::Uuid),
        IdKind::Text => (!text.is_empty() && !text.contains('\0')).then(|| Subject::Text(text.to_owned())),
    }
}

fn canonical(text: &str) -> Option<i64> {
    text.parse::<i64>().ok().filter(|id| id.to_string() == text)
}

/// As the column has it; nothing for an id that it could not hold.
pub(super) fn spelled(kind: IdKind, subject: &Subject) -> Option<String> {
    subject_of(kind, &subject.to_string()).map(|subject| subject.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_one_id_are_one_user() {
        let key = |kind, text: &str| subject_of(kind, text).map(|subject| subject.to_string());
        let upper = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
        for spelling in [upper.to_owned(), upper.to_lowercase(), upper.replace('-', "")] {
            assert_eq!(key(IdKind::Uuid, &spelling), Some(upper.to_lowercase()), "{spelling}");
        }
        assert_eq!(key(IdKind::Int, "7"), Some("7".to_owned()));
        for no_id in ["", "07", "+7", " 7", "7.0", "2147483648", "seven"] {
            assert_eq!(key(IdKind::Int, no_id), None, "{no_id}");
        }
        assert_eq!(key(IdKind::BigInt, "2147483648"), Some("2147483648".to_owned()));
        assert_eq!(key(IdKind::Text, "a\0"), None);
        assert_eq!(spelled(IdKind::Uuid, &Subject::Text(upper.to_owned())), Some(upper.to_lowercase()));
        assert_eq!(spelled(IdKind::Uuid, &Subject::Int(7)), None);
    }
}
