//! Makes a new key and lists it: the file first, so that no list ever names a key that is not there.

use std::time::SystemTime;

use super::{
    CannotSign, KeyAlgorithm, KeyEntry, KeyState, RefreshEntry,
    lifecycle::{Change, Refused},
    material::{self, Material},
    own::random_kid,
    store::{Store, StoreError},
};

#[derive(Debug)]
pub struct Generated {
    /// Its kid, or `refresh-1`.
    pub name: String,
    /// Nothing for the secret under refresh tokens.
    pub algorithm: Option<KeyAlgorithm>,
    pub file: String,
    pub change: Change,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotGenerate {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the system has no randomness to give")]
    NoRandomness,
}

impl From<CannotSign> for CannotGenerate {
    fn from(_: CannotSign) -> Self {
        Self::NoRandomness
    }
}

impl From<aws_lc_rs::error::Unspecified> for CannotGenerate {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::NoRandomness
    }
}

/// A key for tokens, and a secret for refresh tokens where there is none yet.
pub fn generate(
    store: &mut Store,
    algorithm: KeyAlgorithm,
    activate: bool,
) -> Result<Vec<Generated>, CannotGenerate> {
    let text = material::new(algorithm)?;
    let material = Material::parse(algorithm, &text).map_err(|_| CannotSign)?;
    let kid = material.public().map_or_else(random_kid, |public| Ok(public.thumbprint()))?;
    let end = if algorithm.is_symmetric() { "key" } else { "pem" };
    let file = format!("{}-{kid}.{end}", algorithm.name().to_ascii_lowercase());
    store.add_file(&file, &text)?;
    let entry =
        KeyEntry { kid: kid.clone(), algorithm, state: KeyState::Upcoming, since: now(), file: file.clone() };
    let mut manifest = store.manifest().clone();
    let change = manifest.add(entry, activate);
    let mut generated = vec![Generated { name: kid, algorithm: Some(algorithm), file, change }];
    if manifest.refresh.is_empty() {
        generated.push(add_refresh(store, &mut manifest, false)?);
    }
    store.save(manifest)?;
    Ok(generated)
}

/// Another secret under refresh tokens.
pub fn generate_refresh(store: &mut Store, activate: bool) -> Result<Generated, CannotGenerate> {
    let mut manifest = store.manifest().clone();
    let generated = add_refresh(store, &mut manifest, activate)?;
    store.save(manifest)?;
    Ok(generated)
}

fn add_refresh(
    store: &Store,
    manifest: &mut super::Manifest,
    activate: bool,
) -> Result<Generated, CannotGenerate> {
    let id = manifest.free_refresh_id()?;
    // The id may have had another file, which somebody kept: no file is ever written over.
    let file = format!("refresh-{id}-{}.key", &random_kid()?[..8]);
    store.add_file(&file, &material::new_secret()?)?;
    let entry = RefreshEntry { id, state: KeyState::Upcoming, since: now(), file: file.clone() };
    let name = entry.name();
    let change = manifest.add_refresh(entry, activate);
    Ok(Generated { name, algorithm: None, file, change })
}

fn now() -> SystemTime {
    SystemTime::now()
}
