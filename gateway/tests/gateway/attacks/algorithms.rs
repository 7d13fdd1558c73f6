//! Family A: what a token says about its algorithm is no reason to believe it.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};

use super::{
    Forged,
    armory::{Armory, Signer, joined, mac, message},
};

pub(super) fn cases(armory: &Armory) -> Vec<Forged> {
    let mut cases = Vec::new();
    for signer in Signer::ALL {
        let mut add = |what: &str, token: String| cases.push((format!("{signer:?} {what}"), token));
        let (header, claims) = (armory.header(signer), Armory::claims(signer).to_string());
        let algorithm = format!(r#""alg":"{}""#, signer.algorithm());
        let saying = |said: &str| header.replace(&algorithm, said);
        let signed = |header: &str| armory.signed(signer, header, &claims);

        for none in ["none", "None", "NONE", "nOnE", "none ", r"none\u0000", ""] {
            let header = saying(&format!(r#""alg":"{none}""#));
            let message = message(&header, &claims);
            add(&format!("1/2/5 {none:?}"), format!("{message}."));
            add(&format!("3 {none:?} with a signature"), signed(&header));
            add(&format!("4 {none:?} of two parts"), message);
        }
        add("4 of two parts", message(&header, &claims));
        for odd in ["null", "0", "true", "[]", "{}", r#"["ES256"]"#] {
            add(&format!("6 alg {odd}"), signed(&saying(&format!(r#""alg":{odd}"#))));
        }
        add("6 no alg", signed(&saying(r#""x":1"#)));
        add("7 lower case", signed(&saying(&algorithm.to_lowercase())));
        // A Cyrillic letter that looks the same.
        let homoglyph = algorithm.replace('S', "\u{405}");
        add("8 homoglyph", signed(&saying(&homoglyph)));
        for twice in [
            format!(r#""alg":"none",{algorithm}"#),
            format!(r#"{algorithm},"alg":"none""#),
            format!(r#"{algorithm},"\u0061lg":"none""#),
            format!(r#""\u0061lg":"none",{algorithm}"#),
        ] {
            add("9 twice", signed(&saying(&twice)));
        }
        for sibling in ["HS384", "HS512", "PS256", "RS384", "ES384", "ES512", "ES256K", "Ed25519", "RSA-OAEP"]
        {
            let header = saying(&format!(r#""alg":"{sibling}""#));
            let message = message(&header, &claims);
            add(
                &format!("10 {sibling}"),
                joined(&message, &armory.sibling(signer, sibling, message.as_bytes())),
            );
        }
        for other in Signer::ALL.into_iter().filter(|other| *other != signer) {
            // Signed by somebody else whose tokens are taken, under the label that is expected here.
            add(&format!("11 signed by {other:?}"), armory.signed(other, &header, &claims));
        }
        for sibling in ["HS384", "PS256"] {
            let message = message(&header, &claims);
            if [Signer::Hs256, Signer::Rs256].contains(&signer)
                && (sibling == "PS256") == (signer == Signer::Rs256)
            {
                let signature = armory.sibling(signer, sibling, message.as_bytes());
                add(&format!("11 signed as {sibling}"), joined(&message, &signature));
            }
        }
        for (what, token) in foreign(&message(&header, &claims)) {
            add(what, token);
        }
    }
    cases
}

/// 12: keys of every family that nobody here knows.
fn foreign(message: &str) -> Vec<(&'static str, String)> {
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let edwards = Ed25519KeyPair::generate().unwrap();
    let bytes = message.as_bytes();
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut of_rsa = vec![0; rsa.public_modulus_len()];
    rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut of_rsa).unwrap();
    vec![
        ("12 a foreign RSA key", joined(message, &of_rsa)),
        ("12 a foreign P-256 key", joined(message, p256.sign(&SystemRandom::new(), bytes).unwrap().as_ref())),
        ("12 a foreign Ed25519 key", joined(message, edwards.sign(bytes).as_ref())),
        (
            "12 a foreign secret",
            joined(message, &mac(aws_lc_rs::hmac::HMAC_SHA256, b"a secret of somebody else's, long", bytes)),
        ),
    ]
}
