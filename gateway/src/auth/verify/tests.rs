//! Tokens by hand: what the legacy would accept passes, and everything that is merely similar does not.

mod choosing;
mod forged;
mod keyring;
mod membership;
mod mutated;
mod own;
mod reading;
mod recalled;
mod said;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

use super::{header::FORBIDDEN, *};
use crate::{auth::Subject, config::Secret, contract::profile::Profile};

const NOW: f64 = 1_800_000_000.0;
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const CLAIMS: &str = r#"{"sub":"7","exp":1800000060}"#;

/// Profiles as `legacy.toml` has them, below their `[[legacy.tokens]]`.
fn profile(tokens: &[&str]) -> Profile {
    let tokens: String = tokens.iter().map(|token| format!("[[legacy.tokens]]\n{token}\n")).collect();
    let text = format!(
        "schema = 1\n{tokens}[errors]\nshape = \"detail\"\nbad_token = {{ status = 401, body = '{{}}' }}\n"
    );
    Profile::parse("legacy.toml".as_ref(), &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn verifier_of(tokens: &[&str]) -> Verifier {
    verifier_with(tokens, None)
}

fn verifier_with(tokens: &[&str], own: Option<OwnTokens>) -> Verifier {
    let secret = Secret::from(SECRET.to_owned());
    let (mut mistakes, mut weaknesses) = Default::default();
    let legacy = LegacyTokens::read(&profile(tokens).tokens, Some(&secret), &mut mistakes, &mut weaknesses);
    assert!(mistakes.is_empty(), "{mistakes}");
    Verifier::new(legacy, own, figures())
}

fn figures() -> CacheFigures {
    let opts = prometheus::Opts::new("verified", "in tests");
    CacheFigures::of(&prometheus::IntCounterVec::new(opts, &["result"]).expect("a counter"))
}

const ACCESS: &str = "name = \"access\"\nalgorithm = \"HS256\"\nsubject = \"sub:int\"\nrequire = [\"exp\"]";

fn verifier() -> Verifier {
    verifier_of(&[ACCESS])
}

fn signed(header: &str, claims: &str, secret: &str) -> String {
    keyring::hmac_signed(aws_lc_rs::hmac::HMAC_SHA256, header, claims, secret.as_bytes())
}

fn verdict(verifier: &Verifier, token: &str) -> Result<Subject, String> {
    verdict_of(verifier, &format!("Bearer {token}"), NOW)
}

fn verdict_of(verifier: &Verifier, authorization: &str, now: f64) -> Result<Subject, String> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).expect("a header"));
    let presented = Presented::of(&headers, verifier.schemes(), false);
    let presented = presented.map_err(|problem| problem.name().to_owned())?;
    match verifier.verify_at(&presented, now) {
        Ok(Accepted::User(principal)) => Ok(principal.subject().clone()),
        Ok(Accepted::ByName { token, .. }) => Ok(token.subject.clone()),
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
        let forged = signed(HEADER, CLAIMS, secret);
        assert_eq!(verdict(&verifier, &forged), Err("signature".to_owned()), "{secret:?}");
    }
    let other = signed(HEADER, r#"{"sub":"8","exp":1800000060}"#, SECRET);
    let swapped = format!("{message}.{}", other.rsplit_once('.').expect("three parts").1);
    for (bad, expected) in [
        (format!("{message}."), "signature"),
        (format!("{message}.{}", &signature[1..]), "malformed"),
        (format!("{good}AA"), "malformed"),
        (format!("{good}A"), "signature"),
        (swapped, "signature"),
    ] {
        assert_eq!(verdict(&verifier, &bad), Err(expected.to_owned()), "{bad}");
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
        (r#"{"sub":"7","exp":1900000000,"aud":"x"}"#, "audience"),
        (r#"{"sub":"7","exp":1900000000,"gwb":1}"#, "bridge"),
        (r#"{"sub":"7","exp":1900000000,"gwb":null}"#, "bridge"),
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
    let verifier = Verifier::new(LegacyTokens::default(), None, figures());
    assert_eq!(verdict(&verifier, &signed(HEADER, CLAIMS, SECRET)), Err("algorithm".to_owned()));
    let (mut mistakes, mut weaknesses) = Default::default();
    let legacy = LegacyTokens::read(&profile(&[ACCESS]).tokens, None, &mut mistakes, &mut weaknesses);
    let verifier = Verifier::new(legacy, None, figures());
    assert_eq!(verdict(&verifier, &signed(HEADER, CLAIMS, "")), Err("key".to_owned()));
}
