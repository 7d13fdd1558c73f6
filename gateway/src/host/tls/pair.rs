//! A certificate with its key, read from two files and judged together.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rustls::{
    InconsistentKeys,
    crypto::aws_lc_rs,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};
use x509_cert::{Certificate, der::Decode};

use crate::config::{
    mistakes::{Mistake, Mistakes},
    open_file::open_mode,
};

/// Where they are; relative paths are relative to the working directory.
#[derive(Clone, Debug)]
pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What the two files hold, good or not.
pub struct Contents {
    certificate: Vec<u8>,
    key: Vec<u8>,
    /// A key that was open to everybody and is not any more is another one, though it says the same.
    is_open: bool,
}

#[derive(Clone)]
pub struct Pair {
    certified: Arc<CertifiedKey>,
    /// Since the epoch.
    from: Duration,
    until: Duration,
}

impl fmt::Debug for Pair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pair").field("until", &self.until).finish_non_exhaustive()
    }
}

impl Files {
    pub fn read(&self) -> Result<Contents, Mistakes> {
        let mut mistakes = Mistakes::default();
        let certificate = mistakes.absorb(read(&self.certificate));
        let key = mistakes.absorb(read(&self.key));
        let is_open = open_mode(&self.key).is_some();
        match (certificate, key) {
            (Some(certificate), Some(key)) => Ok(Contents { certificate, key, is_open }),
            _ => Err(mistakes),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Mistakes> {
    std::fs::read(path).map_err(|error| {
        let remedy = "name a file of PEM that this process may read";
        Mistake::in_file(path, format!("cannot be read: {error}"), remedy).into()
    })
}

impl Contents {
    /// By which two contents are told apart; the key itself is not kept for it.
    pub fn digest(&self) -> [u8; 32] {
        let length = (self.certificate.len() as u64).to_be_bytes();
        let digest = Sha256::new().chain_update(length).chain_update(&self.certificate);
        digest.chain_update([u8::from(self.is_open)]).chain_update(&self.key).finalize().into()
    }
}

impl Pair {
    pub fn judge(files: &Files, contents: &Contents) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let chain = mistakes.absorb(chain(&files.certificate, &contents.certificate));
        let key = mistakes.absorb(key(&files.key, &contents.key));
        let (Some((chain, leaf)), Some(key)) = (chain, key) else { return Err(mistakes) };
        let certified = CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider());
        let certified = Arc::new(certified.map_err(|error| misfit(files, &error))?);
        let validity = leaf.tbs_certificate.validity;
        let (from, until) = (validity.not_before.to_unix_duration(), validity.not_after.to_unix_duration());
        Ok(Self { certified, from, until })
    }

    pub(super) fn certified(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified)
    }

    /// When no client takes it any more, in seconds since the epoch.
    pub fn expires(&self) -> f64 {
        self.until.as_secs_f64()
    }

    /// How many whole days it is good for still.
    pub(super) fn days_left(&self) -> u64 {
        self.until.saturating_sub(now()).as_secs() / (24 * 60 * 60)
    }

    /// What speaks against using it today, though it is well-formed.
    pub fn untimely(&self) -> Option<&'static str> {
        let now = now();
        if now > self.until {
            Some("the certificate has expired: clients refuse it")
        } else if now < self.from {
            Some("the certificate is not valid yet: clients refuse it")
        } else {
            None
        }
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn chain(path: &Path, pem: &[u8]) -> Result<(Vec<CertificateDer<'static>>, Certificate), Mistakes> {
    let told = |what: &str| {
        let remedy =
            "write the certificate of this server first, then those that lead to its authority, as PEM";
        Mistakes::from(Mistake::in_file(path, what, remedy))
    };
    let chain: Vec<_> = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| told(&format!("is not PEM: {error}")))?;
    let Some(leaf) = chain.first() else { return Err(told("holds no certificate")) };
    let leaf = Certificate::from_der(leaf)
        .map_err(|_| told("begins with a `CERTIFICATE` that is none: it cannot be parsed"))?;
    Ok((chain, leaf))
}

fn key(path: &Path, text: &[u8]) -> Result<PrivateKeyDer<'static>, Mistakes> {
    PrivateKeyDer::from_pem_slice(text).map_err(|error| {
        let is_encrypted = text.windows(9).any(|word| word == b"ENCRYPTED");
        let (what, remedy) = match error {
            _ if is_encrypted => {
                let remedy =
                    "decrypt it with `openssl pkey -in KEY -out PLAIN`, and chmod 600 what comes out";
                (
                    "holds an encrypted private key, and there is nobody to ask for its passphrase"
                        .to_owned(),
                    remedy,
                )
            }
            pem::Error::NoItemsFound => (
                "holds no private key".to_owned(),
                "write the certificate's key as PEM: PKCS#8, PKCS#1 or SEC1",
            ),
            error => {
                (format!("is not PEM: {error}"), "write the certificate's key as PEM: PKCS#8, PKCS#1 or SEC1")
            }
        };
        Mistake::in_file(path, what, remedy).into()
    })
}

fn misfit(files: &Files, error: &rustls::Error) -> Mistake {
    match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            let certificate = files.certificate.display();
            let what = format!("is not the key of the first certificate in `{certificate}`");
            let remedy = "name the two that were made together; the certificate of this server stands first";
            Mistake::in_file(&files.key, what, remedy)
        }
        rustls::Error::InvalidCertificate(_) => {
            let what = format!("begins with a certificate that cannot be used: {error}");
            let remedy = "let it be issued as X.509 version 3, as every authority does";
            Mistake::in_file(&files.certificate, what, remedy)
        }
        _ => {
            let remedy = "use RSA of 2048 bits or more, ECDSA on P-256, P-384 or P-521, or Ed25519";
            Mistake::in_file(&files.key, format!("holds a key that cannot be used: {error}"), remedy)
        }
    }
}
