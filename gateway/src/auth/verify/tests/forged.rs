//! Signatures that only look like one: numbers at the edge of their range, other encodings, other lengths.

use super::{
    keyring::{KEYS, message},
    *,
};
use crate::contract::profile::Algorithm;

fn refused(algorithm: Algorithm, what: &str, signature: &[u8]) {
    let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
    let token = format!("{}.{}", message(&header, CLAIMS), URL_SAFE_NO_PAD.encode(signature));
    let told = verdict(&KEYS.verifier(algorithm), &token);
    assert_eq!(told, Err("signature".to_owned()), "{algorithm} {what}");
}

fn good(algorithm: Algorithm) -> Vec<u8> {
    let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
    KEYS.signature(algorithm, message(&header, CLAIMS).as_bytes())
}

fn number(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

/// The order of P-256 and its field (FIPS 186-5).
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const FIELD: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";

/// What is left of the order.
fn negated(number_below: &[u8]) -> Vec<u8> {
    let (mut left, order) = (vec![0; 32], number(ORDER));
    let mut borrow = 0i16;
    for at in (0..32).rev() {
        let difference = i16::from(order[at]) - i16::from(number_below[at]) - borrow;
        borrow = i16::from(difference < 0);
        left[at] = u8::try_from(difference.rem_euclid(256)).expect("a byte");
    }
    left
}

#[test]
fn ecdsa_takes_no_number_outside_of_its_range() {
    let order = number(ORDER);
    let near = |by: i16| {
        let mut near = order.clone();
        let last = near.last_mut().expect("32 bytes");
        *last = u8::try_from(i16::from(*last) + by).expect("no carry");
        near
    };
    let mut one = vec![0; 32];
    one[31] = 1;
    let edges = [vec![0; 32], one, near(-1), order.clone(), near(1), number(FIELD), vec![0xff; 32]];
    let real = good(Algorithm::Es256);
    for r in &edges {
        for s in &edges {
            refused(Algorithm::Es256, "two edges", &[&r[..], s].concat());
        }
        refused(Algorithm::Es256, "r at an edge", &[&r[..], &real[32..]].concat());
        refused(Algorithm::Es256, "s at an edge", &[&real[..32], r].concat());
    }
}

#[test]
fn ecdsa_takes_one_encoding() {
    let real = good(Algorithm::Es256);
    let (r, s) = real.split_at(32);
    // As OpenSSL writes it (RFC 3279 section 2.2.3).
    let integer = |number: &[u8]| [&[2, 33, 0][..], number].concat();
    let inside = [integer(r), integer(s)].concat();
    let der = [&[0x30, u8::try_from(inside.len()).expect("short")][..], &inside].concat();
    refused(Algorithm::Es256, "DER", &der);
    refused(Algorithm::Es256, "a leading zero each", &[&[0][..], r, &[0], s].concat());
    refused(Algorithm::Es256, "zeros before", &[&[0, 0][..], &real].concat());
    refused(Algorithm::Es256, "zeros behind", &[&real[..], &[0, 0]].concat());
    refused(Algorithm::Es256, "r negated", &[&negated(r)[..], s].concat());
    refused(Algorithm::Es256, "swapped", &[s, r].concat());
    refused(Algorithm::Es256, "doubled", &real.repeat(2));
    refused(Algorithm::Es256, "r alone", r);
    refused(Algorithm::Es256, "nothing", &[]);
}

/// The other square root is a signature too, by the rules of ECDSA: who revokes must not go by its bytes.
#[test]
fn the_twin_of_an_ecdsa_signature_is_the_same_token() {
    let real = good(Algorithm::Es256);
    let twin = [&real[..32], &negated(&real[32..])].concat();
    let message = message(r#"{"alg":"ES256","typ":"JWT"}"#, CLAIMS);
    let verifier = KEYS.verifier(Algorithm::Es256);
    let digests = [real, twin].map(|signature| {
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        let header = HeaderValue::from_str(&format!("Bearer {token}")).expect("a header");
        let headers = HeaderMap::from_iter([(AUTHORIZATION, header)]);
        let presented = Presented::of(&headers, verifier.schemes(), false).expect("a token");
        match verifier.verify_at(&presented, NOW).expect("a good signature") {
            Accepted::User(principal) => principal.token().digest,
            Accepted::ByName { .. } => panic!("no name"),
        }
    });
    assert!(digests[0].is_some());
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn edwards_signatures_are_canonical() {
    let real = good(Algorithm::EdDsa);
    // The order of the group (RFC 8032 section 5.1), its least byte first.
    let mut order = number("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    order.reverse();
    let mut longer = real.clone();
    let mut carry = 0u16;
    for at in 0..32 {
        let sum = u16::from(real[32 + at]) + u16::from(order[at]) + carry;
        longer[32 + at] = u8::try_from(sum % 256).expect("a byte");
        carry = sum / 256;
    }
    refused(Algorithm::EdDsa, "S + L", &longer);
    let mut identity = vec![0; 64];
    refused(Algorithm::EdDsa, "zeros", &identity);
    identity[0] = 1;
    refused(Algorithm::EdDsa, "the neutral element", &identity);
    refused(Algorithm::EdDsa, "the neutral element with our S", &[&identity[..32], &real[32..]].concat());
    refused(Algorithm::EdDsa, "ones", &[0xff; 64]);
    refused(Algorithm::EdDsa, "one byte more", &[&real[..], &[0]].concat());
}

#[test]
fn rsa_signatures_are_as_long_as_the_key_and_padded_as_it_says() {
    use aws_lc_rs::signature::KeyPair;

    let modulus = KEYS.rsa.public_key().modulus().big_endian_without_leading_zero().to_vec();
    let mut below = modulus.clone();
    *below.last_mut().expect("256 bytes") -= 1;
    let mut one = vec![0; 256];
    one[255] = 1;
    for algorithm in [Algorithm::Rs256, Algorithm::Ps256] {
        let real = good(algorithm);
        for (what, signature) in [
            ("zero", vec![0; 256]),
            ("one", one.clone()),
            ("n", modulus.clone()),
            ("n - 1", below.clone()),
            ("a byte less", real[1..].to_vec()),
            ("a zero before", [&[0][..], &real].concat()),
            ("a zero behind", [&real[..], &[0]].concat()),
            ("nothing", Vec::new()),
        ] {
            refused(algorithm, what, &signature);
        }
    }
    refused(Algorithm::Rs256, "the other padding", &good(Algorithm::Ps256));
    refused(Algorithm::Ps256, "the other padding", &good(Algorithm::Rs256));
    refused(Algorithm::Rs256, "another digest", &good(Algorithm::Rs512));
}

/// Whoever knows a public key must not be able to use it as a secret.
#[test]
fn a_public_key_is_no_secret() {
    let verifier = KEYS.verifier(Algorithm::Rs256);
    let der = KEYS.public(Algorithm::Rs256);
    let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", der.clone()));
    let one_line = pem.replace(['\r', '\n'], "");
    let secrets: [&[u8]; 6] =
        [pem.as_bytes(), pem.trim_end().as_bytes(), one_line.as_bytes(), &der, b"", b"\0"];
    for secret in secrets {
        for (how, name) in [(aws_lc_rs::hmac::HMAC_SHA256, "HS256"), (aws_lc_rs::hmac::HMAC_SHA256, "RS256")]
        {
            let header = format!(r#"{{"alg":"{name}","typ":"JWT"}}"#);
            let told = verdict(&verifier, &keyring::hmac_signed(how, &header, CLAIMS, secret));
            let expected = if name == "RS256" { "signature" } else { "algorithm" };
            assert_eq!(told, Err(expected.to_owned()));
        }
    }
}
