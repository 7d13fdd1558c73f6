//! Tokens by hand: what the legacy would accept passes, and everything that is merely similar does not.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use proptest::prelude::*;

use super::*;
use crate::contract::profile::Profile;

const NOW: f64 = 1_800_000_000.0;
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const CLAIMS: &str = r#"{"sub":"7","exp":1800000060}"#;

fn verifier() -> Verifier {
    install_provider();
    let profile = "schema = 1\n[[legacy.tokens]]\nname = \"access\"\nalgorithm = \"HS256\"\nsubject = \"sub:int\"\n\
                   require = [\"exp\"]\n[errors]\nshape = \"detail\"\nbad_token = { status = 401, body = '{}' }\n";
    let profile = Profile::parse("legacy.toml".as_ref(), profile).expect("a profile");
    Verifier::new(&profile.tokens, Some(&SECRET.to_owned().into()))
}

fn signed(header: &str, claims: &str, secret: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(secret.as_bytes());
    let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).expect("a signature");
    format!("{message}.{signature}")
}

fn verdict(verifier: &Verifier, token: &str) -> Result<Subject, String> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).expect("a header"));
    let presented = Presented::of(&headers, false).map_err(|problem| problem.name().to_owned())?;
    match verifier.verify_at(&presented, NOW) {
        Ok(principal) => Ok(principal.subject().clone()),
        Err(bad) => Err(TokenProblem::Bad(bad).name().to_owned()),
    }
}

fn refused(header: &str, claims: &str, expected: &str) {
    let verifier = verifier();
    assert_eq!(
        verdict(&verifier, &signed(header, claims, SECRET)),
        Err(expected.to_owned()),
        "{header} {claims}"
    );
}

#[test]
fn a_token_of_the_legacy_names_its_user() {
    let verifier = verifier();
    for (header, claims) in [
        (HEADER, CLAIMS),
        (r#"{"typ":"jwt","alg":"HS256"}"#, CLAIMS),
        (r#"{"alg":"HS256"}"#, r#"{"exp":1800000000.5e0,"sub":7,"exp2":1}"#),
        (HEADER, r#"{"sub":"7","exp":1900000000,"iat":1800000000,"nbf":1799999999,"iss":["x"],"role":null}"#),
    ] {
        let token = signed(header, claims, SECRET);
        let expected = if claims.contains("1800000000.5") {
            // PyJWT cuts the fraction off, and a token is expired in the second it names.
            Err("expired".to_owned())
        } else {
            Ok(Subject::Int(7))
        };
        assert_eq!(verdict(&verifier, &token), expected, "{header} {claims}");
    }
}

#[test]
fn a_header_says_the_one_algorithm_and_nothing_that_changes_its_meaning() {
    for algorithm in
        ["none", "None", "hs256", "HS384", "HS512", "RS256", "ES256", "HS256 ", "\u{041d}S256", ""]
    {
        refused(&format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#), CLAIMS, "algorithm");
    }
    for header in ["{}", r#"{"alg":null}"#, r#"{"alg":["HS256"]}"#, r#"{"alg":0}"#] {
        refused(header, CLAIMS, "algorithm");
    }
    for name in FORBIDDEN {
        refused(&format!(r#"{{"alg":"HS256","{name}":"x"}}"#), CLAIMS, "header");
    }
    for typ in ["at+jwt", "refresh", "dpop+jwt", ""] {
        refused(&format!(r#"{{"alg":"HS256","typ":"{typ}"}}"#), CLAIMS, "header");
    }
    for header in [
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256"} {}"#,
        r#"["HS256"]"#,
        "\u{feff}{\"alg\":\"HS256\"}",
        r#"{"alg":"HS256",}"#,
    ] {
        refused(header, CLAIMS, "header");
    }
}

#[test]
fn a_signature_is_ours_or_nothing() {
    let verifier = verifier();
    let good = signed(HEADER, CLAIMS, SECRET);
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    for secret in ["", "secret", "0123456789abcdef0123456789abcdeF", "0123456789abcdef0123456789abcdef\n"] {
        let forged = signed(HEADER, CLAIMS, if secret.is_empty() { "\0" } else { secret });
        assert_eq!(verdict(&verifier, &forged), Err("signature".to_owned()), "{secret:?}");
    }
    let other = signed(HEADER, r#"{"sub":"8","exp":1800000060}"#, SECRET);
    let swapped = format!("{message}.{}", other.rsplit_once('.').expect("three parts").1);
    for bad in [format!("{message}."), format!("{message}.{}", &signature[1..]), format!("{good}AA"), swapped]
    {
        assert_eq!(verdict(&verifier, &bad), Err("signature".to_owned()), "{bad}");
    }
}

#[test]
fn claims_are_read_strictly() {
    for (claims, expected) in [
        (r#"{"sub":"7"}"#, "claims"),
        (r#"{"sub":"7","exp":null}"#, "claims"),
        (r#"{"sub":"7","exp":"1900000000"}"#, "claims"),
        (r#"{"sub":"7","exp":true}"#, "claims"),
        (r#"{"sub":"7","exp":-1}"#, "claims"),
        (r#"{"sub":"7","exp":1e300}"#, "claims"),
        (r#"{"sub":"7","exp":NaN}"#, "claims"),
        (r#"{"sub":"7","exp":1,"exp":1900000000}"#, "claims"),
        (r#"{"sub":"7","Exp":1900000000}"#, "claims"),
        (r#"{"sub":"7","exp":1900000000,"aud":"x"}"#, "claims"),
        (r#"{"sub":"7","exp":1800000000}"#, "expired"),
        (r#"{"sub":"7","exp":0}"#, "expired"),
        (r#"{"sub":"7","exp":1900000000,"nbf":1800000002}"#, "not_yet"),
        (r#"{"sub":"7","exp":1900000000,"iat":1800000002}"#, "not_yet"),
        (r#"{"sub":"7","exp":1900000000,"nbf":"soon"}"#, "claims"),
        (r#"{"exp":1900000000}"#, "subject"),
    ] {
        refused(HEADER, claims, expected);
    }
    for subject in [
        r#""""#,
        r#"" 7""#,
        r#""07""#,
        r#""+7""#,
        r#""7.0""#,
        "7.5",
        "true",
        "null",
        "[7]",
        r#"{"id":7}"#,
        "1e30",
    ] {
        refused(HEADER, &format!(r#"{{"sub":{subject},"exp":1900000000}}"#), "subject");
    }
}

#[test]
fn without_a_secret_nothing_verifies() {
    install_provider();
    let verifier = Verifier::new(&[], None);
    assert_eq!(verdict(&verifier, &signed(HEADER, CLAIMS, SECRET)), Err("algorithm".to_owned()));
}

proptest! {
    /// Whatever is changed in a good token, it is no longer one.
    #[test]
    fn a_changed_token_is_refused(at in 0usize..200, replacement in "[A-Za-z0-9_.-]") {
        let verifier = verifier();
        let good = signed(HEADER, CLAIMS, SECRET);
        let at = at % good.len();
        let changed = format!("{}{replacement}{}", &good[..at], &good[at + 1..]);
        prop_assume!(changed != good);
        prop_assert!(verdict(&verifier, &changed).is_err());
    }

    #[test]
    fn no_text_makes_the_verifier_panic(text in "[ -~]{0,200}") {
        let _ = verdict(&verifier(), &text);
    }
}
