//! The gateway's own keys: which one signs, which ones verify, and what of them the world may see.
//!
//! A set is read whole or not at all and never changes; a directory that changes becomes another set.

mod algorithm;
mod directory;
mod jwks;
mod manifest;
mod material;
mod own;
mod public;
mod refresh;
mod set;
mod state;

use std::{path::Path, sync::Arc};

use arc_swap::ArcSwap;

pub use algorithm::KeyAlgorithm;
pub use jwks::Jwks;
pub use manifest::{KeyEntry, Manifest, RefreshEntry};
pub use own::{CannotSign, OwnKey};
pub use refresh::{MAC, RefreshKeys};
pub use set::KeySet;
pub use state::KeyState;

use crate::config::mistakes::Mistakes;

/// The set in force, for everybody who signs or verifies. Cheap to clone; all clones see the same set.
#[derive(Clone, Debug)]
pub struct Keys {
    current: Arc<ArcSwap<KeySet>>,
}

/// What a directory holds, with what its owner should know although it is no mistake.
#[derive(Debug)]
pub struct Opened {
    pub keys: Keys,
    pub warnings: Mistakes,
}

impl Keys {
    /// Every mistake of the directory at once.
    pub fn open(directory: &Path) -> Result<Opened, Mistakes> {
        let found = directory::read(directory, 1)?;
        Ok(Opened { keys: Self::of(found.set), warnings: found.warnings })
    }

    /// Keys that nobody else has and that end with the process: for a development machine.
    ///
    /// # Errors
    /// Where the system has no randomness to give.
    pub fn ephemeral() -> Result<Self, CannotSign> {
        Ok(Self::of(KeySet::ephemeral()?))
    }

    fn of(set: KeySet) -> Self {
        Self { current: Arc::new(ArcSwap::from_pointee(set)) }
    }

    pub fn current(&self) -> Arc<KeySet> {
        self.current.load_full()
    }
}
