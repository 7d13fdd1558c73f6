//! New hashes are right for their password, for no other, and in the form that was asked for.

use super::{
    super::{Long, Verdict, judge::judge},
    *,
};

fn rules(new: &str) -> PasswordRules {
    PasswordRules { new: new.parse().unwrap(), ..PasswordRules::default() }
}

fn made(rules: &PasswordRules, password: &str) -> StoredPassword {
    let NewHash { hash, companion } = new(rules, password.as_bytes(), None, &mut Arena::default()).unwrap();
    StoredPassword { hash: Some(hash), companion, side: None }
}

fn verdict(rules: &PasswordRules, stored: &StoredPassword, password: &str) -> Verdict {
    judge(rules, stored, password.as_bytes(), &mut Arena::default())
}

#[test]
fn a_new_hash_is_right_for_its_password_alone() {
    for (form, begins) in [
        ("argon2id:m=64,t=1,p=1", "$argon2id$v=19$m=64,t=1,p=1$"),
        ("bcrypt:4", "$2b$04$"),
        ("bcrypt-sha256:4", "$bcrypt-sha256$v=2,t=2b,r=4$"),
        ("pbkdf2:1000", "$pbkdf2$1000$"),
        ("pbkdf2-sha256:1000", "$pbkdf2-sha256$1000$"),
        ("pbkdf2-sha512:1000", "$pbkdf2-sha512$1000$"),
        ("scrypt:ln=4,r=8,p=1", "$scrypt$ln=4,r=8,p=1$"),
        ("sha256-crypt:1000", "$5$rounds=1000$"),
        ("sha512-crypt:1000", "$6$rounds=1000$"),
    ] {
        let rules = rules(form);
        let stored = made(&rules, "pässwörd");
        let hash = stored.hash.clone().unwrap();
        assert!(hash.starts_with(begins), "{hash}");
        assert_eq!(verdict(&rules, &stored, "pässwörd"), Verdict::Right { outdated: true }, "{hash}");
        assert_eq!(verdict(&rules, &stored, "passwörd"), Verdict::Wrong, "{hash}");
        assert_ne!(made(&rules, "pässwörd").hash, stored.hash, "the salt is new each time");
    }
}

#[test]
fn a_salt_stands_where_the_legacy_looks_for_it() {
    let template = |text: &str, salt: &str| PasswordRules {
        template: Some(text.parse().unwrap()),
        salt: Some(salt.parse().unwrap()),
        ..rules("template")
    };
    for salt in ["column:salt", "before:$", "after::"] {
        let rules = template("sha256(salt+password)", salt);
        let stored = made(&rules, "password");
        assert_eq!(stored.companion.is_some(), salt.starts_with("column"), "{salt}");
        assert!(verdict(&rules, &stored, "password").is_right(), "{salt}");
        assert_eq!(verdict(&rules, &stored, "Password"), Verdict::Wrong, "{salt}");
    }
    let prefixed = PasswordRules { transform: "prefix:salt".parse().unwrap(), ..rules("bcrypt:4") };
    let stored = made(&prefixed, "password");
    let salt = stored.companion.clone().unwrap();
    assert!(salt.starts_with("$2b$04$") && salt.len() == 29, "{salt}");
    assert!(verdict(&prefixed, &stored, "password").is_right());
    // A column that is no salt, such as the user's name, keeps its text.
    let given = new(&prefixed, b"password", Some("ann".to_owned()), &mut Arena::default()).unwrap();
    assert_eq!(given.companion.as_deref(), Some("ann"));
}

#[test]
fn bcrypt_reads_72_bytes_and_what_is_longer_is_decided() {
    let long = "é".repeat(37);
    let mut rules = rules("bcrypt:4");
    let refused = new(&rules, long.as_bytes(), None, &mut Arena::default());
    assert_eq!(refused.map(|made| made.hash), Err(NotHashed::TooLong));
    rules.long = "truncate".parse().unwrap();
    let stored = made(&rules, &long);
    assert!(verdict(&rules, &stored, &"é".repeat(36)).is_right());
    assert_eq!(verdict(&PasswordRules::default(), &stored, &long), Verdict::Wrong);
}

#[test]
fn the_hash_beside_is_of_what_the_column_would_hold() {
    let rules = PasswordRules { transform: "prefix:salt".parse().unwrap(), ..rules("bcrypt:4") };
    let mut stored = made(&rules, "password");
    let side = beside(&rules, &stored, b"password", &mut Arena::default()).unwrap().unwrap();
    assert!(side.phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", side.phc);
    let legacys = stored.hash.clone();
    stored.side = Some(side.clone());
    assert_eq!(verdict(&rules, &stored, "password"), Verdict::Right { outdated: false });
    assert_eq!(verdict(&rules, &stored, "Password"), Verdict::Wrong);
    // Once it has taken the column's place.
    let finalized = StoredPassword { hash: Some(side.phc), side: None, ..stored };
    assert_eq!(verdict(&rules, &finalized, "password"), Verdict::Right { outdated: false });
    assert_eq!(side.legacy_fp, fingerprint(&legacys.unwrap()));
    let nobody = beside(&rules, &StoredPassword::default(), b"password", &mut Arena::default());
    assert!(nobody.unwrap().is_none());
}

/// Whoever logs in with another end of it today must be let in tomorrow.
#[test]
fn no_better_hash_is_kept_of_a_password_that_the_legacy_cuts() {
    let long = "x".repeat(72);
    for (cuts, password, is_kept) in
        [("truncate", &long[..], false), ("truncate", &long[..71], true), ("refuse", &long[..], true)]
    {
        let rules = PasswordRules { long: cuts.parse().unwrap(), ..rules("bcrypt:4") };
        let stored = made(&rules, password);
        let side = beside(&rules, &stored, password.as_bytes(), &mut Arena::default()).unwrap();
        assert_eq!(side.is_some(), is_kept, "{cuts} {}", password.len());
    }
    let rules = PasswordRules { long: Long::Truncate, ..rules("bcrypt-sha256:4") };
    let stored = made(&rules, &long);
    assert!(beside(&rules, &stored, long.as_bytes(), &mut Arena::default()).unwrap().is_some());
}
