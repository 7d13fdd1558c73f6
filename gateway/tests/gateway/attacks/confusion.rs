//! Family B: a key that everybody knows, or that the token itself brings along.

use aws_lc_rs::{
    hmac::HMAC_SHA256,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::{
    Forged,
    armory::{Armory, Signer, joined, mac, message},
};
use crate::house::SECRET;

pub(super) fn cases(armory: &Armory) -> Vec<Forged> {
    let mut cases = Vec::new();
    for (what, secret) in secrets(armory) {
        for header in [armory.header(Signer::Hs256), armory.header(Signer::Rs256), armory.header(Signer::Own)]
        {
            let message = message(&header, &Armory::claims(Signer::Hs256).to_string());
            cases.push((what.to_owned(), joined(&message, &mac(HMAC_SHA256, &secret, message.as_bytes()))));
        }
    }
    cases.extend(brought_along(armory));
    cases.extend(names_of_keys(armory));
    cases
}

/// 13 to 23: public keys in every spelling, and secrets that are nearly the right one.
fn secrets(armory: &Armory) -> Vec<(&'static str, Vec<u8>)> {
    let mut secrets: Vec<(&'static str, Vec<u8>)> = Vec::new();
    for signer in [Signer::Rs256, Signer::Es256, Signer::EdDsa] {
        let der = armory.public(signer);
        let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", der.clone())).replace('\r', "");
        secrets.extend([
            ("13 PEM", pem.clone().into_bytes()),
            ("14 PEM without its end", pem.trim_end().into()),
            ("14 PEM with CRLF", pem.replace('\n', "\r\n").into()),
            ("14 PEM on one line", pem.replace('\n', "").into()),
            ("15 DER", der.clone()),
            ("15 base64 of DER", STANDARD.encode(&der).into()),
        ]);
    }
    let pkcs1 = armory.rsa.public_key().as_ref().to_vec();
    let point = armory.p256.public_key().as_ref().to_vec();
    let (x, y) = point[1..].split_at(32);
    let compressed = [&[2 + (y[31] & 1)][..], x].concat();
    let jwk = format!(
        r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#,
        URL_SAFE_NO_PAD.encode(x),
        URL_SAFE_NO_PAD.encode(y)
    );
    let open_ssh =
        [&[0, 0, 0, 11][..], b"ssh-ed25519", &[0, 0, 0, 32], armory.edwards.public_key().as_ref()].concat();
    secrets.extend([
        ("15 PKCS#1", pkcs1),
        ("16 the point", point.clone()),
        ("16 compressed", compressed),
        ("16 x", x.to_vec()),
        ("17 JWK", jwk.clone().into()),
        ("17 JWKS", format!(r#"{{"keys":[{jwk}]}}"#).into()),
        ("18 OpenSSH", format!("ssh-ed25519 {}", STANDARD.encode(open_ssh)).into()),
        ("20 empty", Vec::new()),
        ("21 a NUL", vec![0]),
        ("21 zeros", vec![0; 32]),
        ("22 tutorial", b"secret".to_vec()),
        ("22 tutorial", b"your-256-bit-secret".to_vec()),
        ("22 tutorial", b"changethis".to_vec()),
        ("22 tutorial", b"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7".to_vec()),
        ("23 base64 of the secret", STANDARD.encode(SECRET).into()),
        ("23 base64url of the secret", URL_SAFE_NO_PAD.encode(SECRET).into()),
        ("23 hexadecimal", SECRET.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into()),
        ("23 a line end behind", format!("{SECRET}\n").into()),
        ("23 a space before", format!(" {SECRET}").into()),
        ("23 in quotes", format!("\"{SECRET}\"").into()),
        ("23 in capitals", SECRET.to_uppercase().into()),
        ("23 the kid", armory.kid().into()),
    ]);
    secrets
}

/// 24 to 26: the token says where its key is, and is signed with it.
fn brought_along(armory: &Armory) -> Vec<Forged> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = pair.public_key().as_ref();
    let jwk = format!(
        r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}","kid":"mine"}}"#,
        URL_SAFE_NO_PAD.encode(&point[1..33]),
        URL_SAFE_NO_PAD.encode(&point[33..])
    );
    let mut members = vec![
        format!(r#""jwk":{jwk}"#),
        r#""x5c":["MIIB"]"#.to_owned(),
        r#""x5t":"MIIB","x5u":"https://evil.example/c.pem""#.to_owned(),
    ];
    for address in [
        "http://evil.example/jwks.json",
        "https://evil.example/jwks.json",
        "file:///dev/null",
        "http://169.254.169.254/latest/meta-data",
        "https://api.example.com@evil.example/jwks.json",
        "https://api.example.com/redirect?to=https://evil.example",
        "//evil.example/jwks.json",
    ] {
        members.push(format!(r#""jku":"{address}""#));
        members.push(format!(r#""x5u":"{address}""#));
    }
    let mut cases = Vec::new();
    for member in members {
        for signer in [Signer::Own, Signer::Es256] {
            let header = armory.header(signer);
            let header = format!("{},{member}}}", header.strip_suffix('}').unwrap());
            let claims = Armory::claims(signer).to_string();
            let message = message(&header, &claims);
            let foreign = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
            cases.push((format!("24-26 {member}"), joined(&message, foreign.as_ref())));
            // Even when the signature is good.
            cases.push((format!("24-26 {member}, our signature"), armory.signed(signer, &header, &claims)));
        }
    }
    cases
}

/// 27 to 32: a `kid` is a name and nothing else, and our own keys go by none but theirs.
fn names_of_keys(armory: &Armory) -> Vec<Forged> {
    let long = format!("\"{}\"", "a".repeat(6000));
    let kids = [
        r#""../../../dev/null""#,
        r#""/proc/sys/kernel/randomize_va_space""#,
        r#""' UNION SELECT 'key' --""#,
        r#""1; DROP TABLE users""#,
        r#""$(id)""#,
        r#""{{7*7}}""#,
        r#""a\r\nlevel=error""#,
        r#""\u0000""#,
        r#""""#,
        "1",
        "null",
        "[]",
        r#"{"kid":1}"#,
        r#""unknown""#,
        &long,
    ];
    let mut cases = Vec::new();
    for kid in kids {
        for signer in [Signer::Own, Signer::Hs256, Signer::Es256] {
            let typ = if signer == Signer::Own { "at+jwt" } else { "JWT" };
            let header = format!(r#"{{"alg":"{}","typ":"{typ}","kid":{kid}}}"#, signer.algorithm());
            let claims = Armory::claims(signer).to_string();
            cases.push((format!("27-32 {kid:.40}"), armory.signed(signer, &header, &claims)));
            let message = message(&header, &claims);
            // What a file that is empty, or not there, would verify.
            cases.push((
                format!("27 {kid:.40}"),
                joined(&message, &mac(HMAC_SHA256, b"", message.as_bytes())),
            ));
        }
    }
    let own = armory.kid();
    for twice in [format!(r#""kid":"x","kid":"{own}""#), format!(r#""kid":"{own}","kid":"x""#)] {
        let header = format!(r#"{{"alg":"ES256","typ":"at+jwt",{twice}}}"#);
        let token = armory.signed(Signer::Own, &header, &Armory::claims(Signer::Own).to_string());
        cases.push(("32 twice".to_owned(), token));
    }
    cases
}
