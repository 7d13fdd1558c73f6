//! Where the keys of a profile are, and by which names a token calls them. The keys themselves never stand in the file.

use std::path::PathBuf;

use super::{Algorithm, texts};
use crate::config::document::{item::Item, section::Section};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRule {
    pub source: KeySource,
    /// One for each key, in their order; none: its tokens say none.
    pub kids: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// `LEGACY_JWT_SECRET`
    Environment,
    SecretFiles(Vec<PathBuf>),
    PublicKeyFiles(Vec<PathBuf>),
}

/// Each is tried on a token that does not say which it means.
const MOST_WITHOUT_KID: usize = 3;
const LONGEST_KID: usize = 256;
const SECRET_FILE: &str = "secret_file = \"/run/secrets/jwt\"";
const PUBLIC_KEY_FILE: &str = "public_key_file = \"/etc/gateway/legacy.pem\"";

impl KeyRule {
    pub(super) fn read(section: &mut Section<'_>, algorithm: Option<Algorithm>) -> Option<Self> {
        let secrets = section.optional("secret_file");
        let kid = section.optional("kid");
        let is_symmetric = algorithm.is_none_or(Algorithm::is_symmetric);
        // Required of one that is not symmetric: nothing in the environment could stand in for it.
        let public = if is_symmetric {
            section.optional("public_key_file")
        } else {
            section.required("public_key_file", PUBLIC_KEY_FILE)
        };
        let source = match (secrets, public, algorithm) {
            (Some(item), _, Some(algorithm)) if !is_symmetric => {
                let what = format!("tokens of {algorithm} are verified with a public key, not with a secret");
                item.reject(what, format!("remove it and write `{PUBLIC_KEY_FILE}`"));
                None
            }
            (_, Some(item), Some(algorithm)) if is_symmetric => {
                let what = format!("tokens of {algorithm} are verified with a secret, not with a public key");
                item.reject(what, "remove it, or correct `algorithm`");
                None
            }
            (_, Some(item), _) => files(&item, PUBLIC_KEY_FILE).map(KeySource::PublicKeyFiles),
            (Some(item), None, _) => files(&item, SECRET_FILE).map(KeySource::SecretFiles),
            (None, None, _) => is_symmetric.then_some(KeySource::Environment),
        };
        let kids = match &kid {
            Some(item) => kids(item, source.as_ref()),
            None => Some(Vec::new()),
        };
        Some(Self { source: source?, kids: kids? })
    }

    /// Whether `LEGACY_JWT_SECRET` is one of the keys.
    pub fn is_from_environment(&self) -> bool {
        self.source == KeySource::Environment
    }

    pub(super) fn refuse_too_many(&self, item: &Item<'_>) {
        if self.kids.is_empty() && self.source.count() > MOST_WITHOUT_KID {
            let what = format!(
                "{} keys would be tried on each token, because none says which it means",
                self.source.count()
            );
            let remedy = format!("name at most {MOST_WITHOUT_KID}, or write what `kid` their tokens have");
            item.reject(what, remedy);
        }
    }
}

impl KeySource {
    fn count(&self) -> usize {
        match self {
            Self::Environment => 1,
            Self::SecretFiles(files) | Self::PublicKeyFiles(files) => files.len(),
        }
    }
}

fn files(item: &Item<'_>, example: &str) -> Option<Vec<PathBuf>> {
    texts(item, example).map(|names| names.into_iter().map(PathBuf::from).collect())
}

fn kids(item: &Item<'_>, source: Option<&KeySource>) -> Option<Vec<String>> {
    let kids = texts(item, "kid = \"2026\"")?;
    if kids.iter().any(|kid| kid.len() > LONGEST_KID || kid.chars().any(char::is_control)) {
        item.reject("the `kid` is no name of a key", "write it as the header of a token has it");
        return None;
    }
    if let Some(count) = source.map(KeySource::count)
        && count != kids.len()
    {
        let what = format!("there are {} names for {count} keys", kids.len());
        item.reject(what, "write one `kid` for each key, in the order of the files");
        return None;
    }
    Some(kids)
}
