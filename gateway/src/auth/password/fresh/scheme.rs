//! The form of new hashes, as the profile writes it: `argon2id`, `bcrypt:12`, `pbkdf2-sha256:29000` and so on.

use std::{fmt, num::NonZero, str::FromStr};

use super::schemes::{
    Argon2Cost, LEAST_BCRYPT, MOST_BCRYPT, MOST_PBKDF2, MOST_SHA_CRYPT, Pbkdf2Digest, ScryptCost,
    ShaCryptDigest,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewScheme {
    Argon2id(Argon2Cost),
    Bcrypt(u32),
    BcryptSha256(u32),
    Pbkdf2(Pbkdf2Digest, NonZero<u32>),
    Scrypt(ScryptCost),
    ShaCrypt(ShaCryptDigest, u32),
    /// The profile's own template.
    Template,
}

/// What `bcrypt.hashpw(password, bcrypt.gensalt())` writes, and passlib's `CryptContext(schemes=["bcrypt"])`.
impl Default for NewScheme {
    fn default() -> Self {
        Self::Bcrypt(12)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a form of hash, or costs more than a login is worth")]
pub struct BadNewScheme(String);

impl FromStr for NewScheme {
    type Err = BadNewScheme;

    fn from_str(text: &str) -> Result<Self, BadNewScheme> {
        let (name, cost) = text.split_once(':').map_or((text, None), |(name, cost)| (name, Some(cost)));
        read(name, cost).ok_or_else(|| BadNewScheme(text.to_owned()))
    }
}

/// Without a cost it is the one that passlib has, or OWASP.
fn read(name: &str, cost: Option<&str>) -> Option<NewScheme> {
    let within = |least: u32, most: u32, default: u32| {
        let number = cost.map_or(Some(default), |cost| cost.parse().ok())?;
        (least..=most).contains(&number).then_some(number)
    };
    let pbkdf2 =
        |digest, default| Some(NewScheme::Pbkdf2(digest, NonZero::new(within(1000, MOST_PBKDF2, default)?)?));
    let sha_crypt =
        |digest, default| Some(NewScheme::ShaCrypt(digest, within(1000, MOST_SHA_CRYPT, default)?));
    match name {
        "argon2id" => {
            let cost = cost.map_or(Some(Argon2Cost::default()), |cost| {
                let [kib, passes, lanes] = named(cost, ["m", "t", "p"])?;
                Some(Argon2Cost { kib, passes, lanes })
            })?;
            cost.is_possible().then_some(NewScheme::Argon2id(cost))
        }
        "bcrypt" => Some(NewScheme::Bcrypt(within(LEAST_BCRYPT, MOST_BCRYPT, 12)?)),
        "bcrypt-sha256" => Some(NewScheme::BcryptSha256(within(LEAST_BCRYPT, MOST_BCRYPT, 12)?)),
        "pbkdf2" => pbkdf2(Pbkdf2Digest::Sha1, 131_000),
        "pbkdf2-sha256" => pbkdf2(Pbkdf2Digest::Sha256, 29_000),
        "pbkdf2-sha512" => pbkdf2(Pbkdf2Digest::Sha512, 25_000),
        "scrypt" => {
            let default = ScryptCost { ln: 16, block: 8, lanes: 1 };
            let cost = cost.map_or(Some(default), |cost| {
                let [ln, block, lanes] = named(cost, ["ln", "r", "p"])?;
                Some(ScryptCost { ln, block, lanes })
            })?;
            cost.params().is_ok().then_some(NewScheme::Scrypt(cost))
        }
        "sha256-crypt" => sha_crypt(ShaCryptDigest::Sha256, 535_000),
        "sha512-crypt" => sha_crypt(ShaCryptDigest::Sha512, 656_000),
        "template" if cost.is_none() => Some(NewScheme::Template),
        _ => None,
    }
}

fn named<const N: usize>(text: &str, names: [&str; N]) -> Option<[u32; N]> {
    let mut values = [0; N];
    let mut parts = text.split(',');
    for (value, name) in values.iter_mut().zip(names) {
        *value = parts.next()?.strip_prefix(name)?.strip_prefix('=')?.parse().ok()?;
    }
    parts.next().is_none().then_some(values)
}

impl fmt::Display for NewScheme {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argon2id(Argon2Cost { kib, passes, lanes }) => {
                write!(formatter, "argon2id:m={kib},t={passes},p={lanes}")
            }
            Self::Bcrypt(cost) => write!(formatter, "bcrypt:{cost}"),
            Self::BcryptSha256(cost) => write!(formatter, "bcrypt-sha256:{cost}"),
            Self::Pbkdf2(digest, rounds) => write!(formatter, "{}:{rounds}", digest.name()),
            Self::Scrypt(ScryptCost { ln, block, lanes }) => {
                write!(formatter, "scrypt:ln={ln},r={block},p={lanes}")
            }
            Self::ShaCrypt(ShaCryptDigest::Sha256, rounds) => write!(formatter, "sha256-crypt:{rounds}"),
            Self::ShaCrypt(ShaCryptDigest::Sha512, rounds) => write!(formatter, "sha512-crypt:{rounds}"),
            Self::Template => formatter.write_str("template"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_written_with_what_it_costs() {
        for (text, shown) in [
            ("argon2id", "argon2id:m=19456,t=2,p=1"),
            ("argon2id:m=65536,t=3,p=4", "argon2id:m=65536,t=3,p=4"),
            ("bcrypt", "bcrypt:12"),
            ("bcrypt:4", "bcrypt:4"),
            ("bcrypt-sha256:10", "bcrypt-sha256:10"),
            ("pbkdf2", "pbkdf2:131000"),
            ("pbkdf2-sha256", "pbkdf2-sha256:29000"),
            ("pbkdf2-sha512:1000", "pbkdf2-sha512:1000"),
            ("scrypt:ln=14,r=8,p=1", "scrypt:ln=14,r=8,p=1"),
            ("sha512-crypt", "sha512-crypt:656000"),
            ("sha256-crypt:5000", "sha256-crypt:5000"),
            ("template", "template"),
        ] {
            assert_eq!(text.parse::<NewScheme>().unwrap().to_string(), shown, "{text}");
        }
        assert_eq!(NewScheme::default().to_string(), "bcrypt:12");
        for bad in [
            "",
            "legacy",
            "md5",
            "bcrypt:",
            "bcrypt:3",
            "bcrypt:16",
            "bcrypt:x",
            "pbkdf2-sha256:999",
            "pbkdf2-sha256:2000001",
            "argon2id:m=4194304,t=1,p=1",
            "argon2id:m=19456,t=2",
            "argon2id:m=8,t=1,p=4",
            "argon2id:m=19456,t=2,p=1,x=1",
            "scrypt:ln=30,r=8,p=1",
            "scrypt:ln=14,r=0,p=1",
            "template:1",
        ] {
            assert!(bad.parse::<NewScheme>().is_err(), "{bad}");
        }
    }
}
