//! Family C: every signature but the right one.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};

use super::{
    Forged,
    armory::{Armory, Signer, joined},
};

pub(super) fn cases(armory: &Armory) -> Vec<Forged> {
    let mut cases = Vec::new();
    for signer in Signer::ALL {
        let mut add = |what: String, token: String| cases.push((format!("{signer:?} {what}"), token));
        let token = armory.token(signer);
        let (message, encoded) = token.rsplit_once('.').unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let real = URL_SAFE_NO_PAD.decode(encoded).unwrap();
        for (third, at) in [0, real.len() / 2, real.len() - 1].into_iter().enumerate() {
            for bit in [1, 128] {
                let mut flipped = real.clone();
                flipped[at] ^= bit;
                add(format!("33 {third} {bit}"), joined(message, &flipped));
            }
        }
        for (what, signature) in [
            ("34 empty", Vec::new()),
            ("34 short", real[..real.len() - 1].to_vec()),
            ("34 half", real[..real.len() / 2].to_vec()),
            ("34 long", [&real[..], &[0]].concat()),
            ("34 leading zero", [&[0], &real[..]].concat()),
            ("34 doubled", real.repeat(2)),
            ("36 zeros", vec![0; real.len()]),
            ("36 ones", vec![0xff; real.len()]),
        ] {
            add(what.to_owned(), joined(message, &signature));
        }
        let other = armory.signed(signer, &armory.header(signer), r#"{"sub":"2","exp":4000000000}"#);
        let (other_message, other_signature) = other.rsplit_once('.').unwrap();
        add("35 another token's".to_owned(), format!("{message}.{other_signature}"));
        add(
            "39 payload swapped".to_owned(),
            format!("{header}.{}.{encoded}", other_message.split_once('.').unwrap().1),
        );
        add("39 header swapped".to_owned(), format!("{claims}.{header}.{encoded}"));
        add("37 padded".to_owned(), format!("{message}.{}", URL_SAFE.encode(&real) + "=="));
        let standard = STANDARD.encode([&[0xfb, 0xff][..], &real].concat());
        add("37 standard alphabet".to_owned(), format!("{message}.{standard}"));
        add("37 unused bits".to_owned(), format!("{message}.{}", unused_bits(encoded)));
        for inside in [" ", "\t", "%", "%2E", ".", ",", "=", "\u{ff}", ";"] {
            let at = token.len() / 2;
            add(format!("38 {inside:?}"), format!("{}{inside}{}", &token[..at], &token[at..]));
        }
        for graft in Signer::ALL.into_iter().filter(|graft| *graft != signer) {
            add(format!("44 {graft:?}"), joined(message, &armory.signature(graft, message.as_bytes())));
        }
    }
    cases.extend(edges(armory));
    cases
}

/// The last character of what is not a multiple of three bytes has bits that mean nothing.
fn unused_bits(encoded: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = *encoded.as_bytes().last().unwrap();
    let at = ALPHABET.iter().position(|letter| *letter == last).unwrap();
    format!("{}{}", &encoded[..encoded.len() - 1], char::from(ALPHABET[at ^ 1]))
}

/// 40 and 41: numbers at the edge of their range, and the encoding that OpenSSL writes.
fn edges(armory: &Armory) -> Vec<Forged> {
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc6325";
    let field = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff".to_owned();
    let hex = |text: &str| -> Vec<u8> {
        (0..32).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
    };
    let mut numbers: Vec<Vec<u8>> =
        ["50", "51", "52"].iter().map(|last| hex(&format!("{order}{last}"))).collect();
    let mut one = vec![0; 32];
    one[31] = 1;
    numbers.extend([vec![0; 32], one, hex(&field), vec![0xff; 32]]);
    let mut cases = Vec::new();
    for signer in [Signer::Own, Signer::Es256] {
        let token = armory.token(signer);
        let (message, encoded) = token.rsplit_once('.').unwrap();
        let real = URL_SAFE_NO_PAD.decode(encoded).unwrap();
        let (r, s) = real.split_at(32);
        for left in &numbers {
            for right in &numbers {
                cases.push(("40".to_owned(), joined(message, &[&left[..], right].concat())));
            }
            cases.push(("40 r".to_owned(), joined(message, &[&left[..], s].concat())));
            cases.push(("40 s".to_owned(), joined(message, &[r, left].concat())));
        }
        let integer = |number: &[u8]| [&[2, 33, 0][..], number].concat();
        let inside = [integer(r), integer(s)].concat();
        let der = [&[0x30, u8::try_from(inside.len()).unwrap()][..], &inside].concat();
        cases.push(("41 DER".to_owned(), joined(message, &der)));
        cases.push(("41 66 bytes".to_owned(), joined(message, &[&[0], r, &[0], s].concat())));
    }
    cases
}

/// 132: of the two numbers of an ES256 signature the second negated, which is a good signature over the same.
pub(crate) fn twin(token: &str) -> String {
    let (message, encoded) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(encoded).unwrap();
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let mut borrow = 0;
    for at in (0..32).rev() {
        let digit = i16::from_str_radix(&order[at * 2..at * 2 + 2], 16).unwrap();
        let left = digit - i16::from(signature[32 + at]) - borrow;
        borrow = i16::from(left < 0);
        signature[32 + at] = u8::try_from(left.rem_euclid(256)).unwrap();
    }
    joined(message, &signature)
}
