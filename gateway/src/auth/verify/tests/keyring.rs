//! Keys of every algorithm, and tokens that are signed with them by hand.

use std::sync::LazyLock;

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
        RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
    },
};
use tempfile::TempDir;

use super::{SECRET, URL_SAFE_NO_PAD, Verifier, verifier_of};
use crate::contract::profile::Algorithm;
use base64::Engine;

pub(super) struct Keyring {
    pub(super) rsa: RsaKeyPair,
    pub(super) p256: EcdsaKeyPair,
    p384: EcdsaKeyPair,
    edwards: Ed25519KeyPair,
    folder: TempDir,
}

/// Made once: an RSA key takes its time.
pub(super) static KEYS: LazyLock<Keyring> = LazyLock::new(Keyring::new);

impl Keyring {
    fn new() -> Self {
        let keys = Self {
            rsa: RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"),
            p256: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key"),
            p384: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).expect("a key"),
            edwards: Ed25519KeyPair::generate().expect("a key"),
            folder: tempfile::tempdir().expect("a folder"),
        };
        for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric()) {
            let pem = pem::encode(&pem::Pem::new("PUBLIC KEY", keys.public(algorithm)));
            std::fs::write(keys.folder.path().join(algorithm.name()), pem).expect("a file");
        }
        keys
    }

    /// As a file of it has it.
    pub(super) fn public(&self, algorithm: Algorithm) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = match algorithm {
            Algorithm::Es256 => self.p256.public_key().as_der().expect("a public key"),
            Algorithm::Es384 => self.p384.public_key().as_der().expect("a public key"),
            Algorithm::EdDsa => self.edwards.public_key().as_der().expect("a public key"),
            _ => self.rsa.public_key().as_der().expect("a public key"),
        };
        der.as_ref().to_vec()
    }

    pub(super) fn file(&self, algorithm: Algorithm) -> String {
        self.folder.path().join(algorithm.name()).display().to_string()
    }

    pub(super) fn profile(&self, algorithm: Algorithm) -> String {
        let key = match algorithm.is_symmetric() {
            true => String::new(),
            false => format!("public_key_file = {:?}\n", self.file(algorithm)),
        };
        format!(
            "name = \"{algorithm}\"\nalgorithm = \"{algorithm}\"\n{key}subject = \"sub:int\"\nrequire = [\"exp\"]"
        )
    }

    pub(super) fn verifier(&self, algorithm: Algorithm) -> Verifier {
        verifier_of(&[&self.profile(algorithm)])
    }

    pub(super) fn signature(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        let rsa = |how: &'static dyn RsaEncoding| {
            let mut signature = vec![0; self.rsa.public_modulus_len()];
            self.rsa.sign(how, &SystemRandom::new(), message, &mut signature).expect("a signature");
            signature
        };
        let hmac = |how| hmac::sign(&hmac::Key::new(how, SECRET.as_bytes()), message).as_ref().to_vec();
        let ecdsa = |pair: &EcdsaKeyPair| {
            pair.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec()
        };
        match algorithm {
            Algorithm::Hs256 => hmac(hmac::HMAC_SHA256),
            Algorithm::Hs384 => hmac(hmac::HMAC_SHA384),
            Algorithm::Hs512 => hmac(hmac::HMAC_SHA512),
            Algorithm::Rs256 => rsa(&RSA_PKCS1_SHA256),
            Algorithm::Rs384 => rsa(&RSA_PKCS1_SHA384),
            Algorithm::Rs512 => rsa(&RSA_PKCS1_SHA512),
            Algorithm::Ps256 => rsa(&RSA_PSS_SHA256),
            Algorithm::Ps384 => rsa(&RSA_PSS_SHA384),
            Algorithm::Ps512 => rsa(&RSA_PSS_SHA512),
            Algorithm::Es256 => ecdsa(&self.p256),
            Algorithm::Es384 => ecdsa(&self.p384),
            Algorithm::EdDsa => self.edwards.sign(message).as_ref().to_vec(),
        }
    }

    /// Signed with one algorithm, whatever the header says.
    pub(super) fn signed(&self, algorithm: Algorithm, header: &str, claims: &str) -> String {
        let message = message(header, claims);
        let signature = self.signature(algorithm, message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub(super) fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

pub(super) fn hmac_signed(how: hmac::Algorithm, header: &str, claims: &str, secret: &[u8]) -> String {
    let message = message(header, claims);
    let tag = hmac::sign(&hmac::Key::new(how, secret), message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}
