//! Keys of a gateway and of its legacy, and tokens that are signed by hand.

use std::net::SocketAddr;

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PKCS1_SHA384, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use gateway::auth::keys::Keys;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{SECRET, Setting, command};

/// Who signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signer {
    Own,
    Hs256,
    Rs256,
    Es256,
    EdDsa,
}

pub(crate) struct Armory {
    own: Keys,
    pub(crate) rsa: RsaKeyPair,
    pub(crate) p256: EcdsaKeyPair,
    pub(crate) edwards: Ed25519KeyPair,
    folder: TempDir,
}

pub(crate) const IN_A_CENTURY: u64 = 4_000_000_000;

impl Signer {
    pub(crate) const ALL: [Self; 5] = [Self::Own, Self::Hs256, Self::Rs256, Self::Es256, Self::EdDsa];

    pub(crate) fn algorithm(self) -> &'static str {
        match self {
            Self::Own | Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl Armory {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        let made = command(&["auth", "keygen", "--dir", keys.to_str().unwrap()], folder.path(), &[]);
        assert_eq!(made.code, Some(0), "{made:?}");
        let armory = Self {
            own: Keys::open(&keys).unwrap_or_else(|mistakes| panic!("{mistakes}")).keys,
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
            p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            edwards: Ed25519KeyPair::generate().unwrap(),
            folder,
        };
        for signer in [Signer::Rs256, Signer::Es256, Signer::EdDsa] {
            let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", armory.public(signer)));
            std::fs::write(armory.folder.path().join(signer.algorithm()), pem).unwrap();
        }
        armory
    }

    /// Every signer's tokens are taken.
    pub(crate) fn setting(&self, legacy: SocketAddr) -> Setting {
        let mut setting = Setting::in_front_of(legacy);
        let profile = |signer: Signer| {
            let (algorithm, file) = (signer.algorithm(), self.folder.path().join(signer.algorithm()));
            format!(
                "[[legacy.tokens]]\nname = \"{algorithm}\"\nalgorithm = \"{algorithm}\"\npublic_key_file = {file:?}\n\
                 subject = \"sub:int\"\nrequire = [\"exp\"]\n\n"
            )
        };
        let more: String = [Signer::Rs256, Signer::Es256, Signer::EdDsa].map(profile).concat();
        setting.profile = setting.profile.replacen("\n[errors]\n", &format!("\n{more}[errors]\n"), 1);
        let keys = self.folder.path().join("keys");
        setting.with_environment("GATEWAY_KEYS_DIR", keys.to_str().unwrap())
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.own
    }

    pub(crate) fn kid(&self) -> String {
        self.own.current().signing().unwrap().kid().to_owned()
    }

    /// The public half as a file of it has it.
    pub(crate) fn public(&self, signer: Signer) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = match signer {
            Signer::Rs256 => self.rsa.public_key().as_der().unwrap(),
            Signer::Es256 => self.p256.public_key().as_der().unwrap(),
            Signer::EdDsa => self.edwards.public_key().as_der().unwrap(),
            Signer::Own | Signer::Hs256 => panic!("no file has it"),
        };
        der.as_ref().to_vec()
    }

    pub(crate) fn header(&self, signer: Signer) -> String {
        match signer {
            Signer::Own => format!(r#"{{"alg":"ES256","typ":"at+jwt","kid":"{}"}}"#, self.kid()),
            _ => format!(r#"{{"alg":"{}","typ":"JWT"}}"#, signer.algorithm()),
        }
    }

    /// Good ones.
    pub(crate) fn claims(signer: Signer) -> Value {
        match signer {
            Signer::Own => {
                let now =
                    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
                json!({
                    "iss": "gateway", "aud": "api", "sub": "1", "sid": "5b0a3c52-6c0c-4a2e-9d2e-0c7a3a6f1d11", "rg": 0,
                    "jti": "1", "iat": now, "exp": now + 600, "auth_time": now, "amr": ["pwd"],
                })
            }
            _ => json!({ "sub": "1", "exp": IN_A_CENTURY }),
        }
    }

    pub(crate) fn signature(&self, signer: Signer, message: &[u8]) -> Vec<u8> {
        match signer {
            Signer::Own => self.own.current().signing().unwrap().sign(message).unwrap(),
            Signer::Hs256 => mac(hmac::HMAC_SHA256, SECRET.as_bytes(), message),
            Signer::Rs256 => self.rsa_signature(&RSA_PKCS1_SHA256, message),
            Signer::Es256 => self.p256.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Signer::EdDsa => self.edwards.sign(message).as_ref().to_vec(),
        }
    }

    fn rsa_signature(&self, how: &'static dyn RsaEncoding, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.rsa.public_modulus_len()];
        self.rsa.sign(how, &SystemRandom::new(), message, &mut signature).unwrap();
        signature
    }

    /// With the digest or the padding of another algorithm of the family.
    pub(crate) fn sibling(&self, signer: Signer, name: &str, message: &[u8]) -> Vec<u8> {
        match (signer, name) {
            (Signer::Hs256, "HS384") => mac(hmac::HMAC_SHA384, SECRET.as_bytes(), message),
            (Signer::Hs256, _) => mac(hmac::HMAC_SHA512, SECRET.as_bytes(), message),
            (Signer::Rs256, "PS256") => self.rsa_signature(&RSA_PSS_SHA256, message),
            (Signer::Rs256, _) => self.rsa_signature(&RSA_PKCS1_SHA384, message),
            _ => self.signature(signer, message),
        }
    }

    /// Signed over exactly these texts.
    pub(crate) fn signed(&self, signer: Signer, header: &str, claims: &str) -> String {
        let message = message(header, claims);
        joined(&message, &self.signature(signer, message.as_bytes()))
    }

    pub(crate) fn token(&self, signer: Signer) -> String {
        self.signed(signer, &self.header(signer), &Self::claims(signer).to_string())
    }

    pub(crate) fn good(&self) -> Vec<(&'static str, String)> {
        Signer::ALL.map(|signer| (signer.algorithm(), self.token(signer))).into()
    }
}

pub(crate) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

pub(crate) fn joined(message: &str, signature: &[u8]) -> String {
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn mac(how: hmac::Algorithm, secret: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(how, secret), message).as_ref().to_vec()
}
