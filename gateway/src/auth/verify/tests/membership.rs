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

/// The end of a session is remembered no longer than its tokens may live.
#[test]
fn none_lives_longer_than_its_session_is_remembered() {
    let day = 24 * 60 * 60;
    let verdict_of = |lives: u64, longest: Option<u64>, gws: bool, iat: u64| {
        let (mut mistakes, mut weaknesses) = Default::default();
        let secret = Secret::from(SECRET.to_owned());
        let read =
            LegacyTokens::read(&profile(&[ACCESS]).tokens, Some(&secret), &mut mistakes, &mut weaknesses);
        let legacy = match longest {
            Some(days) => read.bounded(Duration::from_secs(days * day)),
            None => read,
        };
        let said = if gws { format!(r#","gws":"{SESSION}.0.{iat}000""#) } else { String::new() };
        let claims = format!(r#"{{"sub":"7","iat":{iat},"exp":{}{said}}}"#, iat + lives);
        verdict(&Verifier::new(legacy, None, figures()), &signed(HEADER, &claims, SECRET)).map(|_| ())
    };
    // Nearly at its end, so that nothing else is wrong with it.
    let issued = |lives: u64| 1_800_000_060 - lives;
    let (most, more) = (8 * day + 1, 8 * day + 2);
    assert_eq!(verdict_of(most, Some(8), true, issued(most)), Ok(()));
    assert_eq!(verdict_of(more, Some(8), true, issued(more)), Err("lifetime".to_owned()));
    assert_eq!(verdict_of(more, Some(9), true, issued(more)), Ok(()));
    assert_eq!(verdict_of(more, None, true, issued(more)), Ok(()));
    // What the legacy itself has issued is of no session.
    assert_eq!(verdict_of(more, Some(8), false, issued(more)), Ok(()));
    // Without an end it is none that was ever handed out.
    let endless = format!(r#"{{"sub":"7","gws":"{SESSION}.0.1799999999000"}}"#);
    let (mut mistakes, mut weaknesses) = Default::default();
    let token = "name = \"access\"\nalgorithm = \"HS256\"\nsubject = \"sub:int\"\nrequire = []";
    let secret = Secret::from(SECRET.to_owned());
    let read = LegacyTokens::read(&profile(&[token]).tokens, Some(&secret), &mut mistakes, &mut weaknesses);
    let verifier = Verifier::new(read.bounded(Duration::from_secs(day)), None, figures());
    assert_eq!(verdict(&verifier, &signed(HEADER, &endless, SECRET)), Err("lifetime".to_owned()));
}

#[test]
fn what_is_only_similar_is_refused() {
    for said in ["7", "null", "true", "{}", "[]", "\"\"", "\"x\"", "\"5b0a3c52-6c0c-4a2e-9d2e-0c7a3a6f1d11\""]
    {
        let claims = format!(r#"{{"sub":"7","exp":1800000060,"gws":{said}}}"#);
        assert_eq!(verified(&claims).unwrap_err(), BadToken::Claims, "{said}");
    }
}
