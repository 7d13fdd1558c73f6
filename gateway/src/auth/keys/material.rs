//! The key itself, parsed once: what signs, what verifies, and how it is written to a file.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    error::{KeyRejected, Unspecified},
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair,
        KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
        VerificationAlgorithm,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pem::Pem;

use super::{KeyAlgorithm, public::PublicKey};

/// RFC 7518 section 3.2: at least as long as the hash.
pub(super) const SHORTEST_SECRET: usize = 32;
const LABEL: &str = "PRIVATE KEY";

/// Never shown: it has no `Debug`, and nothing but a signature and the public half comes out of it.
pub(super) enum Material {
    Es256 { pair: EcdsaKeyPair, public: ParsedPublicKey },
    EdDsa { pair: Ed25519KeyPair, public: ParsedPublicKey },
    Rs256 { pair: RsaKeyPair, public: ParsedPublicKey },
    Hs256(hmac::Key),
}

/// Why a file is not the key that it should be. Never says what stands in it.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadMaterial {
    #[error("is not a PEM file of one unencrypted private key")]
    NotPem,
    #[error("holds a `{0}`, where a PKCS#8 `{LABEL}` must be")]
    WrongLabel(&'static str),
    #[error("holds a key, but not one for {0}")]
    WrongKind(KeyAlgorithm),
    #[error("holds an RSA key of fewer than 2048 bits, which can be factored")]
    ShortRsa,
    #[error("is not base64url text of one secret")]
    NotText,
    #[error("holds a secret of fewer than {SHORTEST_SECRET} bytes, which can be searched for")]
    ShortSecret,
}

impl BadMaterial {
    pub(super) fn remedy(&self) -> &'static str {
        match self {
            Self::WrongLabel(_) => "convert it with `openssl pkcs8 -topk8 -nocrypt`",
            Self::NotPem | Self::WrongKind(_) | Self::ShortRsa | Self::NotText | Self::ShortSecret => {
                "put the file that `gateway auth keygen` wrote back, or make another key with it"
            }
        }
    }
}

impl Material {
    pub(super) fn parse(algorithm: KeyAlgorithm, text: &str) -> Result<Self, BadMaterial> {
        if algorithm == KeyAlgorithm::Hs256 {
            return secret(text).map(|secret| Self::of_secret(&secret));
        }
        let pem = pem::parse(text).map_err(|_| BadMaterial::NotPem)?;
        match pem.tag() {
            LABEL => {}
            "RSA PRIVATE KEY" => return Err(BadMaterial::WrongLabel("RSA PRIVATE KEY")),
            "EC PRIVATE KEY" => return Err(BadMaterial::WrongLabel("EC PRIVATE KEY")),
            _ => return Err(BadMaterial::NotPem),
        }
        Self::of_pkcs8(algorithm, pem.contents()).map_err(|rejected| match rejected.description_() {
            "TooSmall" if algorithm == KeyAlgorithm::Rs256 => BadMaterial::ShortRsa,
            _ => BadMaterial::WrongKind(algorithm),
        })
    }

    fn of_pkcs8(algorithm: KeyAlgorithm, der: &[u8]) -> Result<Self, KeyRejected> {
        match algorithm {
            KeyAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der)?;
                let public = public_of(&pair, &ECDSA_P256_SHA256_FIXED)?;
                Ok(Self::Es256 { pair, public })
            }
            KeyAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8(der)?;
                let public = public_of(&pair, &ED25519)?;
                Ok(Self::EdDsa { pair, public })
            }
            KeyAlgorithm::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(der)?;
                let public = public_of(&pair, &RSA_PKCS1_2048_8192_SHA256)?;
                Ok(Self::Rs256 { pair, public })
            }
            KeyAlgorithm::Hs256 => Ok(Self::of_secret(der)),
        }
    }

    fn of_secret(secret: &[u8]) -> Self {
        Self::Hs256(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Es256 { pair, .. } => Ok(pair.sign(&SystemRandom::new(), message)?.as_ref().to_vec()),
            Self::EdDsa { pair, .. } => Ok(pair.try_sign(message)?.as_ref().to_vec()),
            Self::Rs256 { pair, .. } => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
                Ok(signature)
            }
            Self::Hs256(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256 { public, .. } | Self::EdDsa { public, .. } | Self::Rs256 { public, .. } => {
                public.verify_sig(message, signature).is_ok()
            }
            Self::Hs256(key) => hmac::verify(key, message, signature).is_ok(),
        }
    }

    /// Nothing for a secret: it has no half that may be seen.
    pub(super) fn public(&self) -> Option<PublicKey> {
        match self {
            Self::Es256 { pair, .. } => PublicKey::of_point(pair.public_key().as_ref()),
            Self::EdDsa { pair, .. } => Some(PublicKey::of_edwards(pair.public_key().as_ref())),
            Self::Rs256 { pair, .. } => {
                let public = pair.public_key();
                let (modulus, exponent) = (public.modulus(), public.exponent());
                Some(PublicKey::of_rsa(
                    modulus.big_endian_without_leading_zero(),
                    exponent.big_endian_without_leading_zero(),
                ))
            }
            Self::Hs256(_) => None,
        }
    }
}

fn public_of<P: KeyPair>(
    pair: &P,
    algorithm: &'static dyn VerificationAlgorithm,
) -> Result<ParsedPublicKey, KeyRejected> {
    ParsedPublicKey::new(algorithm, pair.public_key().as_ref())
}

/// One line of base64url, which no editor and no `echo` can spoil.
pub(super) fn secret(text: &str) -> Result<Vec<u8>, BadMaterial> {
    let secret = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| BadMaterial::NotText)?;
    if secret.len() < SHORTEST_SECRET { Err(BadMaterial::ShortSecret) } else { Ok(secret) }
}

/// A new secret, as its file has it.
pub(super) fn new_secret() -> Result<String, Unspecified> {
    let mut secret = [0; SHORTEST_SECRET];
    aws_lc_rs::rand::fill(&mut secret)?;
    Ok(URL_SAFE_NO_PAD.encode(secret) + "\n")
}

/// A new key, as its file has it.
pub(super) fn new(algorithm: KeyAlgorithm) -> Result<String, Unspecified> {
    let der: Vec<u8> = match algorithm {
        KeyAlgorithm::Es256 => {
            EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?.to_pkcs8v1()?.as_ref().to_vec()
        }
        KeyAlgorithm::EdDsa => Ed25519KeyPair::generate()?.to_pkcs8v1()?.as_ref().to_vec(),
        KeyAlgorithm::Rs256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
            AsDer::<Pkcs8V1Der<'_>>::as_der(&pair)?.as_ref().to_vec()
        }
        KeyAlgorithm::Hs256 => return new_secret(),
    };
    Ok(pem::encode_config(
        &Pem::new(LABEL, der),
        pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF),
    ))
}
