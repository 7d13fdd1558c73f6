//! A stand-in costs what its original costs, and knows nothing of it.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::auth::password::{SideHash, arena::Arena, fingerprint, judge::judge};

fn stored(hash: &str, companion: Option<&str>) -> StoredPassword {
    StoredPassword { hash: Some(hash.to_owned()), companion: companion.map(str::to_owned), side: None }
}

fn check(rules: &PasswordRules, of: &StoredPassword, hash: &str, companion: Option<&str>) {
    let stand_in = super::of(rules, of).unwrap();
    assert!(stand_in == stored(hash, companion), "{:?}", stand_in.hash);
}

fn template(text: &str, salt: &str) -> PasswordRules {
    let salt = match salt.split_once(':').unwrap() {
        ("column", name) => Salt::Column(name.to_owned()),
        ("before", by) => Salt::Before(by.chars().next().unwrap()),
        (_, by) => Salt::After(by.chars().next().unwrap()),
    };
    PasswordRules { template: Some(text.parse().unwrap()), salt: Some(salt), ..PasswordRules::default() }
}

#[test]
fn name_and_costs_stay_and_salt_and_hash_are_gone() {
    let rules = PasswordRules::default();
    let same = |character: &str, count: usize| character.repeat(count);
    for (hash, head, tail) in [
        ("$2y$04$3UlsYVqMNTsgUjBS.xYcGOL2klscvIOMZaRgiyzLhF7m7kyRikWvG", "$2y$04$", same(".", 53)),
        (
            "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7G9dLB5ZFsNBMyCzj7G0SAgqE",
            "$argon2id$v=19$m=64,t=1,p=1$",
            same("A", 11) + "$" + &same("A", 43),
        ),
        (
            "$argon2i$m=64,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7G9dLB5ZFsNBMyCzj7G0SAgqE",
            "$argon2i$m=64,t=1,p=1$",
            same("A", 11) + "$" + &same("A", 43),
        ),
        ("{SSHA}lpk0hE9qMzSpkfTAjJN5q2YH1TTOaTHzGQ==", "{SSHA}", same("A", 34) + "=="),
        ("sha1$bc$b3b2c5b5c9d3ae6c6f6d0d5bcf1d2f6e4cf0a8a1", "sha1$", same("0", 2) + "$" + &same("0", 40)),
    ] {
        check(&rules, &stored(hash, None), &format!("{head}{tail}"), None);
    }
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let zeros = same("0", 64);
    for (salt, hash, companion, expected, as_companion) in [
        ("before:$", format!("ab${digest}"), None, format!("00${zeros}"), None),
        ("after::", format!("{digest}:é"), None, format!("{zeros}:00"), None),
        ("after:0", "1f0ab".to_owned(), None, "11011".to_owned(), None),
        ("column:salt", digest.to_owned(), Some("pepper"), zeros, Some("xxxxxx")),
    ] {
        let rules = template("sha256(salt+password)", salt);
        check(&rules, &stored(&hash, companion), &expected, as_companion);
    }
    // Beside a template a form that says how it was made is what it says.
    let bcrypt = "$2b$04$3UlsYVqMNTsgUjBS.xYcGOL2klscvIOMZaRgiyzLhF7m7kyRikWvG";
    let rules = template("sha256(salt+password)", "column:salt");
    check(&rules, &stored(bcrypt, None), &format!("$2b$04${}", same(".", 53)), None);
}

#[test]
fn the_better_hash_is_the_one_that_is_stood_in_for_while_it_counts() {
    let bcrypt = "$2b$04$3UlsYVqMNTsgUjBS.xYcGOL2klscvIOMZaRgiyzLhF7m7kyRikWvG";
    let phc = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b7G9dLB5ZFsNBMyCzj7G0SAgqE";
    for (of, head) in [(bcrypt, "$argon2id$"), ("another", "$2b$04$")] {
        let side = SideHash { phc: phc.to_owned(), legacy_fp: fingerprint(of).to_vec() };
        let stored = StoredPassword { side: Some(side), ..stored(bcrypt, None) };
        let stand_in = super::of(&PasswordRules::default(), &stored).unwrap();
        assert!(stand_in.side.is_none() && stand_in.hash.unwrap().starts_with(head));
    }
}

#[test]
fn what_costs_nothing_has_none() {
    let rules = PasswordRules::default();
    let none = StoredPassword::default();
    assert_eq!(super::of(&rules, &none).err(), Some(Unusable::Absent));
    for (hash, why) in [
        ("", Unusable::Absent),
        ("!", Unusable::Disabled),
        ("*$2b$04$3UlsYVqMNTsgUjBS.xYcGOL2klscvIOMZaRgiyzLhF7m7kyRikWvG", Unusable::Disabled),
        ("plain", Unusable::Unknown),
        ("$2b$99$3UlsYVqMNTsgUjBS.xYcGOL2klscvIOMZaRgiyzLhF7m7kyRikWvG", Unusable::Absurd),
    ] {
        assert_eq!(super::of(&rules, &stored(hash, None)).err(), Some(why), "{hash}");
    }
}

#[test]
fn no_password_is_right_for_the_stand_in_of_what_pythons_libraries_stored() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../compat-tests/passwords/hashes.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    let mut compared = 0;
    for row in text.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let text = |name: &str| row[name].as_str().unwrap();
        let (rules, original) = (PasswordRules::default(), stored(text("hash"), None));
        let stand_in = super::of(&rules, &original).unwrap();
        let form = judge::readable(&rules, &original).unwrap();
        assert_eq!(judge::readable(&rules, &stand_in), Ok(form), "{row}");
        assert!(super::of(&rules, &stand_in).unwrap() == stand_in, "{row}");
        let lengths = |stored: &StoredPassword| {
            let fields = stored.hash.as_deref().unwrap().split('$').map(str::len);
            fields.collect::<Vec<_>>()
        };
        assert_eq!(lengths(&stand_in), lengths(&original), "{row}");
        // Those of pwdlib cost half a second each, and their form is there without them.
        if !text("by").starts_with("pwdlib") {
            let verdict = judge(&rules, &stand_in, text("password").as_bytes(), &mut Arena::default());
            assert!(!verdict.is_right(), "{row}");
            compared += 1;
        }
    }
    assert!(compared > 150);
}

proptest! {
    #[test]
    fn whatever_stands_in_a_column_has_a_stand_in_or_none(
        hash in "[$!*{}:=,.a-z0-9é]{0,40}|\\$2b\\$0[0-9]\\$[./a-z0-9]{52,54}|\\$5\\$[a-z]{0,17}\\$[a-z]{43}",
        salt in prop_oneof![Just("before:$"), Just("after::"), Just("after:0"), Just("column:salt")],
        companion in proptest::option::of("[a-zé]{0,5}"),
        with_template in any::<bool>(),
    ) {
        let rules =
            if with_template { template("md5(salt+password)", salt) } else { PasswordRules::default() };
        let original = stored(&hash, companion.as_deref());
        if let Ok(stand_in) = super::of(&rules, &original) {
            let form = judge::readable(&rules, &original);
            prop_assert_eq!(judge::readable(&rules, &stand_in), form);
            prop_assert_eq!(stand_in.hash.as_deref().map(str::len), Some(hash.len()));
            prop_assert!(super::of(&rules, &stand_in) == Ok(stand_in));
        }
    }
}
