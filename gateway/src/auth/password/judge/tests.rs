//! What Python's libraries stored, judged right, wrong and spoiled; and what must cost nothing.

use std::time::Instant;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::auth::password::{Long, SideHash, fingerprint};

fn rows() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../compat-tests/passwords/hashes.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn stored(hash: &str) -> StoredPassword {
    StoredPassword { hash: Some(hash.to_owned()), ..StoredPassword::default() }
}

fn verdict(rules: &PasswordRules, hash: &str, password: &str) -> Verdict {
    let (stored, mut arena) = (stored(hash), Arena::default());
    let verdict = judge(rules, &stored, password.as_bytes(), &mut arena);
    let readable = readable(rules, &stored).err();
    assert_eq!(readable.map(Verdict::Unusable), matches!(verdict, Verdict::Unusable(_)).then_some(verdict));
    verdict
}

fn rules_of(row: &Value) -> PasswordRules {
    let long = if row.get("long").is_some() { Long::Truncate } else { Long::Refuse };
    PasswordRules { long, ..PasswordRules::default() }
}

#[test]
fn what_pythons_libraries_stored_is_judged_as_they_judge_it() {
    let rows = rows();
    assert!(rows.len() > 200);
    for row in rows {
        let rules = rules_of(&row);
        let text = |name: &str| row[name].as_str().unwrap();
        let (password, hash) = (text("password"), text("hash"));
        assert!(verdict(&rules, hash, password).is_right(), "{row}");
        assert_eq!(verdict(&rules, hash, text("wrong")), Verdict::Wrong, "{row}");
        if row.get("long").is_some() {
            assert_eq!(verdict(&PasswordRules::default(), hash, password), Verdict::Wrong, "{row}");
        }
    }
}

/// One hash of each form, each of its characters replaced in turn by the next of its kind.
#[test]
fn a_hash_that_was_changed_anywhere_is_nobodys() {
    let mut seen = Vec::new();
    for row in rows() {
        let (by, hash) = (row["by"].as_str().unwrap(), row["hash"].as_str().unwrap());
        // To Python `2a` is `2b`, and the others are the same form again; pwdlib's cost half a second each.
        let again = (hash.starts_with("$2") && by != "bcrypt") || by.starts_with("pwdlib");
        if again || seen.contains(&by.to_owned()) {
            continue;
        }
        seen.push(by.to_owned());
        for at in 0..hash.len() {
            let mut changed = hash.as_bytes().to_vec();
            changed[at] = match changed[at] {
                // Of bcrypt's cost, or 4 becomes 14.
                b'0' if hash.starts_with("$2") && at == 4 => b'2',
                b'9' => b'0',
                b'z' => b'a',
                b'Z' => b'A',
                other => other + 1,
            };
            let changed = String::from_utf8(changed).unwrap();
            let verdict = verdict(&rules_of(&row), &changed, row["password"].as_str().unwrap());
            assert!(!verdict.is_right(), "{by}: {changed}");
        }
        for spoiled in
            [&hash[..hash.len() - 1], &format!("{hash}A"), &format!("{hash}\n"), &format!(" {hash}")]
        {
            assert!(
                !verdict(&rules_of(&row), spoiled, row["password"].as_str().unwrap()).is_right(),
                "{spoiled}"
            );
        }
    }
    assert!(seen.len() > 25, "{seen:?}");
}

#[test]
fn what_no_password_matches_says_why_and_costs_nothing() {
    use Unusable::{Absent, Absurd, Disabled, Malformed, Unknown};
    let salt = "MDEyMzQ1Njc4OWFiY2RlZg";
    let output = "p".repeat(42) + "A";
    let bcrypt = "abcdefghijklmnopqrstuuabcdefghijklmnopqrstuuabcdefgh.";
    let begun = Instant::now();
    for (hash, expected) in [
        (String::new(), Absent),
        ("!".to_owned(), Disabled),
        ("*".to_owned(), Disabled),
        (format!("!$2b$12${bcrypt}"), Disabled),
        ("plain text".to_owned(), Unknown),
        ("$".to_owned(), Unknown),
        ("$1$salt$hash".to_owned(), Unknown),
        ("$2$12$".to_owned(), Unknown),
        ("5f4dcc3b5aa765d61d8327deb882cf99".to_owned(), Unknown),
        ("pbkdf2_sha256$1000000$salt$aGFzaA==".to_owned(), Unknown),
        (format!("$argon2id$v=19$m=4194304,t=1,p=1${salt}${output}"), Absurd),
        (format!("$argon2id$v=19$m=4294967296,t=1,p=1${salt}${output}"), Absurd),
        (format!("$argon2id$v=19$m=64,t=21,p=1${salt}${output}"), Absurd),
        (format!("$argon2id$v=19$m=1048576,t=5,p=1${salt}${output}"), Absurd),
        (format!("$argon2id$v=19$m=4096,t=1,p=17${salt}${output}"), Absurd),
        (format!("$argon2id$v=18$m=64,t=1,p=1${salt}${output}"), Malformed),
        (format!("$argon2id$v=19$m=064,t=1,p=1${salt}${output}"), Malformed),
        (format!("$argon2id$v=19$m=64,t=0,p=1${salt}${output}"), Malformed),
        (format!("$argon2id$v=19$m=64,t=1,p=9${salt}${output}"), Malformed),
        (format!("$argon2id$v=19$m=64,t=1${salt}${output}"), Malformed),
        (format!("$argon2id$v=19$m=64,t=1,p=1$c2FsdA${output}"), Malformed),
        (format!("$argon2id$v=19$m=64,t=1,p=1${salt}$cGFzcw"), Malformed),
        (format!("$2b$16${bcrypt}"), Absurd),
        (format!("$2b$31${bcrypt}"), Absurd),
        (format!("$2b$99${bcrypt}"), Absurd),
        (format!("$2b$03${bcrypt}"), Malformed),
        (format!("$2b$00${bcrypt}"), Malformed),
        (format!("$2b$4${bcrypt}"), Malformed),
        (format!("$2b$+4${bcrypt}"), Malformed),
        (format!("$2b$12${}", &bcrypt[1..]), Malformed),
        (format!("$2b$12${}é", &bcrypt[2..]), Malformed),
        ("$2b$12$".to_owned(), Malformed),
        ("$bcrypt-sha256$v=2,t=2b,r=31$abcdefghijklmnopqrstuu$x".to_owned(), Absurd),
        ("$bcrypt-sha256$v=3,t=2b,r=4$abcdefghijklmnopqrstuu$x".to_owned(), Malformed),
        (format!("$pbkdf2-sha256$2000001${salt}${output}"), Absurd),
        (format!("$pbkdf2-sha256$99999999999${salt}${output}"), Absurd),
        (format!("$pbkdf2-sha256$0${salt}${output}"), Malformed),
        (format!("$pbkdf2-sha256$1${salt}$"), Malformed),
        (format!("$pbkdf2-sha512$1${salt}${output}"), Malformed),
        (format!("$scrypt$ln=20,r=8,p=1${salt}${output}"), Absurd),
        (format!("$scrypt$ln=64,r=8,p=1${salt}${output}"), Absurd),
        (format!("$scrypt$ln=4,r=4294967295,p=4294967295${salt}${output}"), Absurd),
        (format!("$scrypt$ln=17,r=8,p=3${salt}${output}"), Absurd),
        (format!("$scrypt$ln=4,r=0,p=1${salt}${output}"), Malformed),
        (format!("$6$rounds=999999999$salt${}", "a".repeat(86)), Absurd),
        (format!("$6$rounds=999$salt${}", "a".repeat(86)), Malformed),
        (format!("$6$seventeen.letters${}", "a".repeat(86)), Malformed),
        (format!("$5$salt${}", "a".repeat(86)), Malformed),
        ("{SSHA}".to_owned(), Malformed),
        ("{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=".to_owned(), Malformed),
        ("sha1$salt$".to_owned(), Malformed),
        ("sha1$salt$5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8".to_owned(), Malformed),
    ] {
        for password in ["", "password", "!", &hash] {
            let seen = verdict(&PasswordRules::default(), &hash, password);
            assert_eq!(seen, Verdict::Unusable(expected), "{hash}");
        }
    }
    assert!(begun.elapsed().as_secs() < 5, "something was computed");
    let null = StoredPassword::default();
    let seen = judge(&PasswordRules::default(), &null, b"", &mut Arena::default());
    assert_eq!(seen, Verdict::Unusable(Absent));
}

#[test]
fn a_hash_without_a_name_is_read_by_its_template() {
    let rules = |template: &str, salt: Option<&str>| PasswordRules {
        template: Some(template.parse().unwrap()),
        salt: salt.map(|salt| salt.parse().unwrap()),
        ..PasswordRules::default()
    };
    // hashlib.sha256(b"saltpassword").hexdigest()
    let hash = "13601bda4ea78e55a07b98866d2be6be0744e3866f13c00c811cab608a28f322";
    let column = |companion: Option<&str>, password: &str, hash: &str| {
        let stored = StoredPassword { companion: companion.map(str::to_owned), ..stored(hash) };
        let rules = rules("sha256(salt+password)", Some("column:salt"));
        judge(&rules, &stored, password.as_bytes(), &mut Arena::default())
    };
    let right = Verdict::Right { outdated: true };
    assert_eq!(column(Some("salt"), "password", hash), right);
    assert_eq!(column(Some("salt"), "password", &hash.to_uppercase()), right);
    assert_eq!(column(Some("salt"), "Password", hash), Verdict::Wrong);
    assert_eq!(column(Some("sal"), "tpassword", hash), right, "which is what the legacy's rule means");
    assert_eq!(column(None, "password", hash), Verdict::Unusable(Unusable::NoSalt));
    assert_eq!(column(Some("salt"), "password", "!"), Verdict::Unusable(Unusable::Disabled));
    assert_eq!(column(Some("salt"), "password", ""), Verdict::Unusable(Unusable::Absent));
    let before = rules("sha256(salt+password)", Some("before:$"));
    assert_eq!(verdict(&before, &format!("salt${hash}"), "password"), right);
    assert_eq!(verdict(&before, hash, "password"), Verdict::Unusable(Unusable::Unknown));
    // What `auth finalize` has written names itself, whatever the template says.
    for row in rows().iter().filter(|row| row["by"] == "argon2-cffi ID v19") {
        assert!(
            verdict(&before, row["hash"].as_str().unwrap(), row["password"].as_str().unwrap()).is_right()
        );
    }
}

#[test]
fn a_transform_stands_before_every_form() {
    // bcrypt.hashpw(b"$2b$12$" + 22 characters + b"password", ...): what is behind its 72nd byte does not count.
    let salt = "$2b$12$LEEwKUWKs4n4zMQkc2cEAu";
    let hash = bcrypt::hash_with_salt(format!("{salt}password"), 4, [7; 16]).unwrap().to_string();
    let rules = PasswordRules { transform: "prefix:salt".parse().unwrap(), ..PasswordRules::default() };
    let judged = |companion: Option<&str>, password: &str| {
        let stored = StoredPassword { companion: companion.map(str::to_owned), ..stored(&hash) };
        judge(&rules, &stored, password.as_bytes(), &mut Arena::default())
    };
    assert!(judged(Some(salt), "password").is_right());
    assert_eq!(judged(Some(""), "password"), Verdict::Wrong);
    assert_eq!(judged(Some(salt), &format!("{salt}password")), Verdict::Wrong);
    assert_eq!(judged(None, "password"), Verdict::Unusable(Unusable::NoSalt));
}

#[test]
fn the_side_hash_is_asked_while_it_is_of_the_same_password() {
    let row = |by: &str| rows().into_iter().find(|row| row["by"] == by).unwrap();
    let (old, better) = (row("bcrypt $2a$"), row("argon2-cffi ID v19"));
    let (old, phc) = (old["hash"].as_str().unwrap(), better["hash"].as_str().unwrap().to_owned());
    let judged = |legacy_fp: Vec<u8>, password: &str| {
        let stored = StoredPassword { side: Some(SideHash { phc: phc.clone(), legacy_fp }), ..stored(old) };
        judge(&PasswordRules::default(), &stored, password.as_bytes(), &mut Arena::default()).is_right()
    };
    let better = better["password"].as_str().unwrap();
    let seen =
        |legacy_fp: &[u8]| (judged(legacy_fp.to_vec(), better), judged(legacy_fp.to_vec(), "versions"));
    assert_eq!(seen(&fingerprint(old)), (true, false));
    // The column has changed since: reset at the legacy.
    assert_eq!(seen(&fingerprint("another")), (false, true));
    assert_eq!(seen(b""), (false, true));
}

#[test]
fn only_the_hardest_of_today_is_not_outdated() {
    let salt = "MDEyMzQ1Njc4OWFiY2RlZg";
    let outdated = |name: &str, costs: &str| {
        let hash = format!("${name}$v=19${costs}${salt}${}", "p".repeat(42) + "A");
        !Scheme::read(&hash).unwrap().unwrap().is_current()
    };
    for (name, costs, expected) in [
        ("argon2id", "m=19456,t=2,p=1", false),
        ("argon2id", "m=65536,t=3,p=4", false),
        ("argon2id", "m=47104,t=1,p=1", false),
        ("argon2id", "m=19456,t=1,p=1", true),
        ("argon2id", "m=19455,t=2,p=1", true),
        ("argon2i", "m=65536,t=3,p=4", true),
        ("argon2d", "m=65536,t=3,p=4", true),
    ] {
        assert_eq!(outdated(name, costs), expected, "{name} {costs}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(
        name in "(argon2id|2b|bcrypt-sha256|pbkdf2-sha256|scrypt|5|6|)",
        rest in "[$a-z0-9=,./+é-]{0,90}",
    ) {
        let _ = Scheme::read(&format!("${name}${rest}"));
        let _ = Scheme::read(&rest);
    }
}
