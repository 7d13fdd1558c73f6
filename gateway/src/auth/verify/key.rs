//! A key of the legacy's, parsed once: it verifies signatures of one algorithm, and says nothing else.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    hmac,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey,
        RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
        RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, VerificationAlgorithm,
    },
};

use crate::contract::profile::Algorithm;

pub(super) struct VerifyingKey {
    /// None: its tokens name no key.
    pub(super) kid: Option<Arc<str>>,
    material: Material,
}

enum Material {
    Secret(hmac::Key),
    Public(ParsedPublicKey),
}

#[derive(Debug, thiserror::Error)]
pub(super) enum BadKey {
    #[error("is not a PEM file of one public key")]
    NotPem,
    #[error("holds a private key, which nothing here needs")]
    Private,
    #[error("holds a certificate, and not the public key alone")]
    Certificate,
    #[error("holds a key, but not one for {0}")]
    WrongKind(Algorithm),
    #[error("holds an RSA key of fewer than 2048 bits, which can be factored")]
    ShortRsa,
}

/// The modulus alone of an RSA key of 2048 bits.
const SHORTEST_RSA: usize = 256;

impl BadKey {
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Self::NotPem => "write the public key as `openssl pkey -pubout` does",
            Self::Private => "write only its public half, made with `openssl pkey -in FILE -pubout`",
            Self::Certificate => "take the key out of it with `openssl x509 -in FILE -pubkey -noout`",
            Self::WrongKind(_) => "correct `algorithm` to what the key is for, or name the right file",
            Self::ShortRsa => "give the legacy a key of 2048 bits or more",
        }
    }
}

impl VerifyingKey {
    /// `secret` is not empty: whoever reads it has seen to that.
    pub(super) fn of_secret(algorithm: Algorithm, secret: &str, kid: Option<&str>) -> Self {
        let algorithm = match algorithm {
            Algorithm::Hs384 => hmac::HMAC_SHA384,
            Algorithm::Hs512 => hmac::HMAC_SHA512,
            // Of the others none reads a secret: the profile sees to that.
            _ => hmac::HMAC_SHA256,
        };
        let material = Material::Secret(hmac::Key::new(algorithm, secret.as_bytes()));
        Self { kid: kid.map(Arc::from), material }
    }

    pub(super) fn of_pem(algorithm: Algorithm, text: &str, kid: Option<&str>) -> Result<Self, BadKey> {
        let found = pem::parse_many(text).map_err(|_| BadKey::NotPem)?;
        let [pem] = found.as_slice() else { return Err(BadKey::NotPem) };
        match pem.tag() {
            "PUBLIC KEY" | "RSA PUBLIC KEY" => {}
            "CERTIFICATE" => return Err(BadKey::Certificate),
            tag if tag.ends_with("PRIVATE KEY") => return Err(BadKey::Private),
            _ => return Err(BadKey::NotPem),
        }
        let how = how(algorithm).ok_or(BadKey::WrongKind(algorithm))?;
        let key = ParsedPublicKey::new(how, pem.contents()).map_err(|_| BadKey::WrongKind(algorithm))?;
        if algorithm.is_rsa() && pem.contents().len() < SHORTEST_RSA {
            return Err(BadKey::ShortRsa);
        }
        Ok(Self { kid: kid.map(Arc::from), material: Material::Public(key) })
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Secret(key) => hmac::verify(key, message, signature).is_ok(),
            Material::Public(key) => key.verify_sig(message, signature).is_ok(),
        }
    }
}

fn how(algorithm: Algorithm) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match algorithm {
        Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => return None,
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
        Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
        Algorithm::Es384 => &ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDsa => &ED25519,
    })
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("VerifyingKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
