//! Which keys are shown, and whether the client has them already.

use crate::auth::{Issuer, keys::Jwks};

/// As they are in force now, and whether `If-None-Match` names them.
pub(super) fn jwks(issuer: &Issuer, held: Option<&str>) -> (Jwks, bool) {
    let jwks = issuer.means.keys.current().jwks().clone();
    let is_known = held.is_some_and(|held| names(held, &jwks.etag));
    (jwks, is_known)
}

/// RFC 9110 section 13.1.2: weakly compared, any of a list, or whatever there is.
fn names(held: &str, etag: &str) -> bool {
    held.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_names_what_it_has() {
        for (held, expected) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(names(held, "\"a\""), expected, "{held}");
        }
    }
}
