//! Which keys are shown, and whether the client has them already.

use crate::auth::{Issuer, keys::Jwks};

/// As they are in force now, and whether `If-None-Match` names them.
pub(super) fn jwks(issuer: &Issuer, held: Option<&str>) -> (Jwks, bool) {
    let jwks = issuer.means.keys.current().jwks().clone();
    let is_known = held.is_some_and(|held| jwks.is_named_in(held));
    (jwks, is_known)
}
