//! Every text but the one that was written is refused.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use proptest::prelude::*;

use super::*;

const KEY: u8 = 7;

fn mac(number: u8, said: &[u8]) -> Option<[u8; MAC]> {
    let key = Key::new(HMAC_SHA256, &[number; 32]);
    (number == KEY).then(|| sign(&key, said).as_ref()[..MAC].try_into().unwrap())
}

fn decode(text: &str) -> Option<RefreshToken> {
    RefreshToken::decode(text, mac)
}

fn token(handle: [u8; HANDLE], generation: i32) -> RefreshToken {
    RefreshToken { handle, generation }
}

fn written(token: &RefreshToken) -> String {
    token.encode(KEY, mac).unwrap()
}

/// A text of these bytes, with a MAC that fits or one that is given.
fn forged(said: &[u8], proof: Option<[u8; MAC]>) -> String {
    let proof = proof.unwrap_or_else(|| mac(KEY, said).unwrap());
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([said, &proof[..]].concat()))
}

#[test]
fn the_bytes_are_those_of_the_format() {
    let text = written(&token(*b"sixteen bytes!!!", 0x0102_0304));
    let bytes = URL_SAFE_NO_PAD.decode(&text[4..]).unwrap();
    assert_eq!((text.len(), &text[..4], bytes.len()), (55, "rt1.", 38));
    assert_eq!(bytes[..22], *b"\x01\x07sixteen bytes!!!\x01\x02\x03\x04");
    assert_eq!(bytes[22..], mac(KEY, &bytes[..22]).unwrap());
}

#[test]
fn two_sessions_do_not_begin_with_the_same_token() {
    let (one, other) = (RefreshToken::draw().unwrap(), RefreshToken::draw().unwrap());
    assert_ne!(one.handle_digest(), other.handle_digest());
    assert_eq!(one.generation(), 0);
}

#[test]
fn a_successor_is_of_the_same_session() {
    let first = token(*b"sixteen bytes!!!", 3);
    let next = first.at(4);
    assert_eq!((first.generation(), next.generation()), (3, 4));
    assert_eq!(first.handle_digest(), next.handle_digest());
}

#[test]
fn the_database_knows_the_hash_of_the_handle() {
    let expected = "602aec369fc4923feec1edcbf0e75ac1b6daaf971967b0098610e667c3ccb820";
    let hash = token(*b"sixteen bytes!!!", 5).handle_digest();
    assert_eq!(hash.map(|byte| format!("{byte:02x}")).concat(), expected);
}

#[test]
fn what_is_shown_of_it_says_nothing() {
    let token = token(*b"sixteen bytes!!!", 3);
    assert_eq!(format!("{token:?}"), "RefreshToken { generation: 3, .. }");
}

#[test]
fn another_version_key_or_an_impossible_generation_is_refused_under_a_good_mac() {
    let said = |version: u8, key: u8, generation: u32| {
        [&[version, key][..], &[9; HANDLE], &generation.to_be_bytes()].concat()
    };
    assert!(decode(&forged(&said(1, KEY, 1), None)).is_some());
    for said in [said(0, KEY, 1), said(2, KEY, 1), said(1, KEY + 1, 1), said(1, KEY, 1 << 31)] {
        assert_eq!(decode(&forged(&said, None)), None, "{said:?}");
    }
    let good = said(1, KEY, 1);
    for proof in [[0; MAC], [0xff; MAC], mac(KEY, b"").unwrap()] {
        assert_eq!(decode(&forged(&good, Some(proof))), None);
    }
}

#[test]
fn a_token_has_one_spelling() {
    let text = written(&token([0xfb; HANDLE], 0));
    // The last character holds two bits that say nothing: each of the other three is another spelling.
    let (rest, last) = text.split_at(text.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let good = alphabet.chars().filter(|last| decode(&format!("{rest}{last}")).is_some());
    assert_eq!(good.collect::<String>(), last);
    let others = [
        format!("{text}="),
        format!(" {text}"),
        format!("{text}\n"),
        text.replacen("rt1.", "RT1.", 1),
        text.replacen("rt1.", "rt2.", 1),
        text.replacen("rt1.", "", 1),
        text.replace('-', "+").replace('_', "/"),
        text[..text.len() - 1].to_owned(),
        format!("{text}A"),
    ];
    for other in others {
        assert_eq!(decode(&other), None, "{other:?}");
    }
}

proptest! {
    #[test]
    fn what_was_written_is_read(handle: [u8; HANDLE], generation in 0..=i32::MAX) {
        let token = token(handle, generation);
        prop_assert_eq!(decode(&written(&token)), Some(token));
    }

    #[test]
    fn every_flipped_bit_is_seen(handle: [u8; HANDLE], generation in 0..=i32::MAX, bit in 0..BYTES * 8) {
        let text = written(&token(handle, generation));
        let mut bytes = URL_SAFE_NO_PAD.decode(&text[PREFIX.len()..]).unwrap();
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(decode(&format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))), None);
    }

    #[test]
    fn no_text_is_too_strange(text in "\\PC*", tail in "[A-Za-z0-9_-]{0,60}") {
        prop_assert_eq!(decode(&text), None);
        prop_assert_eq!(decode(&format!("{PREFIX}{tail}")), None);
    }
}
