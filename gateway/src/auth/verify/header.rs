//! The header of a token: which profile and which key it asks for, and nothing that would change what it means.

use serde_json::Value;

use crate::auth::{BadToken, claims::Members};

/// Parameters that change what a token means, or where its key is; none of them is ever honoured.
pub(super) const FORBIDDEN: [&str; 9] = ["crit", "b64", "zip", "enc", "cty", "jku", "jwk", "x5u", "x5c"];

/// What our own tokens are called (RFC 9068), and what no token of the legacy's is.
const OWN: &str = "at+jwt";
const LONGEST_KID: usize = 256;

#[derive(Debug)]
pub(super) enum Header {
    /// Exactly these three members.
    Own {
        algorithm: String,
        kid: String,
    },
    Legacy {
        algorithm: String,
        kid: Option<String>,
    },
}

impl Header {
    pub(super) fn parse(part: &str) -> Result<Self, BadToken> {
        let members = Members::decode(part)?.ok_or(BadToken::Header)?;
        if FORBIDDEN.iter().any(|name| members.contains(name)) {
            return Err(BadToken::Header);
        }
        let is_own = match members.find("typ") {
            None => false,
            Some(Value::String(typ)) if typ == OWN => true,
            Some(Value::String(typ)) if typ.eq_ignore_ascii_case("JWT") => false,
            Some(_) => return Err(BadToken::Header),
        };
        let Some(Value::String(algorithm)) = members.find("alg") else { return Err(BadToken::Algorithm) };
        let algorithm = algorithm.clone();
        let kid = match members.find("kid") {
            None => None,
            Some(Value::String(kid)) if is_name(kid) => Some(kid.clone()),
            Some(_) => return Err(BadToken::Header),
        };
        match (is_own, kid) {
            (false, kid) => Ok(Self::Legacy { algorithm, kid }),
            (true, Some(kid)) if members.count() == 3 => Ok(Self::Own { algorithm, kid }),
            (true, _) => Err(BadToken::Header),
        }
    }
}

/// It is only ever compared, but it should not be able to do harm in somebody's log either.
fn is_name(kid: &str) -> bool {
    !kid.is_empty() && kid.len() <= LONGEST_KID && !kid.chars().any(char::is_control)
}
