//! Which profile a token is judged by, and what its settings ask.

use super::{keyring::KEYS, *};
use crate::contract::profile::Algorithm;

const LATER: &str = r#"{"sub":"7","exp":1800000060}"#;

fn refused_by(profile: &str, claims: &str, expected: &str) {
    assert_eq!(
        verdict(&verifier_of(&[profile]), &signed(HEADER, claims, SECRET)),
        Err(expected.to_owned()),
        "{profile}\n{claims}"
    );
}

fn taken_by(profile: &str, claims: &str, subject: Subject) {
    let told = verdict(&verifier_of(&[profile]), &signed(HEADER, claims, SECRET));
    assert_eq!(told, Ok(subject), "{profile}\n{claims}");
}

#[test]
fn a_profile_takes_only_what_it_describes() {
    let with = |more: &str| format!("{ACCESS}\n{more}");
    let user = || Subject::Int(7);
    let equals = with("equals = { type = \"access\" }");
    taken_by(&equals, r#"{"sub":"7","exp":1800000060,"type":"access"}"#, user());
    for bad in [r#""refresh""#, "null", "[\"access\"]", "true"] {
        refused_by(&equals, &format!(r#"{{"sub":"7","exp":1800000060,"type":{bad}}}"#), "claims");
    }
    refused_by(&equals, LATER, "claims");
    let audience = with("aud = [\"web\", \"app\"]");
    for good in [r#""web""#, r#"["x","app"]"#] {
        taken_by(&audience, &format!(r#"{{"sub":"7","exp":1800000060,"aud":{good}}}"#), user());
    }
    for bad in
        [r#""we""#, r#""web,app""#, r#"["x"]"#, r#"["web",1]"#, r#"[["web"]]"#, r#"{"web":1}"#, "1", "null"]
    {
        refused_by(&audience, &format!(r#"{{"sub":"7","exp":1800000060,"aud":{bad}}}"#), "audience");
    }
    let issuer = with("iss = \"https://login.example.com\"");
    taken_by(&issuer, r#"{"sub":"7","exp":1800000060,"iss":"https://login.example.com"}"#, user());
    for bad in [
        r#""https://login.example.com/""#,
        r#"["https://login.example.com"]"#,
        r#""HTTPS://login.example.com""#,
        "null",
    ] {
        refused_by(&issuer, &format!(r#"{{"sub":"7","exp":1800000060,"iss":{bad}}}"#), "issuer");
    }
    let lifetime = with("lifetime = \"1h\"\nleeway = \"10s\"");
    taken_by(&lifetime, r#"{"sub":"7","exp":1800003610}"#, user());
    refused_by(&lifetime, r#"{"sub":"7","exp":1800003611}"#, "lifetime");
    taken_by(&lifetime, r#"{"sub":"7","exp":1799999991,"iat":1800000010}"#, user());
    refused_by(&lifetime, r#"{"sub":"7","exp":1799999990}"#, "expired");
    let lenient = with("lenient_exp = true");
    taken_by(&lenient, r#"{"sub":"7","exp":"1800000060"}"#, user());
    for bad in [r#""1e9""#, r#"" 1800000060""#, r#""+1800000060""#, r#""""#, r#""99999999999999999""#] {
        refused_by(&lenient, &format!(r#"{{"sub":"7","exp":{bad}}}"#), "claims");
    }
    refused_by(&with("accept_until = \"2027-01-15T08:00:00Z\""), LATER, "retired");
    taken_by(&with("accept_until = \"2027-01-15T08:00:01Z\""), LATER, user());
}

#[test]
fn the_scheme_chooses_too() {
    let token = "name = \"realworld\"\nscheme = \"Token\"\nalgorithm = \"HS256\"\n\
                 subject = \"username:lookup(users.username)\"\nrequire = [\"exp\"]\nequals = { sub = \"access\" }";
    let verifier = verifier_of(&[token, ACCESS]);
    let named = signed(HEADER, r#"{"exp":1800000060,"sub":"access","username":"ada"}"#, SECRET);
    let numbered = signed(HEADER, CLAIMS, SECRET);
    let check = |authorization: String, expected: Result<Subject, &str>| {
        let told = verdict_of(&verifier, &authorization, NOW);
        assert_eq!(told, expected.map_err(str::to_owned), "{authorization}");
    };
    check(format!("Token {named}"), Ok(Subject::Text("ada".to_owned())));
    check(format!("token  {named}"), Ok(Subject::Text("ada".to_owned())));
    check(format!("Bearer {numbered}"), Ok(Subject::Int(7)));
    check(format!("Bearer {named}"), Err("subject"));
    check(format!("Token {numbered}"), Err("claims"));
    check(format!("DPoP {numbered}"), Err("wrong_scheme"));
    for nobody in [r#""""#, r#""ada\u0000""#, "7"] {
        let claims = format!(r#"{{"exp":1800000060,"sub":"access","username":{nobody}}}"#);
        check(format!("Token {}", signed(HEADER, &claims, SECRET)), Err("subject"));
    }
    let headers = HeaderMap::from_iter([(
        AUTHORIZATION,
        HeaderValue::from_str(&format!("Token {named}")).expect("a header"),
    )]);
    let presented = Presented::of(&headers, verifier.schemes(), false).expect("a token");
    let Ok(Accepted::ByName { rule, .. }) = verifier.verify_at(&presented, NOW) else {
        panic!("a name is no id")
    };
    assert_eq!(rule.to_string(), "users.username");
}

#[test]
fn a_key_is_asked_for_by_its_name_where_tokens_name_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let [old, new] = ["old", "new"].map(|name| folder.path().join(name).display().to_string());
    std::fs::write(&old, "the old secret, thirty-two bytes").expect("a file");
    std::fs::write(&new, "the new secret, thirty-two bytes\n").expect("a file");
    let rotated = format!("{ACCESS}\nsecret_file = [{old:?}, {new:?}]");
    let verifier = verifier_of(&[&rotated]);
    for secret in ["the old secret, thirty-two bytes", "the new secret, thirty-two bytes"] {
        assert_eq!(verdict(&verifier, &signed(HEADER, CLAIMS, secret)), Ok(Subject::Int(7)));
        let named = signed(r#"{"alg":"HS256","kid":"old"}"#, CLAIMS, secret);
        assert_eq!(verdict(&verifier, &named), Err("algorithm".to_owned()));
    }
    let named = format!("{rotated}\nkid = [\"2025\", \"2026\"]");
    let verifier = verifier_of(&[&named]);
    let check = |kid: &str, secret: &str, expected: Result<Subject, &str>| {
        let header = format!(r#"{{"alg":"HS256","kid":{kid}}}"#);
        let told = verdict(&verifier, &signed(&header, CLAIMS, secret));
        assert_eq!(told, expected.map_err(str::to_owned), "{kid}");
    };
    check("\"2025\"", "the old secret, thirty-two bytes", Ok(Subject::Int(7)));
    check("\"2026\"", "the new secret, thirty-two bytes", Ok(Subject::Int(7)));
    check("\"2025\"", "the new secret, thirty-two bytes", Err("signature"));
    for kid in ["\"2027\"", "\"../../dev/null\"", "\"' OR 1=1 --\"", "\"2025 \""] {
        check(kid, "the old secret, thirty-two bytes", Err("key"));
    }
    let longest = format!("\"{}\"", "a".repeat(256));
    check(&longest, "the old secret, thirty-two bytes", Err("key"));
    let is_too_long = format!("\"{}\"", "a".repeat(257));
    check(&is_too_long, "the old secret, thirty-two bytes", Err("header"));
    for kid in ["1", "null", "[\"2025\"]", "\"\"", "\"20\\u000025\"", "\"a\\r\\nb\""] {
        check(kid, "the old secret, thirty-two bytes", Err("header"));
    }
    let told = verdict(&verifier, &signed(HEADER, CLAIMS, "the old secret, thirty-two bytes"));
    assert_eq!(told, Err("algorithm".to_owned()));
}

#[test]
fn the_problem_is_that_of_the_profile_it_came_closest_to() {
    let other = "name = \"other\"\nalgorithm = \"HS256\"\nsubject = \"user_id:int\"\nrequire = [\"exp\", \"user_id\"]";
    for order in [[ACCESS, other], [other, ACCESS]] {
        let verifier = verifier_of(&order);
        let expired = signed(HEADER, r#"{"sub":"7","exp":1700000000}"#, SECRET);
        assert_eq!(verdict(&verifier, &expired), Err("expired".to_owned()));
        for claims in [CLAIMS, r#"{"user_id":7,"exp":1800000060}"#] {
            assert_eq!(verdict(&verifier, &signed(HEADER, claims, SECRET)), Ok(Subject::Int(7)));
        }
    }
}

#[test]
fn of_two_problems_the_one_further_on_is_told() {
    let other = "name = \"other\"\nalgorithm = \"HS256\"\nsubject = \"user_id:int\"\nrequire = [\"exp\"]\n\
                 aud = [\"web\"]";
    let verifiers = [[ACCESS, other], [other, ACCESS]].map(|order| verifier_of(&order));
    let check = |token: &str, expected: &str| {
        for verifier in &verifiers {
            assert_eq!(verdict(verifier, token), Err(expected.to_owned()), "{token}");
        }
    };
    for (claims, expected) in [
        (r#"{"sub":"7","exp":1700000000}"#, "expired"),
        (r#"{"sub":"7","exp":1900000000,"nbf":1850000000}"#, "not_yet"),
        (r#"{"user_id":7,"exp":1700000000,"aud":"web"}"#, "expired"),
    ] {
        check(&signed(HEADER, claims, SECRET), expected);
    }
    check(&signed(HEADER, CLAIMS, "a secret of somebody else's"), "signature");
    // Of two that are as far, the first.
    let [first, second] = &verifiers;
    let token = signed(HEADER, r#"{"exp":1800000060,"aud":"x"}"#, SECRET);
    assert_eq!(verdict(first, &token), Err("audience".to_owned()));
    let token = signed(HEADER, r#"{"exp":1800000060}"#, SECRET);
    assert_eq!(verdict(first, &token), Err("subject".to_owned()));
    assert_eq!(verdict(second, &token), Err("audience".to_owned()));
}

#[test]
fn a_key_that_is_there_tells_more_than_one_that_is_not() {
    let named = |name: &str, kid: &str, files: &str| {
        format!("{ACCESS}\nkid = [{kid}]\naud = [\"{name}\"]\n{files}").replacen(
            "\"access\"",
            &format!("\"{name}\""),
            1,
        )
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("one");
    std::fs::write(&file, "the old secret, thirty-two bytes").expect("a file");
    let files = format!("secret_file = [{file:?}]");
    let (one, other) = (named("one", "\"1\"", &files), named("other", "\"2\"", &files));
    let token = signed(r#"{"alg":"HS256","kid":"1"}"#, CLAIMS, SECRET);
    let unnamed = signed(r#"{"alg":"HS256","kid":"3"}"#, CLAIMS, SECRET);
    for order in [[&*one, &*other], [&*other, &*one]] {
        let verifier = verifier_of(&order);
        assert_eq!(verdict(&verifier, &token), Err("signature".to_owned()));
        assert_eq!(verdict(&verifier, &unnamed), Err("key".to_owned()));
    }
}

#[test]
fn a_good_signature_tells_more_than_a_bad_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("another");
    std::fs::write(&file, "another secret, of thirty-two bytes").expect("a file");
    let other =
        format!("{ACCESS}\naud = [\"web\"]\nsecret_file = [{file:?}]").replacen("\"access\"", "\"other\"", 1);
    let token = signed(HEADER, r#"{"exp":1800000060}"#, SECRET);
    for order in [[ACCESS, &other], [&*other, ACCESS]] {
        assert_eq!(verdict(&verifier_of(&order), &token), Err("subject".to_owned()));
    }
}

#[test]
fn what_is_known_of_a_token_is_asked_again_each_time() {
    let profile =
        KEYS.profile(Algorithm::Es256) + "\nscheme = \"Token\"\naccept_until = \"2027-01-15T08:00:30Z\"";
    let verifier = verifier_of(&[&profile, ACCESS]);
    let token = KEYS.signed(
        Algorithm::Es256,
        r#"{"alg":"ES256"}"#,
        r#"{"sub":"7","exp":1800000020,"nbf":1800000000}"#,
    );
    let check = |scheme: &str, at: f64, expected: Result<Subject, &str>| {
        let told = verdict_of(&verifier, &format!("{scheme} {token}"), at);
        assert_eq!(told, expected.map_err(str::to_owned), "{scheme} {at}");
    };
    check("Token", NOW, Ok(Subject::Int(7)));
    check("Token", NOW + 19.9, Ok(Subject::Int(7)));
    check("Bearer", NOW, Err("algorithm"));
    check("Token", NOW, Ok(Subject::Int(7)));
    check("Token", NOW + 20.0, Err("expired"));
    check("Token", NOW, Ok(Subject::Int(7)));
    check("Token", NOW - 1.0, Err("not_yet"));
    check("Token", NOW, Ok(Subject::Int(7)));
    check("Token", NOW + 30.0, Err("retired"));
}

#[test]
fn a_token_that_names_two_users_is_nobodys() {
    let other = "name = \"other\"\nalgorithm = \"HS256\"\nsubject = \"user_id:int\"\nrequire = [\"exp\"]";
    let third = "name = \"third\"\nscheme = \"Token\"\nalgorithm = \"HS256\"\nsubject = \"name:lookup(users.name)\"\n\
                 require = [\"exp\"]";
    let retired = format!("{other}\naccept_until = \"2020-01-01T00:00:00Z\"");
    let check = |profiles: &[&str], claims: &str, expected: Result<Subject, &str>| {
        let told = verdict(&verifier_of(profiles), &signed(HEADER, claims, SECRET));
        assert_eq!(told, expected.map_err(str::to_owned), "{profiles:?} {claims}");
    };
    let both = r#"{"sub":"7","user_id":8,"exp":1800000060}"#;
    check(&[ACCESS, other], both, Err("subject"));
    check(&[other, ACCESS], both, Err("subject"));
    check(&[ACCESS], both, Ok(Subject::Int(7)));
    check(&[ACCESS, &retired], both, Ok(Subject::Int(7)));
    check(&[ACCESS, other], r#"{"sub":"7","user_id":7,"exp":1800000060}"#, Ok(Subject::Int(7)));
    check(&[ACCESS, other], r#"{"sub":"7","user_id":"x","exp":1800000060}"#, Ok(Subject::Int(7)));
    // Whoever has it could write the other word before it.
    check(&[ACCESS, third], r#"{"sub":"7","name":"ada","exp":1800000060}"#, Err("subject"));
    check(&[ACCESS, third], r#"{"sub":"7","name":null,"exp":1800000060}"#, Ok(Subject::Int(7)));
    // Somebody else may be called as an id is written.
    let alike = r#"{"sub":"7","name":"7","exp":1800000060}"#;
    check(&[ACCESS, third], alike, Err("subject"));
    let told =
        verdict_of(&verifier_of(&[ACCESS, third]), &format!("Token {}", signed(HEADER, alike, SECRET)), NOW);
    assert_eq!(told, Err("subject".to_owned()));
    // One secret by two ways is one secret.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret");
    std::fs::write(&file, SECRET).expect("a file");
    let same = format!("{other}\nsecret_file = {file:?}");
    check(&[ACCESS, &same], both, Err("subject"));
    std::fs::write(&file, "another secret, of thirty-two b.").expect("a file");
    check(&[ACCESS, &same], both, Ok(Subject::Int(7)));
}

#[test]
fn whoever_asks_without_serving_hears_what_is_served_by() {
    let verifier = verifier();
    for (expires, expected) in [(4_000_000_000_u64, Ok(())), (1_600_000_000, Err(BadToken::Expired))] {
        let token = signed(HEADER, &format!(r#"{{"sub":"7","exp":{expires}}}"#), SECRET);
        let presented = Presented::alone("Bearer", &token).expect("three parts");
        assert_eq!(verifier.legacy.takes(&presented), expected);
    }
}

#[test]
fn an_id_may_be_spelled_with_hyphens_and_without() {
    let profile = ACCESS.replace("sub:int", "sub:uuid");
    let id: uuid::Uuid = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff".parse().expect("an id");
    for text in ["6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "6F9619FF8B864D01B42D00CF4FC964FF"] {
        taken_by(&profile, &format!(r#"{{"sub":"{text}","exp":1800000060}}"#), Subject::Uuid(id));
    }
    for text in [
        "{6f9619ff-8b86-4d01-b42d-00cf4fc964ff}",
        "urn:uuid:6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        "6f9619ff8b86-4d01-b42d-00cf4fc964ff",
        "7",
    ] {
        refused_by(&profile, &format!(r#"{{"sub":"{text}","exp":1800000060}}"#), "subject");
    }
}
