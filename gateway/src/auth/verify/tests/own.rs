//! Tokens that say they are the gateway's own.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{keyring::message, *};
use crate::{auth::keys::Keys, contract::profile::SubjectKind};

pub(super) struct Own {
    keys: Keys,
    pub(super) verifier: Verifier,
}

impl Own {
    pub(super) fn new() -> Self {
        let keys = Keys::ephemeral().expect("keys");
        let own = OwnTokens {
            keys: keys.clone(),
            issuer: "https://api.example.com".to_owned(),
            audience: "api".to_owned(),
            subject: SubjectKind::Int,
            longest: Duration::from_mins(10),
        };
        Self { keys, verifier: verifier_with(&[ACCESS], Some(own)) }
    }

    pub(super) fn signed(&self, header: &str, claims: &Value) -> String {
        let message = message(header, &claims.to_string());
        let set = self.keys.current();
        let signature = set.signing().expect("a key").sign(message.as_bytes()).expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(super) fn header(&self) -> String {
        let set = self.keys.current();
        format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{}"}}"#, set.signing().expect("a key").kid())
    }

    fn check(&self, claims: &Value, expected: Result<Subject, &str>) {
        let told = verdict(&self.verifier, &self.signed(&self.header(), claims));
        assert_eq!(told, expected.map_err(str::to_owned), "{claims}");
    }
}

pub(super) fn claims() -> Map<String, Value> {
    let claims = json!({
        "iss": "https://api.example.com", "aud": "api", "sub": "7", "sid": "5b0a3c52-6c0c-4a2e-9d2e-0c7a3a6f1d11",
        "rg": 3, "jti": "1", "iat": 1_800_000_000, "exp": 1_800_000_600, "auth_time": 1_799_999_000, "amr": ["pwd"],
        "roles": ["admin"], "scope": "read write",
    });
    claims.as_object().expect("an object").clone()
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims.insert(name.to_owned(), value);
    Value::Object(claims)
}

#[test]
fn a_token_of_ours_says_what_it_must_and_each_in_its_type() {
    let own = Own::new();
    own.check(&Value::Object(claims()), Ok(Subject::Int(7)));
    for missing in ["iss", "aud", "sub", "sid", "jti", "iat", "exp"] {
        let mut claims = claims();
        claims.remove(missing);
        let expected = match missing {
            "iss" => "issuer",
            "aud" => "audience",
            "sub" => "subject",
            _ => "claims",
        };
        own.check(&Value::Object(claims), Err(expected));
        own.check(&with(missing, Value::Null), Err(expected));
        own.check(&with(missing, json!([1])), Err(expected));
    }
    for optional in ["rg", "auth_time", "amr", "roles", "scope"] {
        let mut claims = claims();
        claims.remove(optional);
        own.check(&Value::Object(claims), Ok(Subject::Int(7)));
    }
    let cases = [
        ("iss", json!("https://api.example.com/"), "issuer"),
        ("iss", json!(["https://api.example.com"]), "issuer"),
        ("iss", json!("https://api.example.com\u{0}"), "issuer"),
        ("aud", json!(["api"]), "audience"),
        ("aud", json!("ap"), "audience"),
        ("aud", json!({ "api": 1 }), "audience"),
        ("sub", json!(7), "subject"),
        ("sub", json!("07"), "subject"),
        ("sub", json!(""), "subject"),
        ("sid", json!("5B0A3C52-6C0C-4A2E-9D2E-0C7A3A6F1D11"), "claims"),
        ("sid", json!("{5b0a3c52-6c0c-4a2e-9d2e-0c7a3a6f1d11}"), "claims"),
        ("jti", json!(""), "claims"),
        ("exp", json!("1800000600"), "claims"),
        ("exp", json!(1_800_000_600.5), "claims"),
        ("exp", json!(-1), "claims"),
        ("exp", json!(1e18), "claims"),
        ("exp", json!(1_800_000_000), "expired"),
        ("exp", json!(0), "expired"),
        ("exp", json!(1_800_000_601), "lifetime"),
        ("iat", json!(1_800_000_031), "not_yet"),
        ("iat", json!(1_799_999_999), "lifetime"),
        ("nbf", json!(1_800_000_031), "not_yet"),
        ("nbf", json!("now"), "claims"),
        ("rg", json!(-1), "claims"),
        ("rg", json!("3"), "claims"),
        ("rg", json!(1e10), "claims"),
        ("scope", json!(["read"]), "claims"),
        ("roles", json!("admin"), "claims"),
        ("roles", json!([1]), "claims"),
        ("gwb", json!(1), "bridge"),
        ("gwb", json!(false), "bridge"),
    ];
    for (name, value, expected) in cases {
        own.check(&with(name, value), Err(expected));
    }
    let mut backwards = claims();
    backwards.insert("iat".to_owned(), json!(1_800_000_020));
    backwards.insert("exp".to_owned(), json!(1_800_000_010));
    own.check(&Value::Object(backwards), Err("lifetime"));
    own.check(&with("rg", json!(0)), Ok(Subject::Int(7)));
    own.check(&with("iat", json!(1_800_000_030)), Ok(Subject::Int(7)));
    own.check(&with("nbf", json!(1_800_000_030)), Ok(Subject::Int(7)));
}

#[test]
fn its_header_has_three_members() {
    let own = Own::new();
    let kid = own.keys.current().signing().expect("a key").kid().to_owned();
    let claims = Value::Object(claims());
    for (header, expected) in [
        (format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","x":1}}"#), "header"),
        (format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{kid}","crit":[]}}"#), "header"),
        (r#"{"alg":"ES256","typ":"at+jwt"}"#.to_owned(), "header"),
        (r#"{"alg":"ES256","typ":"at+jwt","kid":"other"}"#.to_owned(), "key"),
        (format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#), "algorithm"),
        (format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}"}}"#), "algorithm"),
        (format!(r#"{{"alg":"ES256","typ":"AT+JWT","kid":"{kid}"}}"#), "header"),
        (format!(r#"{{"alg":"ES256","typ":"JWT","kid":"{kid}"}}"#), "algorithm"),
        (format!(r#"{{"alg":"ES256","kid":"{kid}"}}"#), "algorithm"),
        (format!(r#"{{"alg":"ES256","typ":"rt+jwt","kid":"{kid}"}}"#), "header"),
    ] {
        let told = verdict(&own.verifier, &own.signed(&header, &claims));
        assert_eq!(told, Err(expected.to_owned()), "{header}");
    }
    // The secret of the legacy signs no token of ours, and no key of ours one of the legacy's.
    let header = own.header();
    assert_eq!(
        verdict(&own.verifier, &signed(&header, &claims.to_string(), SECRET)),
        Err("signature".to_owned())
    );
    assert_eq!(
        verdict(&own.verifier, &own.signed(HEADER, &json!({ "sub": "7", "exp": 1_800_000_060 }))),
        Err("signature".to_owned())
    );
}

#[test]
fn scopes_and_roles_are_what_it_says() {
    let own = Own::new();
    let token = own.signed(&own.header(), &Value::Object(claims()));
    let headers = HeaderMap::from_iter([(
        AUTHORIZATION,
        HeaderValue::from_str(&format!("Bearer {token}")).expect("a header"),
    )]);
    let presented = Presented::of(&headers, own.verifier.schemes(), false).expect("a token");
    for _ in 0..2 {
        let Ok(Accepted::User(principal)) = own.verifier.verify_at(&presented, NOW) else { panic!("good") };
        let Verified { scopes, roles, session, generation, digest, issued_by, .. } = principal.token();
        assert_eq!((scopes.join(" "), roles.join(" ")), ("read write".to_owned(), "admin".to_owned()));
        assert_eq!((session.is_some(), *generation, *digest), (true, Some(3), None));
        assert_eq!(*issued_by, IssuedBy::Gateway);
    }
    // Known by now, and still not for ever.
    assert!(verdict_of(&own.verifier, &format!("Bearer {token}"), NOW + 600.0).is_err());
}

#[test]
fn a_token_that_is_known_is_refused_once_its_key_is_gone() {
    let own = Own::new();
    let token = own.signed(&own.header(), &Value::Object(claims()));
    assert_eq!(verdict(&own.verifier, &token), Ok(Subject::Int(7)));
    own.keys.replace(&Keys::ephemeral().expect("keys"));
    for _ in 0..2 {
        assert_eq!(verdict(&own.verifier, &token), Err("key".to_owned()));
    }
}

#[test]
fn its_users_are_named_as_the_legacy_names_them() {
    let lookup = "name = \"name\"\nscheme = \"Token\"\nalgorithm = \"HS256\"\n\
                  subject = \"username:lookup(users.username)\"\nrequire = [\"exp\"]";
    let uuid = ACCESS.replace("sub:int", "sub:uuid");
    for (tokens, expected) in [
        (&[ACCESS][..], SubjectKind::Int),
        (&[lookup, &uuid], SubjectKind::Uuid),
        (&[lookup], SubjectKind::Text),
    ] {
        let own = OwnTokens::of(&profile(tokens), Keys::ephemeral().expect("keys"));
        assert_eq!(own.subject, expected, "{tokens:?}");
        assert_eq!(own.longest, Duration::from_hours(24 * 366));
    }
}
