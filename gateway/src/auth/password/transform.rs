//! What the legacy does to a password before it hashes it.

use std::{borrow::Cow, fmt, str::FromStr};

use aws_lc_rs::digest::{SHA256, digest};

use super::{Unusable, template::hex};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Transform {
    #[default]
    None,
    /// The column's text stands before the password.
    Prefix(String),
    Suffix(String),
    /// The hash is one of the hexadecimal SHA-256 of the password.
    Sha256Hex,
}

impl Transform {
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Prefix(column) | Self::Suffix(column) => Some(column),
            Self::None | Self::Sha256Hex => None,
        }
    }

    pub(super) fn apply<'p>(
        &self,
        password: &'p [u8],
        companion: Option<&str>,
    ) -> Result<Cow<'p, [u8]>, Unusable> {
        let companion = || companion.map(str::as_bytes).ok_or(Unusable::NoSalt);
        Ok(match self {
            Self::None => Cow::Borrowed(password),
            Self::Prefix(_) => Cow::Owned([companion()?, password].concat()),
            Self::Suffix(_) => Cow::Owned([password, companion()?].concat()),
            Self::Sha256Hex => Cow::Owned(hex(digest(&SHA256, password).as_ref()).into_bytes()),
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a transform")]
pub struct BadTransform(String);

impl FromStr for Transform {
    type Err = BadTransform;

    fn from_str(text: &str) -> Result<Self, BadTransform> {
        let column = |prefix: &str| text.strip_prefix(prefix).filter(|column| !column.is_empty());
        match text {
            "none" => Ok(Self::None),
            "sha256_hex" => Ok(Self::Sha256Hex),
            _ => column("prefix:")
                .map(|column| Self::Prefix(column.to_owned()))
                .or_else(|| column("suffix:").map(|column| Self::Suffix(column.to_owned())))
                .ok_or_else(|| BadTransform(text.to_owned())),
        }
    }
}

impl fmt::Display for Transform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("none"),
            Self::Prefix(column) => write!(formatter, "prefix:{column}"),
            Self::Suffix(column) => write!(formatter, "suffix:{column}"),
            Self::Sha256Hex => formatter.write_str("sha256_hex"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transform_is_what_the_legacy_did() {
        for (text, companion, expected) in [
            ("none", None, Ok("pw")),
            ("prefix:salt", Some("$2b$12$abc"), Ok("$2b$12$abcpw")),
            ("suffix:pepper", Some("x"), Ok("pwx")),
            ("prefix:salt", None, Err(Unusable::NoSalt)),
            ("sha256_hex", None, Ok("30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4")),
        ] {
            let transform: Transform = text.parse().unwrap();
            let applied = transform.apply(b"pw", companion);
            let applied = applied.map(|bytes| String::from_utf8(bytes.into_owned()).unwrap());
            assert_eq!(applied, expected.map(str::to_owned), "{text}");
            assert_eq!(transform.to_string(), text);
        }
        for bad in ["", "prefix", "prefix:", "infix:a", "sha512_hex"] {
            assert!(bad.parse::<Transform>().is_err(), "{bad}");
        }
    }
}
