//! A token in the legacy's shape that the gateway has handed out says so, in one claim and one spelling.

use std::time::{Duration, UNIX_EPOCH};

use super::*;

const SESSION: &str = "5b0a3c52-6c0c-4a2e-9d2e-0c7a3a6f1d11";

fn verified(claims: &str) -> Result<Verified, BadToken> {
    let verifier = verifier();
    let (whole, now) = (signed(HEADER, claims, SECRET), NOW);
    let presented = Presented::alone("Bearer", &whole).unwrap();
    match verifier.verify_at(&presented, now)? {
        Accepted::User(principal) => Ok(principal.token().clone()),
        Accepted::ByName { .. } => panic!("its subject is an id"),
    }
}

#[test]
fn it_belongs_to_its_session_and_is_as_old_as_it_says() {
    let claims =
        format!(r#"{{"sub":"7","iat":1799999999,"exp":1800000060,"gws":"{SESSION}.3.1799999999750"}}"#);
    let token = verified(&claims).unwrap();
    assert_eq!(token.session.map(|session| session.to_string()).as_deref(), Some(SESSION));
    assert_eq!((token.generation, token.digest), (Some(3), None));
    assert_eq!(token.issued_at, Some(UNIX_EPOCH + Duration::from_millis(1_799_999_999_750)));
    let plain = verified(r#"{"sub":"7","iat":1799999999,"exp":1800000060}"#).unwrap();
    assert_eq!((plain.session, plain.generation), (None, None));
    assert!(plain.digest.is_some());
    assert_eq!(plain.issued_at, Some(UNIX_EPOCH + Duration::from_secs(1_799_999_999)));
}

#[test]
fn what_is_only_similar_is_refused() {
    for said in ["7", "null", "true", "{}", "[]", "\"\"", "\"x\"", "\"5b0a3c52-6c0c-4a2e-9d2e-0c7a3a6f1d11\""]
    {
        let claims = format!(r#"{{"sub":"7","exp":1800000060,"gws":{said}}}"#);
        assert_eq!(verified(&claims).unwrap_err(), BadToken::Claims, "{said}");
    }
}
