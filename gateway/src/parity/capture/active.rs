//! One recording while it goes on: what requests leave there, and what its writer finds.

use std::{
    hash::{BuildHasher, RandomState},
    mem,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use parking_lot::{Condvar, Mutex};

use super::{
    budget::{Budget, MEMORY},
    gaps::Gaps,
    kept::Taken,
    order::Order,
    reason::Reason,
    rules::Rules,
};

/// More do not wait, however small they are.
const MOST: usize = 16 * 1024;

pub(super) struct Active {
    pub(super) rules: ArcSwap<Rules>,
    pub(super) order: Order,
    pub(super) budget: Arc<Budget>,
    begun: Instant,
    /// Who is sampled can be told neither from outside nor from one recording to the next.
    sampling: RandomState,
    /// On disk.
    pub(super) written: AtomicU64,
    /// The process ends: nobody waits for requests that are still under way.
    is_ending: AtomicBool,
    waiting: Mutex<Waiting>,
    woken: Condvar,
}

#[derive(Default)]
pub(super) struct Waiting {
    pub(super) taken: Vec<Taken>,
    pub(super) gaps: Gaps,
    is_resting: bool,
}

impl Active {
    pub(super) fn with(rules: Rules) -> Arc<Self> {
        Self::within(rules, MEMORY)
    }

    pub(super) fn within(rules: Rules, memory: u64) -> Arc<Self> {
        Arc::new(Self {
            rules: ArcSwap::from_pointee(rules),
            order: Order::default(),
            budget: Budget::of(memory),
            begun: Instant::now(),
            sampling: RandomState::new(),
            written: AtomicU64::new(0),
            is_ending: AtomicBool::new(false),
            waiting: Mutex::default(),
            woken: Condvar::new(),
        })
    }

    pub(super) fn samples(&self, rules: &Rules, client: &[u8]) -> bool {
        rules.sample >= 100 || rules.samples(self.sampling.hash_one(client))
    }

    /// As large, or as old, as it may become.
    pub(super) fn is_full(&self, rules: &Rules) -> bool {
        self.written.load(Ordering::Relaxed) >= rules.total_max
            || rules.time_max.is_some_and(|most| self.begun.elapsed() >= most)
    }

    /// Whether it is kept, and not only counted.
    pub(super) fn give(&self, taken: Result<Taken, Reason>, began: u64) -> bool {
        let mut waiting = self.waiting.lock();
        let is_kept = match taken {
            Ok(taken) if waiting.taken.len() < MOST => {
                waiting.taken.push(taken);
                true
            }
            Ok(_) => {
                waiting.gaps.add(Reason::Queue, began);
                false
            }
            Err(reason) => {
                waiting.gaps.add(reason, began);
                false
            }
        };
        let wakes = mem::take(&mut waiting.is_resting);
        drop(waiting);
        if wakes {
            self.woken.notify_one();
        }
        is_kept
    }

    /// For the writer: until something waits, but not longer than this.
    pub(super) fn wait(&self, most: Duration) -> Waiting {
        let mut waiting = self.waiting.lock();
        if waiting.taken.is_empty() && waiting.gaps.is_none() && !self.is_over() {
            waiting.is_resting = true;
            self.woken.wait_for(&mut waiting, most);
            waiting.is_resting = false;
        }
        mem::take(&mut *waiting)
    }

    /// No request begins any more; those under way are still recorded.
    pub(super) fn close(&self) {
        self.order.close();
        self.woken.notify_one();
    }

    pub(super) fn end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
        self.close();
    }

    /// Nothing comes any more but what waits already.
    pub(super) fn is_over(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed) || self.order.is_over()
    }
}
