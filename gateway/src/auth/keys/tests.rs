//! Directories of keys, good and bad: what is taken, what is told, and what is never seen.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::*;

mod lifecycle;

/// A directory with these keys, as `gateway auth keygen` makes them; the first is active.
fn directory(algorithms: &[KeyAlgorithm]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::create(folder.path()).unwrap();
    for algorithm in algorithms {
        generate(&mut store, *algorithm, false).unwrap();
    }
    folder
}

fn open(folder: &Path) -> Arc<KeySet> {
    Keys::open(folder).unwrap_or_else(|mistakes| panic!("{mistakes}")).keys.current()
}

#[test]
fn every_algorithm_signs_what_it_verifies_and_nothing_else() {
    let folder = directory(&KeyAlgorithm::ALL);
    let set = open(folder.path());
    assert_eq!(set.keys().len(), 4);
    assert_eq!(set.signing().map(OwnKey::algorithm), Some(KeyAlgorithm::Es256));
    for key in set.keys() {
        let signature = key.sign(b"said").unwrap();
        assert!(key.verify(b"said", &signature), "{key:?}");
        assert!(!key.verify(b"sald", &signature), "{key:?}");
        for at in [0, signature.len() / 2, signature.len() - 1] {
            let mut other = signature.clone();
            other[at] ^= 1;
            assert!(!key.verify(b"said", &other), "{key:?} {at}");
        }
        assert!(!key.verify(b"said", &[]), "{key:?}");
        for other in set.keys().iter().filter(|other| other.kid() != key.kid()) {
            assert!(!other.verify(b"said", &signature), "{key:?} {other:?}");
        }
        assert!(set.verifying(key.kid()).is_some(), "{key:?}");
    }
    assert!(set.verifying("nobody").is_none());
}

#[test]
fn the_jwks_has_public_halves_and_nothing_private() {
    let folder = directory(&KeyAlgorithm::ALL);
    let set = open(folder.path());
    let jwks = set.jwks();
    let shown: serde_json::Value = serde_json::from_slice(&jwks.body).unwrap();
    let shown = shown["keys"].as_array().unwrap();
    let kinds: Vec<_> = shown.iter().map(|key| key["kty"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["EC", "OKP", "RSA"]);
    for (key, own) in shown.iter().zip(set.keys()) {
        let names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(!names.contains(&private), "{key}");
        }
        assert_eq!((key["kid"].as_str(), key["use"].as_str()), (Some(own.kid()), Some("sig")));
        assert_eq!(key["alg"].as_str(), Some(own.algorithm().name()));
    }
    // Another reader of the standard agrees on each of them.
    for (key, own) in shown.iter().zip(set.keys()) {
        let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).unwrap();
        crate::auth::install_provider();
        let decoding = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(own.sign(b"said").unwrap());
        let algorithm = own.algorithm().name().parse().unwrap();
        assert_eq!(jsonwebtoken::crypto::verify(&signature, b"said", &decoding, algorithm), Ok(true));
    }
    assert!(jwks.etag.len() == 34 && jwks.etag.starts_with('"') && jwks.etag.ends_with('"'));
    assert_ne!(open(directory(&[KeyAlgorithm::Es256]).path()).jwks().etag, jwks.etag);
}

#[test]
fn a_list_that_was_written_is_read_as_it_was_meant() {
    let folder = directory(&[KeyAlgorithm::Es256, KeyAlgorithm::Hs256]);
    let store = Store::open(folder.path()).unwrap();
    let text = store.manifest().text();
    let (read, mistakes) = Manifest::read(Path::new("keys.toml"), &text, |_| {});
    assert!(mistakes.is_empty(), "{mistakes}");
    assert_eq!(&read, store.manifest());
    assert_eq!(read.text(), text);
}

/// What is told of a directory after its manifest was changed so.
fn told(folder: &Path, change: impl FnOnce(String) -> String) -> String {
    let path = folder.join("keys.toml");
    let before = fs::read_to_string(&path).unwrap();
    fs::write(&path, change(before.clone())).unwrap();
    let told = match Keys::open(folder) {
        Ok(_) => String::new(),
        Err(mistakes) => mistakes.to_string(),
    };
    fs::write(&path, before).unwrap();
    told
}

#[test]
fn every_mistake_of_a_list_is_told() {
    let folder = directory(&[KeyAlgorithm::Es256, KeyAlgorithm::EdDsa]);
    let kid = open(folder.path()).keys()[0].kid().to_owned();
    let other = open(folder.path()).keys()[1].kid().to_owned();
    let cases: [(&str, &str, &str); 15] = [
        ("state = \"upcoming\"", "state = \"active\"", "two keys are active"),
        ("state = \"active\"", "state = \"retiring\"", "no key is active"),
        ("state = \"upcoming\"", "state = \"retired\"", "`retired` is not a state of keys"),
        ("algorithm = \"EdDSA\"", "algorithm = \"ES256\"", "holds a key, but not one for ES256"),
        ("algorithm = \"EdDSA\"", "algorithm = \"HS256\"", "is not base64url text of one secret"),
        ("algorithm = \"EdDSA\"", "algorithm = \"none\"", "`none` is not an algorithm of keys"),
        (&kid, "abc", "holds another key than `abc`"),
        (&format!("kid = \"{other}\""), &format!("kid = \"{kid}\""), "two keys are called"),
        ("file = \"es256-", "file = \"../es256-", "is not the name of a file in this directory"),
        ("file = \"es256-", "file = \"missing-", "is not there"),
        ("file = \"refresh-1-", "file = \".hidden-", "is not the name of a file in this directory"),
        ("id = 1", "id = 256", "`256` is out of range"),
        ("since = \"2", "since = \"x2", "is not a moment"),
        ("schema = 1", "schema = 2", "`2` is out of range"),
        ("schema = 1", "schema = 1\nkeys = 1", "`keys` is unknown"),
    ];
    for (before, after, expected) in cases {
        let told = told(folder.path(), |text| text.replacen(before, after, 1));
        assert!(told.contains(expected), "{before} -> {after}: {told:?}");
        assert!(told.contains("keys.toml:") && told.contains("help: "), "{told}");
    }
    let all =
        told(folder.path(), |text| text.replace("state = \"", "state = \"x").replace("id = 1", "id = 0"));
    assert_eq!(all.matches("is not a state of keys").count(), 3, "{all}");
    assert!(all.contains("`0` is out of range"), "{all}");
    assert_eq!(told(folder.path(), |text| text), "");
    assert!(told(folder.path(), |_| String::new()).contains("has no `schema`"));
}

#[test]
fn every_mistake_of_a_file_is_told_without_what_stands_in_it() {
    let folder = directory(&[KeyAlgorithm::Es256, KeyAlgorithm::Hs256]);
    let store = Store::open(folder.path()).unwrap();
    let pem = folder.path().join(&store.manifest().keys[0].file);
    let secret = folder.path().join(&store.manifest().keys[1].file);
    let good = fs::read_to_string(&pem).unwrap();
    let spoiled = |path: &Path, text: &str| {
        let before = fs::read(path).unwrap();
        fs::write(path, text).unwrap();
        let told = Keys::open(folder.path()).map(|_| String::new()).unwrap_or_else(|told| told.to_string());
        fs::write(path, before).unwrap();
        for line in text.lines().filter(|line| line.len() > 8) {
            assert!(!told.contains(line), "{told}");
        }
        told
    };
    let half = &good[..good.len() / 2];
    let sec1 = good.replace("PRIVATE KEY", "EC PRIVATE KEY");
    for (path, text, expected) in [
        (&pem, "", "is not a PEM file"),
        (&pem, half, "is not a PEM file"),
        (&pem, &sec1, "holds a `EC PRIVATE KEY`"),
        (&pem, SMALL_RSA, "holds a key, but not one for ES256"),
        (&secret, "c2hvcnQ", "fewer than 32 bytes"),
        (&secret, "not base64!!", "is not base64url text"),
        (&secret, "", "fewer than 32 bytes"),
    ] {
        let told = spoiled(path, text);
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let other = directory(&[KeyAlgorithm::Es256]);
    let other = Store::open(other.path()).unwrap().manifest().keys[0].kid.clone();
    let (kid, other) = (format!("kid = \"{}\"", store.manifest().keys[0].kid), format!("kid = \"{other}\""));
    let told = told(folder.path(), |text| text.replace(&kid, &other));
    assert!(told.contains("holds another key than"), "{told}");
}

#[test]
fn a_key_that_can_be_factored_is_told() {
    let folder = directory(&[KeyAlgorithm::Rs256]);
    let store = Store::open(folder.path()).unwrap();
    fs::write(folder.path().join(&store.manifest().keys[0].file), SMALL_RSA).unwrap();
    let told = Keys::open(folder.path()).unwrap_err().to_string();
    assert!(told.contains("fewer than 2048 bits"), "{told}");
}

#[test]
fn a_key_that_nobody_lists_is_told_and_not_used() {
    let folder = directory(&[KeyAlgorithm::Es256]);
    fs::write(folder.path().join("old.pem"), "anything").unwrap();
    fs::write(folder.path().join("README"), "anything").unwrap();
    let Opened { keys, warnings } = Keys::open(folder.path()).unwrap();
    assert_eq!((keys.current().keys().len(), warnings.len()), (1, 1));
    assert!(warnings.to_string().contains("old.pem: is a key that keys.toml does not list"), "{warnings}");
    assert!(Keys::open(&folder.path().join("nowhere")).unwrap_err().to_string().contains("is not there"));
}

#[test]
fn refresh_tokens_are_known_by_every_secret_of_the_set_and_by_no_other() {
    let folder = directory(&[KeyAlgorithm::Es256]);
    let before = open(folder.path());
    let (id, mac) = (before.refresh().current(), before.refresh().mac(1, b"token"));
    assert!(id == 1 && mac.is_some() && before.refresh().mac(2, b"token").is_none());
    let mut store = Store::open(folder.path()).unwrap();
    generate_refresh(&mut store, true).unwrap();
    let after = open(folder.path());
    assert_eq!((after.refresh().current(), after.refresh().mac(1, b"token")), (2, mac));
    assert_ne!(after.refresh().mac(2, b"token"), mac);
    assert_ne!(after.refresh().derive("a"), before.refresh().derive("a"));
    assert_ne!(after.refresh().derive("a"), after.refresh().derive("b"));
    assert_eq!(after.refresh().derive("a"), open(folder.path()).refresh().derive("a"));
}

#[test]
fn nothing_secret_is_seen_by_whoever_prints_a_set() {
    let folder = directory(&KeyAlgorithm::ALL);
    let shown = format!("{:?} {:?}", open(folder.path()), Store::open(folder.path()).unwrap());
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "pem" || end == "key") {
            for line in fs::read_to_string(&path).unwrap().lines().filter(|line| !line.starts_with("-----")) {
                assert!(!shown.contains(line), "{}", path.display());
            }
        }
    }
}

#[test]
fn keys_that_somebody_makes_at_the_same_time_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut store = Store::create(folder.path()).unwrap();
                generate(&mut store, KeyAlgorithm::Es256, false).unwrap();
            });
        }
    });
    let set = open(folder.path());
    let states = set.keys().iter().map(OwnKey::state);
    assert_eq!((set.keys().len(), states.filter(|state| *state == KeyState::Active).count()), (8, 1));
    assert_eq!(set.refresh().states().count(), 1);
}

/// 1024 bits, made for this test and used nowhere.
const SMALL_RSA: &str = "\
-----BEGIN PRIVATE KEY-----
MIICeQIBADANBgkqhkiG9w0BAQEFAASCAmMwggJfAgEAAoGBANr8FVoYVyM1PU1C
VtKIIR80W9KBJKfwgazNnR0b+CiP5CIDWdUwnBs+osYWaREJCOpVCtGMVft7YgSV
sGvSTGkijemeLmZ7BFjxW7VazRhQGenzo5TQD/RL4Od9mjY6z3/K4mOT1kyMEs41
0EAMiO+mHBsjcXD8E+7Ml9M5y2+LAgMBAAECgYEAhWbTyxLQ4o3oTkx/f7mWE+Bd
n5s0rWoCVTbc44LKZkth+qZ37zuxnZdGqc21K7+JQteTw5vuNUkwqQJXexedm74K
nWKy1XnS0q1a+lWk/Lj5fwdG2htzP2b0i7eKkJtOGlzA6gMvSebJ7xSllAWKHmue
jyOMi7WjL+9kLuTaV6ECQQDtkyNt/Aws0vfBoY8AJTRTjzB+MG3R0b/B2kkfnlSn
02D496scVnbeu60hGfXn+MyKaKG+jFGWUB9UUbMPDFA3AkEA6/famKMNWuMYs7R1
McAdCtbz1JGjyPzO7i86pPB3bX6i12J7f8aKkHX/kS5faUm0uwZT20QUOfAyw+K4
33WpTQJBAJEmicoD6chlKRxzwfP7xymaXa1rl11PgpJE9NJNoTlca24Rm8jXhw70
qYWE3/pXx1h1LwVFo/9reojA1d7GzicCQQCRKafrsJsdp4lhvAlAstvq+DOGOJZW
pdezRZDBOUFvNbF96RLqlzxVBJJVQP7nKbWqPIlH4YjD39WLFiX/KkYdAkEAotvE
SM0FABvo66ezFpupPalRfMYpSazcJmm5wygVLtR/BHx79rnxM4AjVZrfzGfX2Tkb
8BXijq4faHI7fCi6WQ==
-----END PRIVATE KEY-----
";
