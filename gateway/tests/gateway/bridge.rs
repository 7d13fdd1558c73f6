//! What the legacy sees of those who have a token of the gateway's own, and of tokens that nobody should have.

mod sample;
pub(crate) mod sockets;

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use compat_tests::client::Answer;
use gateway::auth::keys::Keys;
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    attacks::armory::{Armory, Signer},
    fake_legacy::{FakeLegacy, header},
    house::{House, SECRET, Setting, bearer, signed, token},
};

/// A route that asks for a token, and one that takes one or none.
const PROTECTED: &str = "/users/me";
const OPTIONAL: &str = "/api/feed";

/// A gateway whose legacy writes down every head that reaches it, and says something of the gateway's in its answers.
struct Stage {
    armory: Armory,
    house: House,
    _legacy: FakeLegacy,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    /// With these lines in `[auth]`.
    async fn open(auth: &str) -> Self {
        Self::open_as("sub:int", auth).await
    }

    /// Of a legacy whose tokens name their user so.
    async fn open_as(subject: &str, auth: &str) -> Self {
        let heads = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&heads);
        let legacy = FakeLegacy::play(move |mut connection| {
            let heads = Arc::clone(&written);
            async move {
                loop {
                    let (head, _) = connection.request().await?;
                    heads.lock().push(head);
                    let said = "X-Gateway-Identity: forged\r\nx_gateway_other: 1\r\nx-own: kept";
                    connection
                        .send(format!("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n{said}\r\n\r\nok"))
                        .await?;
                }
            }
        })
        .await;
        let armory = Armory::new();
        let mut setting = armory.setting(legacy.address());
        setting.profile = with_auth(&setting, auth);
        let written = "subject   = \"sub:int\"";
        assert!(setting.profile.contains(written));
        setting.profile = setting.profile.replacen(written, &format!("subject   = \"{subject}\""), 1);
        setting.routes += "\"GET /users/me\" = \"legacy\"\n\"GET /api/projects\" = { auth = \"report\" }\n";
        let house = House::open(&setting).await;
        Self { armory, house, _legacy: legacy, heads }
    }

    async fn ask(&self, target: &str, authorization: &[&str]) -> Answer {
        let headers: Vec<_> = authorization.iter().map(|value| ("authorization", *value)).collect();
        self.house.get(target, &headers).await
    }

    /// The credentials that the legacy is shown.
    async fn shown(&self, target: &str, authorization: &[&str]) -> Vec<String> {
        let answer = self.ask(target, authorization).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ok"), "{target} {authorization:?}");
        credentials(&self.last())
    }

    fn last(&self) -> String {
        self.heads.lock().last().cloned().unwrap()
    }
}

fn with_auth(setting: &Setting, lines: &str) -> String {
    let changed = setting.profile.replacen("\n[auth]\n", &format!("\n[auth]\n{lines}\n"), 1);
    assert!(changed.contains(lines));
    changed
}

fn credentials(head: &str) -> Vec<String> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    lines
        .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"))
        .map(|(_, value)| value.to_owned())
        .collect()
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// As the legacy would take it: its secret, its claims, and two minutes.
fn assert_minted(credentials: &[String]) {
    let [credential] = credentials else { panic!("{credentials:?}") };
    let token = credential.strip_prefix("Bearer ").unwrap();
    let claims = claims(token);
    let expires = claims["exp"].as_u64().unwrap();
    assert_eq!(claims, json!({ "sub": "1", "exp": expires, "gwb": 1 }));
    assert!((now() + 110..=now() + 121).contains(&expires), "{claims}");
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mac =
        crate::attacks::armory::mac(aws_lc_rs::hmac::HMAC_SHA256, SECRET.as_bytes(), message.as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(mac), signature);
}

fn expired(armory: &Armory) -> String {
    let mut claims = Armory::claims(Signer::Own);
    claims["iat"] = json!(now() - 700);
    claims["exp"] = json!(now() - 100);
    armory.signed(Signer::Own, &armory.header(Signer::Own), &claims.to_string())
}

fn bridge_token() -> String {
    signed(&json!({ "sub": "1", "exp": now() + 100, "gwb": 1 }), SECRET)
}

#[tokio::test]
async fn a_token_of_ours_becomes_one_of_the_legacys_and_others_go_on_as_they_came() {
    let stage = Stage::open("").await;
    let own = bearer(&stage.armory.token(Signer::Own));
    for target in [PROTECTED, OPTIONAL, "/health", "/nowhere", "/api/projects"] {
        assert_minted(&stage.shown(target, &[&own]).await);
        assert_minted(&stage.shown(target, &[&own.replacen("Bearer", "bearer ", 1)]).await);
        let legacy = bearer(&token(1));
        assert_eq!(stage.shown(target, &[&legacy]).await, [legacy], "{target}");
        assert_eq!(header(&stage.last(), "x-gateway-identity"), None);
    }
    let late = bearer(&expired(&stage.armory));
    assert_eq!(stage.ask(PROTECTED, &[&late]).await.status, 401);
    let unknown = ["Basic dTpw", "Bearer 3f2a9c", "Bearer", "DPoP a.b.c", "Bearer a.b.c", late.as_str()];
    for target in [OPTIONAL, "/health", "/api/projects"] {
        for credential in unknown {
            assert_eq!(stage.shown(target, &[credential]).await, [credential], "{target}");
        }
        assert_eq!(stage.shown(target, &["Basic dTpw", &own]).await, ["Basic dTpw", &own]);
        assert_eq!(stage.shown(target, &[]).await, [""; 0]);
    }
    let answer = stage.ask("/health", &[]).await;
    assert_eq!(answer.headers.one("x-own"), Some("kept"));
    assert!(!format!("{answer:?}").to_lowercase().contains("gateway"), "{answer:?}");
    stage.house.close();
}

/// Whether anybody asked for the token or not.
#[tokio::test]
async fn a_minted_token_names_its_user_as_the_legacys_own_do() {
    let stage = Stage::open_as("username:lookup(users.email)", "").await;
    let own = bearer(&stage.armory.token(Signer::Own));
    for target in [PROTECTED, OPTIONAL, "/health", "/nowhere", "/api/projects"] {
        let [credential] = &stage.shown(target, &[&own]).await[..] else { panic!("{target}") };
        let claims = claims(credential.strip_prefix("Bearer ").unwrap());
        assert_eq!((&claims["username"], &claims["gwb"]), (&"ada@example.com".into(), &1.into()), "{target}");
        assert_eq!(claims.get("sub"), None);
    }
    // Nobody has that id: who asks is nobody, and no token says anything else.
    let mut said = Armory::claims(Signer::Own);
    said["sub"] = "999999".into();
    let nobody = stage.armory.signed(Signer::Own, &stage.armory.header(Signer::Own), &said.to_string());
    for target in [PROTECTED, OPTIONAL] {
        let reached = stage.heads.lock().len();
        assert_eq!(stage.ask(target, &[&bearer(&nobody)]).await.status, 401, "{target}");
        assert_eq!(stage.heads.lock().len(), reached, "{target}");
    }
    stage.house.close();
}

#[tokio::test]
async fn what_was_made_for_the_legacy_is_worth_nothing_outside() {
    let stage = Stage::open("").await;
    let own = bearer(&stage.armory.token(Signer::Own));
    let minted = stage.shown(PROTECTED, &[&own]).await.remove(0);
    let minted = minted.strip_prefix("Bearer ").unwrap();
    let (message, signature) = minted.rsplit_once('.').unwrap();
    // Python's base64 passes over what is not of its alphabet.
    let spelled = [
        minted.to_owned(),
        format!("{minted}="),
        format!("{minted}!"),
        format!("{minted}\u{a0}"),
        format!("\u{a0}{minted}"),
        format!("{message}.{}!{}", &signature[..9], &signature[9..]),
        format!("{message}.{}{}", signature, "!".repeat(9000)),
        bridge_token(),
        format!("{message}.{}", "A".repeat(43)),
    ];
    for token in &spelled {
        let credential = bearer(token);
        let reached = stage.heads.lock().len();
        let answer = stage.ask(PROTECTED, &[&credential]).await;
        assert_eq!((answer.status, stage.heads.lock().len()), (401, reached), "{token:.40}");
        for target in [OPTIONAL, "/health", "/nowhere", "/api/projects"] {
            assert_eq!(stage.shown(target, &[&credential]).await, [""; 0], "{target} {token:.80}");
            for two in [[credential.as_str(), "Basic dTpw"], ["Basic dTpw", credential.as_str()]] {
                assert_eq!(stage.shown(target, &two).await, [""; 0], "{target}");
            }
        }
    }
    let long =
        format!("{{{}\"x\":0}}", (0..5000).map(|name| format!("\"{name:05}\":0,")).collect::<String>());
    let crooked = [
        format!("Bearer\t{minted}"),
        format!("Bearer\u{a0}{minted}"),
        format!("Bearer x {minted}"),
        format!("Bearer, {minted}"),
        format!("Token token={minted}"),
        format!("JWT {minted}"),
        minted.to_owned(),
        format!("Bearer {}.e30.AA", URL_SAFE_NO_PAD.encode(long)),
    ];
    for credential in &crooked {
        assert_eq!(stage.ask(PROTECTED, &[credential]).await.status, 401, "{credential:.40}");
        for target in [OPTIONAL, "/health", "/nowhere", "/api/projects"] {
            assert_eq!(stage.shown(target, &[credential]).await, [""; 0], "{target} {credential:.40}");
        }
    }
    // uvicorn takes 64 KiB of a head at the most.
    let (most, more) = ("a".repeat(64 << 10), "a".repeat(300 << 10));
    assert_eq!(stage.house.get("/health", &[("x", &most)]).await.status, 200);
    assert_eq!(stage.house.get("/health", &[("x", &more)]).await.status, 431);
    // One of the legacy's that is spelled so could be one that was taken back.
    assert_eq!(stage.shown(OPTIONAL, &[&bearer(&format!("{}=", token(1)))]).await, [""; 0]);
    stage.house.close();
}

#[tokio::test]
async fn a_signed_header_says_who_asks_for_this_request_and_nobody_outside_sets_or_drops_it() {
    let stage = Stage::open("bridge = \"header\"").await;
    let own = stage.armory.token(Signer::Own);
    for (target, credential) in
        [(PROTECTED, &own), (PROTECTED, &token(1)), ("/api/feed?page=2", &own), (OPTIONAL, &token(1))]
    {
        let headers = [
            ("authorization", bearer(credential)),
            ("x-gateway-identity", "forged".to_owned()),
            ("X_Gateway_Identity", "forged".to_owned()),
        ];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(stage.house.get(target, &headers).await.status, 200);
        let head = stage.last();
        assert_eq!(credentials(&head), [""; 0]);
        assert_eq!(head.to_lowercase().matches("gateway").count(), 1, "{head}");
        assert_identity(&stage.armory, header(&head, "x-gateway-identity").unwrap(), target);
    }
    for name in ["x-gateway-identity", "Authorization", "Cookie", "host", "close, X-Gateway-Identity"] {
        let headers = [("authorization", bearer(&own)), ("connection", name.to_owned())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(stage.house.get(PROTECTED, &headers).await.status, 400, "{name}");
    }
    // It is no token.
    let identity = header(&stage.last(), "x-gateway-identity").unwrap().to_owned();
    assert_eq!(stage.ask(PROTECTED, &[&bearer(&identity)]).await.status, 401);
    assert_eq!(stage.shown(OPTIONAL, &["Basic dTpw"]).await, ["Basic dTpw"]);
    stage.house.close();
}

fn assert_identity(armory: &Armory, identity: &str, target: &str) {
    let claims = claims(identity);
    assert_eq!(
        (&claims["sub"], &claims["aud"], &claims["iss"]),
        (&json!("1"), &json!("upstream"), &json!("gateway"))
    );
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 60);
    assert_eq!(claims["method"], "GET");
    assert_eq!(claims["target_sha256"], URL_SAFE_NO_PAD.encode(Sha256::digest(target)));
    let (message, signature) = identity.rsplit_once('.').unwrap();
    let header = URL_SAFE_NO_PAD.decode(message.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header, json!({ "alg": "ES256", "typ": "gwid+jwt", "kid": armory.kid() }));
    let keys: &Keys = armory.keys();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert!(keys.current().signing().unwrap().verify(message.as_bytes(), &signature));
}

#[tokio::test]
async fn a_legacy_may_be_shown_the_token_itself_or_nothing() {
    for (kind, own_goes_on) in [("passthrough", true), ("none", false)] {
        let stage = Stage::open(&format!("bridge = \"{kind}\"")).await;
        for credential in [bearer(&stage.armory.token(Signer::Own)), bearer(&token(1))] {
            let expected = if own_goes_on { vec![credential.clone()] } else { Vec::new() };
            for target in [PROTECTED, OPTIONAL] {
                assert_eq!(stage.shown(target, &[&credential]).await, expected, "{kind} {target}");
            }
        }
        assert_eq!(stage.shown(OPTIONAL, &["Bearer 3f2a9c"]).await, ["Bearer 3f2a9c"]);
        assert_eq!(stage.shown(OPTIONAL, &[&bearer(&bridge_token())]).await, [""; 0]);
        stage.house.close();
    }
}

#[tokio::test]
async fn no_header_makes_another_request_of_the_one_that_was_judged() {
    let stage = Stage::open("").await;
    for name in [
        "X-Original-URL",
        "x_rewrite_url",
        "X-Forwarded-Uri",
        "X-Forwarded-Path",
        "X.Forwarded.Prefix",
        "X-HTTP-Method-Override",
        "X-Method-Override",
        "X-Envoy-Original-Path",
    ] {
        stage.house.get("/health", &[(name, "/users/me-instead")]).await;
        assert!(!stage.last().contains("/users/me-instead"), "{name}: {}", stage.last());
    }
    stage.house.close();
}
