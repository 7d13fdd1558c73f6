//! Which stand-in a name has: each as often as users have its form, and always the same.
//!
//! When the proportions change, names move only to what has become more, as users do whose hashes are made anew.

use std::{cmp::Reverse, collections::BTreeMap};

use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};

use crate::auth::password::StoredPassword;

/// Forms that are rarer than that many others are left out.
const MOST: usize = 64;

#[derive(Clone, Default)]
pub(super) struct Mix {
    shares: Vec<Share>,
}

#[derive(Clone)]
struct Share {
    hash: String,
    companion: Option<String>,
    users: u32,
}

impl Mix {
    pub(super) fn of(stand_ins: impl IntoIterator<Item = StoredPassword>) -> Self {
        let mut counts = BTreeMap::<_, u32>::new();
        for StoredPassword { hash, companion, side: _ } in stand_ins {
            if let Some(hash) = hash {
                *counts.entry((hash, companion)).or_default() += 1;
            }
        }
        let share = |((hash, companion), users)| Share { hash, companion, users };
        let mut shares: Vec<Share> = counts.into_iter().map(share).collect();
        shares.sort_by_key(|share| Reverse(share.users));
        shares.truncate(MOST);
        Self { shares }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// Nothing only where there is nothing to choose from.
    pub(super) fn choose(&self, secret: &[u8; 32], name: &str) -> Option<StoredPassword> {
        let key = Key::new(HMAC_SHA256, secret);
        let turn = |share: &Share| share.turn(&key, name);
        let first = self.shares.iter().min_by(|one, other| turn(one).total_cmp(&turn(other)))?;
        Some(StoredPassword {
            hash: Some(first.hash.clone()),
            companion: first.companion.clone(),
            side: None,
        })
    }
}

impl Share {
    /// When its turn comes: a moment drawn for share and name, the earlier the more users it has. The first of several
    /// such moments belongs to each share as often as its rate is part of all rates.
    fn turn(&self, key: &Key, name: &str) -> f64 {
        let mut context = Context::with_key(key);
        for text in [&self.hash, self.companion.as_deref().unwrap_or_default(), name] {
            context.update(&text.len().to_be_bytes());
            context.update(text.as_bytes());
        }
        let tag = context.sign();
        let drawn = tag.as_ref().first_chunk().map_or(0, |first: &[u8; 8]| u64::from_be_bytes(*first));
        // Of 53 bits, as many as a fraction has; never 0.
        let fraction = ((drawn >> 11) + 1) as f64 / (1_u64 << 53) as f64;
        -fraction.ln() / f64::from(self.users)
    }
}

#[cfg(test)]
mod tests;
