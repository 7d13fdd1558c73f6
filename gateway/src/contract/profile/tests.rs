//! What a developer reads when `legacy.toml` has a mistake, word for word.

mod errors;
mod json;
mod login;
mod tokens;
mod trust;
mod whole;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use http::{HeaderName, HeaderValue, StatusCode};
use proptest::prelude::*;

use super::*;
use crate::contract::{
    json::{Floats, NullBody, Untyped},
    validation::shape::{Template, Words},
};

const SAMPLE: &str = include_str!("../../../../legacy.toml");

/// The least that a profile has to say; a section of its own may follow.
const LEAST: &str = r#"schema = 1
[[legacy.tokens]]
name = "access"
algorithm = "HS256"
subject = "sub:int"
require = ["exp"]
[errors]
shape = "detail"
bad_token = { status = 401, body = "{}" }
"#;

fn parse(text: &str) -> Result<Profile, Mistakes> {
    Profile::parse(Path::new("legacy.toml"), text)
}

fn check(text: &str, report: &str) {
    let told = parse(text).expect_err(text).to_string();
    assert_eq!(told, report, "\n--- written ---\n{text}\n--- told ---\n{told}\n");
}

fn headers(answer: &ErrorAnswer) -> Vec<(&str, &[u8])> {
    answer
        .headers
        .iter()
        .map(|(name, value): &(HeaderName, HeaderValue)| (name.as_str(), value.as_bytes()))
        .collect()
}

#[test]
fn the_sample_describes_the_sample_legacy() {
    let profile = parse(SAMPLE).expect("the sample");
    let token = TokenProfile {
        name: "access".to_owned(),
        algorithm: Algorithm::Hs256,
        subject: SubjectRule { claim: "sub".to_owned(), kind: SubjectKind::Int },
        require: vec!["exp".to_owned()],
        scheme: "Bearer".to_owned(),
        keys: KeyRule { source: KeySource::Environment, kids: Vec::new() },
        equals: Vec::new(),
        audience: Vec::new(),
        issuer: Vec::new(),
        leeway: Duration::ZERO,
        lifetime: None,
        accept_until: None,
        lenient_exp: false,
    };
    assert_eq!(profile.tokens, [token]);
    assert_eq!(profile.errors.app.shape, ErrorShape::Detail);
    assert_eq!(profile.errors.tokens.missing_token, None);
    let bad_token = &profile.errors.tokens.bad_token;
    assert_eq!(bad_token.status, StatusCode::UNAUTHORIZED);
    assert_eq!(bad_token.body, r#"{"detail":"Could not validate credentials"}"#);
    assert_eq!(
        headers(bad_token),
        [("www-authenticate", b"Bearer".as_slice()), ("content-type", b"application/json")]
    );
    assert_eq!((profile.trusted_headers, profile.enforce, profile.harden), (vec![], vec![], false));
    assert_eq!(profile.json, Decided::default());

    let [(path, admin)] = profile.errors.below.as_slice() else { panic!("{:?}", profile.errors.below) };
    assert_eq!(path, "/admin");
    let told = admin.shape.render(StatusCode::NOT_FOUND, "Not Found");
    assert_eq!(told, r#"{"error":{"code":404,"message":"Not Found"}}"#);
}

/// Of two lines for one key the example is the second.
#[test]
fn the_examples_of_the_sample_are_read() {
    let is_example = |line: &&str| {
        let name = line.strip_prefix("# ").unwrap_or_default();
        let key = name.split(" = ").next().filter(|key| *key != name).unwrap_or_default();
        name.starts_with('[')
            || (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
    };
    let is_left_out =
        |line: &&str| line.starts_with("# missing_token") || line.starts_with("shape = \"detail\"");
    let lines: Vec<&str> = SAMPLE
        .lines()
        .filter(|line| !is_left_out(line))
        .map(|line| if is_example(&line) { &line[2..] } else { line })
        .collect();
    let refused = parse(&lines.join("\n")).expect_err("words that have no pages").to_string();
    assert!(refused.contains("Pydantic 1 has no pages about its mistakes"), "{refused}");
    let profile = parse(&lines.join("\n").replace("words = \"pydantic-v1\"", "words = \"pydantic-v2\""))
        .expect("its examples");
    let ErrorShape::Envelope(envelope) = &profile.errors.app.shape else {
        panic!("{:?}", profile.errors.app.shape)
    };
    assert_eq!(envelope.to_string(), r#"{"error":{"code":"{code}","status":{status},"message":{message}}}"#);
    let own =
        [&profile.errors.app.not_found, &profile.errors.app.method_not_allowed, &profile.errors.app.internal];
    let statuses = own.map(|answer| answer.as_ref().map(|answer| answer.status.as_u16()));
    assert_eq!(statuses, [Some(404), Some(405), Some(500)]);
    let validation = &profile.errors.app.validation;
    assert_eq!((validation.status.as_u16(), &validation.words), (400, &Words::with_pages("2.4")));
    assert_eq!(validation.body, Template::of_body(r#"{"errors":{errors}}"#).expect("a body"));
    assert_eq!(validation.each, Template::of_each(r#"{"field":{field},"message":{msg}}"#).ok());
    assert_eq!(profile.trusted_headers, [CanonicalHeader::of("x-user-id")]);
    assert_eq!(profile.enforce, ["app.security.CookieOrBearer"]);
    let decided = Decided {
        untyped: Some(Untyped::Json),
        null_body: Some(NullBody::Missing),
        floats: Some(Floats::JsonDumps),
    };
    assert_eq!(profile.json, decided);
    assert!(profile.harden);
    let token = &profile.tokens[0];
    assert_eq!(token.lifetime, Some(Duration::from_mins(30)));
    let files = ["/run/secrets/new", "/run/secrets/old"].map(PathBuf::from);
    assert_eq!(token.keys.source, KeySource::SecretFiles(files.into()));
    assert_eq!(token.keys.kids, ["2026", "2025"]);
    assert_eq!(token.equals, [("type".to_owned(), "access".to_owned())]);
    assert_eq!((token.audience.len(), token.issuer.len(), token.lenient_exp), (1, 1, true));
    assert_eq!(token.accept_until, humantime::parse_rfc3339("2027-01-31T00:00:00Z").ok());
    let own = &profile.errors.tokens;
    let statuses = [
        &own.wrong_scheme,
        &own.expired_token,
        &own.bad_claims,
        &own.unknown_user,
        &own.inactive_user,
        &own.missing_scope,
    ];
    let statuses = statuses.map(|answer| answer.as_ref().map(|answer| answer.status.as_u16()));
    // Its `harden` tells nobody that a user is gone, or switched off.
    assert_eq!(statuses, [Some(403), Some(401), Some(403), None, Some(401), Some(403)]);
}

#[test]
fn everything_that_can_be_written_is_read() {
    let text = r#"
schema = 1
harden = false
[[legacy.tokens]]
name = "old"
scheme = "Token"
algorithm = "HS256"
subject = "user_id:uuid"
require = []
leeway = "5m"
lifetime = "8d"
[[legacy.tokens]]
name = "new"
algorithm = "HS256"
subject = "a:b:text"
require = ["exp", "iat"]
[errors]
shape = "errors"
missing_token = { status = 403, body = "no", headers = { Z-Last = "1", Content-Type = "text/plain", A-First = "é" } }
bad_token = { status = 403, body = '' , headers = { content-type = "text/plain" } }
"#;
    let refused = parse(text).expect_err("a kind may not contain a colon").to_string();
    assert!(refused.starts_with("legacy.toml:15:11: `b:text` is not a kind of subject\n"), "{refused}");
    let profile = parse(&text.replace("a:b:text", "a.b:text")).expect("no mistake");
    let [old, new] = profile.tokens.as_slice() else { panic!("{:?}", profile.tokens) };
    assert_eq!((old.leeway, old.require.len()), (Duration::from_mins(5), 0));
    assert_eq!((old.lifetime, new.lifetime), (Some(Duration::from_hours(8 * 24)), None));
    assert_eq!(old.subject.kind, SubjectKind::Uuid);
    assert_eq!(new.subject, SubjectRule { claim: "a.b".to_owned(), kind: SubjectKind::Text });
    assert_eq!((new.leeway, new.require.len()), (Duration::ZERO, 2));
    assert_eq!(profile.errors.app.shape, ErrorShape::Errors);
    let missing_token = profile.errors.tokens.missing_token.expect("it is written");
    let expected =
        [("z-last", b"1".as_slice()), ("content-type", b"text/plain"), ("a-first", "é".as_bytes())];
    assert_eq!(headers(&missing_token), expected);
    assert_eq!(
        (missing_token.status, missing_token.body.as_ref()),
        (StatusCode::FORBIDDEN, b"no".as_slice())
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(
        text in "\\PC{0,80}|[a-z \"'=\\[\\]{},.#\n\r\t0-9é]{0,120}",
        sample in any::<prop::sample::Index>(),
        noise in "[\"=\\[\\]{}\n#,x\\\\]{0,3}",
    ) {
        let mut written = SAMPLE.to_owned();
        written.insert_str(sample.index(written.len()), &noise);
        for text in [text.as_str(), written.as_str()] {
            if let Err(mistakes) = parse(text) {
                prop_assert!(!mistakes.is_empty());
                prop_assert!(mistakes.iter().all(|mistake| !mistake.remedy.is_empty()));
            }
        }
    }
}
