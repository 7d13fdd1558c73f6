//! The gateway's own keys: which one signs, which ones verify, and what of them the world may see.
//!
//! A set is read whole or not at all and never changes; a directory that changes becomes another set.

mod algorithm;
mod contents;
mod follow;
mod generate;
mod judged;
mod jwks;
mod lifecycle;
mod manifest;
mod material;
mod own;
mod public;
mod refresh;
mod set;
mod state;
mod store;

use std::{path::Path, sync::Arc};

use arc_swap::ArcSwap;

pub use algorithm::KeyAlgorithm;
pub use follow::KeysFollower;
pub use generate::{CannotGenerate, Generated, generate, generate_refresh};
pub use jwks::Jwks;
pub use lifecycle::{Change, Overlap, Refused};
pub use manifest::{KeyEntry, Manifest, RefreshEntry};
pub use own::{CannotSign, OwnKey};
pub use refresh::{MAC, RefreshKeys};
pub use set::KeySet;
pub use state::KeyState;
pub use store::{Store, StoreError};

use crate::config::mistakes::Mistakes;
use contents::Contents;
use judged::Judged;

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
        let Judged { set, warnings } = Judged::of(&Contents::read(directory), 1)?;
        Ok(Opened { keys: Self::of(set), warnings })
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

    /// For the tests of those who verify: as if the directory had changed.
    #[cfg(test)]
    pub(super) fn replace(&self, other: &Self) {
        self.current.store(other.current());
    }

    pub fn current(&self) -> Arc<KeySet> {
        self.current.load_full()
    }
}

#[cfg(test)]
mod tests;
