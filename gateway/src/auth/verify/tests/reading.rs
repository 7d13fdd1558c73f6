//! What is told of keys that cannot be read, or should not be used.

use super::{keyring::KEYS, *};
use crate::{
    config::{Environment, mistakes::Mistakes, weakness::Weaknesses},
    contract::profile::Algorithm,
};

/// What is told of a profile whose file holds this.
fn told(algorithm: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, content).expect("a file");
    let name = if algorithm.starts_with("HS") { "secret_file" } else { "public_key_file" };
    let token = format!(
        "name = \"access\"\nalgorithm = \"{algorithm}\"\n{name} = {file:?}\nsubject = \"sub:int\"\nrequire = []"
    );
    let (mut mistakes, mut weaknesses) = (Mistakes::default(), Weaknesses::default());
    LegacyTokens::read(&profile(&[&token]).tokens, None, &mut mistakes, &mut weaknesses);
    let warnings = weaknesses.settle(Environment::Production, false, &mut mistakes);
    format!("{mistakes}{warnings}").replace(&file.display().to_string(), "key")
}

/// Of 1024 bits; nobody has its private half.
const SHORT_RSA: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDT1ujC4y/aIBDBAhmJmjfLPlpu
oZRZjsOyipoF52rEwJLhbzlsaRdI7PyWQOftQlHVVhYZx7FTQAun9LYIRE+2Brrf
bSu4BhtTszE5yqHG3UJM4dyRNjrMie7scVUWGplNebzOrOMw7OseQlYbnutMoUxu
Uu7LKemHqmD20iVfZwIDAQAB
-----END PUBLIC KEY-----
";

#[test]
fn who_names_a_wrong_file_is_told_what_to_do() {
    let pem = |label: &str| pem::encode(&pem::Pem::new(label, KEYS.public(Algorithm::Rs256))).into_bytes();
    for (label, remedy) in [
        ("NOTHING", "write the public key as `openssl pkey -pubout` does"),
        ("RSA PRIVATE KEY", "write only its public half, made with `openssl pkey -in FILE -pubout`"),
        ("CERTIFICATE", "take the key out of it with `openssl x509 -in FILE -pubkey -noout`"),
    ] {
        let told = told("RS256", &pem(label));
        assert!(told.contains(remedy), "{label}: {told}");
    }
}

#[test]
fn a_key_is_what_its_profile_says() {
    let pem = |label: &str, der: Vec<u8>| pem::encode(&pem::Pem::new(label, der)).into_bytes();
    let rsa = || KEYS.public(Algorithm::Rs256);
    for (algorithm, content, expected) in [
        ("RS256", b"".to_vec(), "key: is not a PEM file of one public key; it is named by `access`"),
        ("RS256", pem("PRIVATE KEY", rsa()), "key: holds a private key, which nothing here needs"),
        ("RS256", pem("CERTIFICATE", rsa()), "key: holds a certificate"),
        ("RS256", pem("EC PARAMETERS", rsa()), "key: is not a PEM file of one public key"),
        ("RS256", SHORT_RSA.into(), "key: holds an RSA key of fewer than 2048 bits"),
        ("RS256", vec![b'x'; 65_537], "key: is far too long; it is named by `access`"),
        ("RS256", vec![b'x'; 65_536], "key: is not a PEM file of one public key"),
        ("ES256", pem("PUBLIC KEY", rsa()), "key: holds a key, but not one for ES256"),
        (
            "EdDSA",
            pem("PUBLIC KEY", KEYS.public(Algorithm::Es256)),
            "key: holds a key, but not one for EdDSA",
        ),
        (
            "ES384",
            pem("PUBLIC KEY", KEYS.public(Algorithm::Es256)),
            "key: holds a key, but not one for ES384",
        ),
        ("PS512", pem("PUBLIC KEY", b"nothing".to_vec()), "key: holds a key, but not one for PS512"),
        ("HS256", b"\n".to_vec(), "key: is empty, so anybody could forge tokens"),
        ("HS256", b"\xff".to_vec(), "key: is not text"),
        ("HS256", b"fifteen bytes..".to_vec(), "key: the secret has fewer than 16 bytes"),
        ("HS512", b"changethis".to_vec(), "key: the secret is one that tutorials print"),
        ("HS256", b"twenty-two bytes of it".to_vec(), "key: the secret has fewer than the 32 bytes"),
    ] {
        let told = told(algorithm, &content);
        assert!(told.contains(expected), "{algorithm}: {told}");
    }
    for (algorithm, content) in [
        ("RS256", pem("PUBLIC KEY", rsa())),
        ("PS384", pem("PUBLIC KEY", rsa())),
        ("EdDSA", pem("PUBLIC KEY", KEYS.public(Algorithm::EdDsa))),
        ("ES384", pem("PUBLIC KEY", KEYS.public(Algorithm::Es384))),
    ] {
        assert_eq!(told(algorithm, &content), "", "{algorithm}");
    }
}

#[test]
fn a_file_that_is_not_there_is_told() {
    let token = "name = \"access\"\nalgorithm = \"HS256\"\nsecret_file = \"/nowhere/at/all\"\nsubject = \"sub:int\"\nrequire = []";
    let (mut mistakes, mut weaknesses) = (Mistakes::default(), Weaknesses::default());
    LegacyTokens::read(&profile(&[token]).tokens, None, &mut mistakes, &mut weaknesses);
    let told = mistakes.to_string();
    assert!(told.starts_with("/nowhere/at/all: cannot be read: "), "{told}");
    assert!(told.contains("; it is named by `access` in `[[legacy.tokens]]`"), "{told}");
}
