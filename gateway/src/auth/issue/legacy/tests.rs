//! What a legacy is sent, byte for byte, for the shapes of token that FastAPI projects have.

use std::{path::Path, time::UNIX_EPOCH};

use super::*;
use crate::contract::profile::Profile;

const ERRORS: &str = "[errors]\nshape = \"detail\"\nbad_token = { status = 401, body = '{}' }\n";

fn profile(lines: &str) -> TokenProfile {
    let text = format!("schema = 1\n[[legacy.tokens]]\nname = \"access\"\n{lines}\n{ERRORS}");
    Profile::parse(Path::new("legacy.toml"), &text).unwrap_or_else(|wrong| panic!("{wrong}")).tokens.remove(0)
}

fn mint(lines: &str, extra: &[&str]) -> Result<LegacyMint, CannotMint> {
    let secret = Secret::from("0123456789abcdef0123456789abcdef".to_owned());
    LegacyMint::new(&profile(lines), &secret, extra)
}

/// For the legacy alone, or for a client, with what stands beside.
fn check(lines: &str, subject: &Subject, bridge: bool, header: &str, claims: &str) {
    let extra = Map::from_iter(
        [("tenant", 5), ("exp", 6), ("user_id", 8)]
            .map(|(name, value)| (name.to_owned(), Value::from(value))),
    );
    let mint = mint(lines, &["tenant"]).unwrap();
    let membership =
        Membership::new(Uuid::nil(), 2, UNIX_EPOCH + Duration::from_millis(1_800_000_000_750), None);
    let audience = if bridge { Audience::Legacy } else { Audience::Client { membership, extra: &extra } };
    let written = Written { mint: &mint, subject, now: 1_800_000_000, expires: 1_800_000_120, audience };
    let token = signed(&mint, &written);
    let text = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let parts: Vec<String> = token.split('.').take(2).map(text).collect();
    assert_eq!(parts, [header, claims], "{lines}");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    hmac::verify(&mint.key, signed.as_bytes(), &signature).unwrap();
}

const PLAIN: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

#[test]
fn a_token_has_the_names_and_types_of_the_legacys_own() {
    let template = "algorithm = \"HS256\"\nsubject = \"sub:int\"\nrequire = [\"exp\"]";
    check(
        template,
        &Subject::Int(7),
        false,
        PLAIN,
        r#"{"exp":1800000120,"sub":"7","tenant":5,"user_id":8,"gws":"00000000-0000-0000-0000-000000000000.2.1800000000750"}"#,
    );
    check(template, &Subject::Int(7), true, PLAIN, r#"{"exp":1800000120,"sub":"7","gwb":1}"#);
    let numbered = "algorithm = \"HS256\"\nsubject = \"user_id:int\"\nrequire = [\"exp\", \"iat\", \"nbf\"]";
    let claims = r#"{"exp":1800000120,"user_id":7,"iat":1800000000,"nbf":1800000000,"tenant":5,"gws":"00000000-0000-0000-0000-000000000000.2.1800000000750"}"#;
    check(numbered, &Subject::Int(7), false, PLAIN, claims);
    let realworld = "scheme = \"Token\"\nalgorithm = \"HS256\"\nsubject = \"username:lookup(users.username)\"\n\
                     require = [\"exp\", \"sub\"]\nequals = { sub = \"access\" }";
    let claims = r#"{"exp":1800000120,"username":"a \"b\"","sub":"access","gwb":1}"#;
    check(realworld, &Subject::Text("a \"b\"".to_owned()), true, PLAIN, claims);
    let users = "algorithm = \"HS512\"\nsubject = \"sub:uuid\"\nrequire = [\"exp\", \"aud\"]\n\
                 aud = [\"fastapi-users:auth\"]\niss = [\"me\"]\nkid = \"2026\"";
    let claims = "{\"exp\":1800000120,\"sub\":\"00000000-0000-0000-0000-000000000000\",\
                  \"aud\":[\"fastapi-users:auth\"],\"iss\":\"me\",\"gwb\":1}";
    let header = r#"{"alg":"HS512","typ":"JWT","kid":"2026"}"#;
    check(users, &Subject::Uuid(Uuid::nil()), true, header, claims);
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is_served() {
    let refused = |lines: &str| mint(lines, &[]).err().map(|error| error.to_string()).unwrap_or_default();
    let lines = "algorithm = \"HS256\"\nsubject = \"sub:int\"\nrequire = [\"exp\", \"tenant\"]";
    assert!(refused(lines).contains("need the claim `tenant`"), "{}", refused(lines));
    assert!(mint(lines, &["tenant"]).is_ok());
    let lines =
        "algorithm = \"RS256\"\npublic_key_file = \"k.pem\"\nsubject = \"sub:int\"\nrequire = [\"exp\"]";
    assert!(refused(lines).contains("signed with RS256"), "{}", refused(lines));
}
