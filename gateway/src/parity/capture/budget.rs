//! How much memory all that is recorded and not yet written may hold: what does not fit is not kept, and nobody waits.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// Of requests under way and of those that wait to be written, together.
pub const MEMORY: u64 = 64 << 20;

#[derive(Debug)]
pub(super) struct Budget {
    most: u64,
    held: AtomicU64,
}

impl Budget {
    pub(super) fn of(most: u64) -> Arc<Self> {
        Arc::new(Self { most, held: AtomicU64::new(0) })
    }

    pub(super) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }
}

/// A share of it, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Share {
    pub(super) fn none(budget: &Arc<Budget>) -> Self {
        Self { budget: Arc::clone(budget), bytes: 0 }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// False when there is no room for it.
    pub(super) fn grow(&mut self, bytes: u64) -> bool {
        let before = self.budget.held.fetch_add(bytes, Ordering::Relaxed);
        self.bytes += bytes;
        before + bytes <= self.budget.most
    }

    /// All of it, for another owner.
    pub(super) fn take(&mut self) -> Self {
        Self { budget: Arc::clone(&self.budget), bytes: std::mem::take(&mut self.bytes) }
    }

    pub(super) fn shrink(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.held.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.shrink(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told_and_what_is_given_back_fits_again() {
        let budget = Budget::of(100);
        let (mut one, mut other) = (Share::none(&budget), Share::none(&budget));
        assert!(one.grow(60));
        assert!(!other.grow(50), "more than is left");
        drop(other);
        assert_eq!(budget.held(), 60);
        one.shrink(20);
        assert!(Share::none(&budget).grow(60));
        drop(one);
        assert_eq!(budget.held(), 0);
    }
}
