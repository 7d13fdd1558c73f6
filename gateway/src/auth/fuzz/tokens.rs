//! Tokens, good ones that were changed and those that never were: whoever is let in is who the signed claims name, and
//! for no longer than they say.

use std::{
    sync::LazyLock,
    time::{Duration, UNIX_EPOCH},
};

use aws_lc_rs::hmac;
use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use prometheus::{IntCounterVec, Opts};
use serde_json::Value;

use super::{
    Choices,
    forgery::{Forgery, Members, joined},
};
use crate::{
    auth::{
        Accepted, BadToken, CacheFigures, LegacyTokens, OwnTokens, Presented, Subject, Verified, Verifier,
        keys::Keys,
    },
    config::Secret,
    contract::profile::{Profile, SubjectKind},
};

const NOW: f64 = 1_800_000_000.0;
const SECRET: &str = "a secret of the legacy's, 32 bytes";
const LONGEST: Duration = Duration::from_mins(10);
const LIFETIME: Duration = Duration::from_hours(1);

const PROFILE: &str = "schema = 1\n[[legacy.tokens]]\nname = \"access\"\nalgorithm = \"HS256\"\nsubject = \"sub:int\"\n\
    require = [\"exp\"]\nlifetime = \"1h\"\n[errors]\nshape = \"detail\"\nbad_token = { status = 401, body = '{}' }\n";

/// Who signs, and with it the shape of what is signed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signer {
    Own,
    Legacy,
}

struct Mint {
    keys: Keys,
    verifier: Verifier,
}

static MINT: LazyLock<Mint> = LazyLock::new(Mint::new);

impl Mint {
    fn new() -> Self {
        let keys = Keys::ephemeral().expect("keys");
        let own = OwnTokens {
            keys: keys.clone(),
            issuer: "gateway".to_owned(),
            audience: "api".to_owned(),
            subject: SubjectKind::Int,
            longest: LONGEST,
        };
        let profile = Profile::parse("legacy.toml".as_ref(), PROFILE).expect("a profile");
        let secret = Secret::from(SECRET.to_owned());
        let (mut mistakes, mut weaknesses) = Default::default();
        let legacy = LegacyTokens::read(&profile.tokens, Some(&secret), &mut mistakes, &mut weaknesses);
        let counters =
            IntCounterVec::new(Opts::new("verified", "for nobody"), &["result"]).expect("a counter");
        Self { keys, verifier: Verifier::new(legacy, Some(own), CacheFigures::of(&counters)) }
    }

    fn good(&self, signer: Signer) -> Forgery {
        let text = |text: &str| format!("\"{text}\"");
        match signer {
            Signer::Own => Forgery {
                header: Members::of(&[
                    ("alg", text("ES256")),
                    ("typ", text("at+jwt")),
                    ("kid", text(self.keys.current().signing().expect("a key").kid())),
                ]),
                claims: Members::of(&[
                    ("iss", text("gateway")),
                    ("aud", text("api")),
                    ("sub", text("7")),
                    ("sid", text("5b0a3c52-6c0c-4a2e-9d2e-0c7a3a6f1d11")),
                    ("rg", "3".to_owned()),
                    ("jti", text("1")),
                    ("iat", "1800000000".to_owned()),
                    ("exp", "1800000600".to_owned()),
                    ("roles", "[\"admin\"]".to_owned()),
                    ("scope", text("read write")),
                ]),
            },
            Signer::Legacy => Forgery {
                header: Members::of(&[("alg", text("HS256")), ("typ", text("JWT"))]),
                claims: Members::of(&[("sub", text("7")), ("exp", "1800000600".to_owned())]),
            },
        }
    }

    fn signature(&self, signer: Signer, message: &str) -> Vec<u8> {
        match signer {
            Signer::Own => {
                self.keys.current().signing().expect("a key").sign(message.as_bytes()).expect("a signature")
            }
            Signer::Legacy => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
                hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
            }
        }
    }

    fn signed(&self, signer: Signer, message: &str) -> String {
        joined(message, &self.signature(signer, message))
    }

    /// Twice: what is known of a token already changes nothing.
    fn verdict(&self, value: &HeaderValue) -> Option<Verified> {
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value.clone())]);
        let presented = Presented::of(&headers, self.verifier.schemes(), false).ok()?;
        let [first, second] = [(), ()].map(|()| match self.verifier.verify_at(&presented, NOW) {
            Ok(Accepted::User(principal)) => Ok(principal.token().clone()),
            Ok(Accepted::ByName { .. }) => panic!("no profile looks names up"),
            Err(bad) => Err::<Verified, BadToken>(bad),
        });
        assert_eq!(first, second, "the second time it is told otherwise: {value:?}");
        first.ok()
    }

    fn verdict_of(&self, token: &str) -> Option<Verified> {
        self.verdict(&HeaderValue::from_str(&format!("Bearer {token}")).ok()?)
    }
}

/// Bytes as they come, as the header, as a token, and as a part of one that is signed.
pub fn texts(bytes: &[u8]) {
    let mint = &*MINT;
    for begin in [&b""[..], b"Bearer ", b"bearer  "] {
        if let Ok(value) = HeaderValue::from_bytes(&[begin, bytes].concat()) {
            assert_eq!(mint.verdict(&value), None, "nobody signed {value:?}");
        }
    }
    let part = |bytes| joined("", bytes).split_off(1);
    for signer in [Signer::Own, Signer::Legacy] {
        let (good, odd) = (mint.good(signer).message(), part(bytes));
        let (header, claims) = good.split_once('.').expect("two parts");
        for message in [format!("{odd}.{claims}"), format!("{header}.{odd}")] {
            if let Some(token) = mint.verdict_of(&mint.signed(signer, &message)) {
                agrees(&message, &token);
            }
        }
    }
}

/// A good token that somebody without a key has changed, or signed with another key, is refused.
pub fn forged(bytes: &[u8]) {
    let (mint, mut choices) = (&*MINT, Choices::of(bytes));
    let (signer, other) = choices.of_these(&[(Signer::Own, Signer::Legacy), (Signer::Legacy, Signer::Own)]);
    let good = mint.good(signer);
    let message = good.message();
    let token = mint.signed(signer, &message);
    assert!(mint.verdict_of(&token).is_some(), "what is good is good");
    let mut changed = good;
    if choices.below(2) == 1 {
        changed.change(&mut choices);
    }
    let changed = changed.message();
    if let Some(token) = mint.verdict_of(&mint.signed(other, &changed)) {
        assert_eq!(token.session.is_some(), other == Signer::Own, "it is signed by the wrong one: {changed}");
        agrees(&changed, &token);
    }
    if changed != message {
        let grafted = joined(&changed, &mint.signature(signer, &message));
        assert_eq!(mint.verdict_of(&grafted), None, "it has the signature of another: {changed}");
    }
    let mut text = token.clone().into_bytes();
    for _ in 0..=choices.below(3) {
        let place = choices.below(text.len());
        let end = (place + choices.below(4)).min(text.len());
        text.splice(place..end, choices.some(3).iter().copied());
        if text.is_empty() {
            return;
        }
    }
    if text.trim_ascii() == token.as_bytes() {
        return;
    }
    if let Ok(value) = HeaderValue::from_bytes(&[b"Bearer ", &text[..]].concat()) {
        assert_eq!(mint.verdict(&value), None, "it is spelled otherwise: {value:?}");
    }
}

/// Whatever its signer says in a token: if it is good here, it says the same to every other reader.
pub fn signed(bytes: &[u8]) {
    let (mint, mut choices) = (&*MINT, Choices::of(bytes));
    let signer = choices.of_these(&[Signer::Own, Signer::Legacy]);
    let mut forgery = mint.good(signer);
    forgery.change(&mut choices);
    let message = forgery.message();
    if let Some(token) = mint.verdict_of(&mint.signed(signer, &message)) {
        agrees(&message, &token);
    }
}

/// The parts are read once more, by a reader that takes the last of two members and asks for nothing.
fn agrees(message: &str, token: &Verified) {
    let [header, claims] = part(message);
    let about = format!("{header} {claims}");
    for forbidden in ["crit", "b64", "zip", "enc", "cty", "jku", "jwk", "x5u", "x5c"] {
        assert!(header.get(forbidden).is_none(), "{forbidden} is honoured: {about}");
    }
    let is_own = header["typ"] == "at+jwt";
    assert_eq!(header["alg"], if is_own { "ES256" } else { "HS256" }, "{about}");
    assert_eq!(is_own, token.session.is_some(), "{about}");
    assert!(claims.get("gwb").is_none(), "a token of the bridge: {about}");
    let subject = claims["sub"].as_str().map_or_else(|| claims["sub"].to_string(), str::to_owned);
    assert!(matches!(&token.subject, Subject::Int(id) if id.to_string() == subject), "{about}: {token:?}");
    let expires = claims["exp"].as_f64().expect("a number");
    let ours = token.expires_at.and_then(|end| end.duration_since(UNIX_EPOCH).ok()).expect("an end");
    assert!((ours.as_secs_f64() - expires).abs() < 1.0, "{about}: {token:?}");
    assert!(NOW < expires && expires <= NOW + LIFETIME.as_secs_f64(), "{about}");
    if is_own {
        assert_eq!((&claims["iss"], &claims["aud"]), (&"gateway".into(), &"api".into()), "{about}");
        let issued = claims["iat"].as_f64().expect("a number");
        assert!(issued < expires && expires - issued <= LONGEST.as_secs_f64(), "{about}");
        assert_eq!(token.generation.map(i64::from), claims.get("rg").and_then(Value::as_i64), "{about}");
    }
}

fn part(message: &str) -> [Value; 2] {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    let (header, claims) = message.split_once('.').expect("two parts");
    [header, claims].map(|part| {
        let json = URL_SAFE_NO_PAD.decode(part).expect("base64url");
        serde_json::from_slice(&json).expect("what was taken is JSON")
    })
}
