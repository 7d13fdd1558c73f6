//! How many connections one instance may have, and who waits for one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use tokio::sync::{Notify, futures::Notified};

pub(in crate::legacy) struct Door {
    open: AtomicUsize,
    most: AtomicUsize,
    free: Notify,
}

/// Of one connection, held until it is closed.
pub(in crate::legacy) struct Place(Arc<Door>);

impl Default for Door {
    fn default() -> Self {
        Self { open: AtomicUsize::new(0), most: AtomicUsize::new(usize::MAX), free: Notify::new() }
    }
}

impl Door {
    pub(super) fn allow(&self, most: usize) {
        self.most.store(most, Relaxed);
        self.free.notify_waiters();
    }

    pub(in crate::legacy) fn enter(self: &Arc<Self>) -> Option<Place> {
        let most = self.most.load(Relaxed);
        let entered = self.open.fetch_update(Relaxed, Relaxed, |open| (open < most).then_some(open + 1));
        entered.ok().map(|_| Place(Arc::clone(self)))
    }

    pub(super) fn has_room(&self) -> bool {
        self.open.load(Relaxed) < self.most.load(Relaxed)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.load(Relaxed) == 0
    }

    /// A connection may have become free, or closed.
    pub(super) fn tell(&self) {
        if self.most.load(Relaxed) < usize::MAX {
            self.free.notify_one();
        }
    }

    pub(in crate::legacy) fn freed(&self) -> Notified<'_> {
        self.free.notified()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
        self.0.tell();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_its_connection_is_closed() {
        let door = Arc::new(Door::default());
        door.allow(2);
        let (first, second) = (door.enter(), door.enter());
        assert!(first.is_some() && second.is_some() && door.enter().is_none());
        drop(first);
        assert!(door.enter().is_some());
    }
}
