//! The tokens that are shown at the door: good ones of both kinds, one for each user, and bad ones that must be refused.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fmt::Write as _, fs};

use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose};
use gateway::auth::issue::{AccessClaims, access_token_from};
use gateway::auth::keys::{KeySet, Keys};
use gateway::auth::{Subject, install_provider};
use gateway::contract::profile::Profile;
use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::bench::contender::gateway_binary;
use crate::gateway_process::run_to_end;

pub(super) struct Mint {
    profile: Profile,
    keys: Arc<KeySet>,
    secret: EncodingKey,
}

/// Whose key signs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// HS256, as the sample issues it.
    Legacy,
    /// ES256, as the gateway issues it.
    Own,
}

/// Longer than any run.
const LIFETIME: Duration = Duration::from_hours(1);

/// A folder with a key of ES256 in it, made as any user of the gateway would.
pub(super) fn keys_in(folder: &Path) -> anyhow::Result<PathBuf> {
    let keys = folder.join("keys");
    let arguments = ["auth", "keygen", "--dir", keys.to_str().context("the folder's name is a text")?];
    let done = run_to_end(&gateway_binary()?, &arguments, folder, &[])?;
    ensure!(done.code == Some(0), "gateway auth keygen: {}{}", done.stdout, done.stderr);
    Ok(keys)
}

impl Mint {
    pub(super) fn new(profile: &str, secret: &str, keys: &Path) -> anyhow::Result<Self> {
        install_provider();
        let profile = Profile::parse(Path::new("legacy.toml"), profile)
            .map_err(|mistakes| anyhow::anyhow!("legacy.toml: {mistakes}"))?;
        let opened = Keys::open(keys).map_err(|mistakes| anyhow::anyhow!("{mistakes}"))?;
        let secret = EncodingKey::from_secret(secret.as_bytes());
        Ok(Self { profile, keys: opened.keys.current(), secret })
    }

    pub(super) fn good(&self, kind: Kind, user: u32) -> anyhow::Result<String> {
        match kind {
            Kind::Legacy => self.of_legacy(user, LIFETIME),
            Kind::Own => self.own(user, SystemTime::now()),
        }
    }

    /// Each with what is wrong with it; a verifier that lets one in does not do what is compared.
    pub(super) fn bad(&self, kind: Kind) -> anyhow::Result<Vec<(&'static str, String)>> {
        let (one, other) = (self.good(kind, 1)?, self.good(kind, 2)?);
        let (signed, _) = one.rsplit_once('.').context("a token has three parts")?;
        let (_, signature) = other.rsplit_once('.').context("a token has three parts")?;
        let none = general_purpose::URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let (_, claims) = signed.split_once('.').context("a token has three parts")?;
        let expired = match kind {
            Kind::Legacy => self.of_legacy(1, Duration::ZERO)?,
            Kind::Own => self.own(1, SystemTime::now() - LIFETIME - Duration::from_secs(1))?,
        };
        let of_the_other_kind = match kind {
            Kind::Legacy => Kind::Own,
            Kind::Own => Kind::Legacy,
        };
        Ok(vec![
            ("another token's signature", format!("{signed}.{signature}")),
            ("no signature", format!("{none}.{claims}.")),
            ("an expiry that is past", expired),
            ("claims of nobody's", format!("{}.e30.{signature}", signed.split('.').next().unwrap_or(""))),
            ("a cut signature", one[..one.len() - 4].to_owned()),
            ("another algorithm than is wanted here", self.good(of_the_other_kind, 1)?),
        ])
    }

    /// The half of the key that a verifier is given, as `openssl pkey -pubout` writes it.
    pub(super) fn public_pem(&self) -> anyhow::Result<String> {
        let jwks: Value = serde_json::from_slice(&self.keys.jwks().body)?;
        let mut der = SUBJECT_PUBLIC_KEY_INFO_OF_P256.to_vec();
        for member in ["x", "y"] {
            let text = jwks["keys"][0][member].as_str().context("the key of ES256 has two coordinates")?;
            der.extend(general_purpose::URL_SAFE_NO_PAD.decode(text)?);
        }
        let text = general_purpose::STANDARD.encode(der);
        let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
        for line in text.as_bytes().chunks(64) {
            writeln!(pem, "{}", String::from_utf8_lossy(line))?;
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        Ok(pem)
    }

    fn of_legacy(&self, user: u32, lifetime: Duration) -> anyhow::Result<String> {
        let expires = SystemTime::now().duration_since(UNIX_EPOCH)? + lifetime;
        let claims = json!({ "sub": user.to_string(), "exp": expires.as_secs() });
        Ok(encode(&Header::default(), &claims, &self.secret)?)
    }

    fn own(&self, user: u32, from: SystemTime) -> anyhow::Result<String> {
        let claims = AccessClaims {
            issuer: &self.profile.auth.issuer,
            audience: &self.profile.auth.audience,
            subject: &Subject::Int(user.into()),
            session: Uuid::new_v4(),
            generation: 0,
            lifetime: LIFETIME,
            authenticated_at: from,
            methods: &["pwd".to_owned()],
            roles: &[],
            scopes: &[],
            extra: &Map::new(),
        };
        Ok(access_token_from(&self.keys, &claims, from)?)
    }
}

/// What stands before the two coordinates (RFC 5480 section 2, an uncompressed point).
const SUBJECT_PUBLIC_KEY_INFO_OF_P256: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// A script for wrk that shows the tokens one after the other, and again from the start or, `once`, no more.
pub(super) fn script(folder: &Path, name: &str, tokens: &[String], once: bool) -> anyhow::Result<PathBuf> {
    let (listed, script) = (folder.join(format!("{name}.txt")), folder.join(format!("{name}.lua")));
    fs::write(&listed, tokens.join("\n"))?;
    let end = if once { "if at == #requests then wrk.thread:stop() end" } else { "" };
    fs::write(
        &script,
        format!(
            "local requests, at = {{}}, 0\n\
             function init()\n  for token in io.lines({listed:?}) do\n    \
             requests[#requests + 1] = wrk.format('GET', nil, {{ authorization = 'Bearer ' .. token }})\n  end\nend\n\
             function request()\n  {end}\n  at = at % #requests + 1\n  return requests[at]\nend\n"
        ),
    )?;
    Ok(script)
}

/// The same load without any token.
pub(super) fn bare_script(folder: &Path) -> anyhow::Result<PathBuf> {
    let script = folder.join("bare.lua");
    fs::write(
        &script,
        "local bare\nfunction init() bare = wrk.format('GET') end\nfunction request() return bare end\n",
    )?;
    Ok(script)
}
