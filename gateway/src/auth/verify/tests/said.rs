//! What is known of a token of the legacy's once it was found good, and of the keys that found it.

use super::{keyring::KEYS, *};
use crate::contract::profile::Algorithm;

#[test]
fn a_signature_is_computed_once() {
    let opts = prometheus::Opts::new("verified", "in tests");
    let counters = prometheus::IntCounterVec::new(opts, &["result"]).expect("a counter");
    let profiles = profile(&[&KEYS.profile(Algorithm::Es256), ACCESS]);
    let secret = Secret::from(SECRET.to_owned());
    let (mut mistakes, mut weaknesses) = Default::default();
    let legacy = LegacyTokens::read(&profiles.tokens, Some(&secret), &mut mistakes, &mut weaknesses);
    let verifier = Verifier::new(legacy, None, CacheFigures::of(&counters));
    for (token, counted) in [
        (signed(HEADER, CLAIMS, SECRET), [1, 1]),
        (KEYS.signed(Algorithm::Es256, r#"{"alg":"ES256"}"#, CLAIMS), [2, 2]),
    ] {
        for _ in 0..2 {
            assert_eq!(verdict(&verifier, &token), Ok(Subject::Int(7)));
        }
        assert_eq!(["hit", "miss"].map(|result| counters.with_label_values(&[result]).get()), counted);
    }
}

#[test]
fn scopes_and_roles_are_a_list_or_words() {
    let verifier = verifier();
    let check = |claims: &str, scopes: &[&str], roles: &[&str]| {
        let token = signed(HEADER, &format!(r#"{{"sub":"7","exp":1800000060,{claims}}}"#), SECRET);
        let presented = Presented::alone(verifier.schemes().usual(), &token).expect("a token");
        let Ok(Accepted::User(principal)) = verifier.verify_at(&presented, NOW) else { panic!("{claims}") };
        let Verified { scopes: seen, roles: seen_roles, session, issued_by, .. } = principal.token();
        assert_eq!((seen, seen_roles), (&texts(scopes), &texts(roles)), "{claims}");
        assert_eq!((*session, *issued_by), (None, IssuedBy::Legacy(0)));
    };
    check(r#""scopes":["read","write"],"role":"admin""#, &["read", "write"], &["admin"]);
    check(r#""scope":" read  write ","roles":["admin",1,"staff"]"#, &["read", "write"], &["admin", "staff"]);
    check(r#""scopes":"a","scope":["b"],"roles":null,"role":{"admin":true}"#, &["a", "b"], &[]);
    check(r#""x":1"#, &[], &[]);
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn since_when_a_token_is_one_is_what_it_says_or_what_its_lifetime_makes_of_it() {
    let verifier = verifier_of(&[&format!("{ACCESS}\nlifetime = \"1h\"")]);
    let issued = |claims: &str| {
        let token = signed(HEADER, claims, SECRET);
        let presented = Presented::alone(verifier.schemes().usual(), &token).expect("a token");
        let Ok(Accepted::User(principal)) = verifier.verify_at(&presented, NOW) else { panic!("{claims}") };
        let Verified { issued_at, expires_at, .. } = principal.token();
        [*issued_at, *expires_at]
            .map(|at| at.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|at| at.as_secs()))
    };
    assert_eq!(issued(r#"{"sub":"7","exp":1800000060}"#), [Some(1_799_996_460), Some(1_800_000_060)]);
    assert_eq!(
        issued(r#"{"sub":"7","exp":1800000060,"iat":1799999999}"#),
        [Some(1_799_999_999), Some(1_800_000_060)]
    );
}

#[test]
fn tokens_are_signed_with_the_first_secret_and_no_key_shows_itself() {
    let (mut mistakes, mut weaknesses) = Default::default();
    let secret = Secret::from(SECRET.to_owned());
    let read = |tokens: &[&str]| {
        let (mut mistakes, mut weaknesses) = Default::default();
        LegacyTokens::read(&profile(tokens).tokens, Some(&secret), &mut mistakes, &mut weaknesses)
    };
    let legacy = read(&[&format!("{ACCESS}\nkid = [\"2026\"]"), &KEYS.profile(Algorithm::Es256)]);
    assert_eq!(legacy.secret(0).map(Secret::expose), Some(SECRET));
    assert!(legacy.secret(1).is_none() && legacy.secret(2).is_none());
    let shown = format!("{:?}", legacy.profiles[0].1);
    assert_eq!(shown, "[VerifyingKey { kid: Some(\"2026\"), .. }]");
    let none = LegacyTokens::read(&profile(&[ACCESS]).tokens, None, &mut mistakes, &mut weaknesses);
    assert!(none.secret(0).is_none());
}
