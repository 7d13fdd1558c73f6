//! What the two ends of a connection tell each other: the look at what comes in, and the service that answers.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    task::Waker,
    time::Duration,
};

use http::{Request, StatusCode};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::{Basis, stand_in};
use crate::edge::Class;

/// One for each connection.
#[derive(Default)]
pub struct Slot {
    /// The place of a class in the list of all, counted from 1.
    refused: AtomicU8,
    /// The number of the last request for a WebSocket among all of the connection.
    asked: AtomicU64,
    answers: AtomicU64,
    verdict: AtomicU8,
    waiting: Mutex<Option<Waker>>,
    /// Of the head that has begun and is not whole; looked at only if there is one.
    begun: Mutex<Option<Begun>>,
    has_begun: AtomicBool,
    /// By what the heads were judged that the service has yet to answer, in order, and how many by each: what is sent ahead is
    /// judged long before.
    judged: Mutex<VecDeque<(Basis, usize)>>,
}

/// Since when the rest of a head is waited for, and how long.
#[derive(Clone, Copy)]
struct Begun {
    at: Instant,
    within: Duration,
}

const NOTHING: u8 = 0;
const GRANTED: u8 = 1;
const DECLINED: u8 = 2;

impl Slot {
    pub(super) fn judged(&self, basis: Basis) {
        let mut judged = self.judged.lock();
        match judged.back_mut() {
            Some((last, heads)) if Arc::ptr_eq(last, &basis) => *heads += 1,
            Some(_) | None => judged.push_back((basis, 1)),
        }
    }

    /// By what the request was judged that comes next.
    pub fn basis(&self) -> Option<Basis> {
        let mut judged = self.judged.lock();
        let (basis, heads) = judged.front_mut()?;
        *heads -= 1;
        if *heads > 0 {
            return Some(Arc::clone(basis));
        }
        judged.pop_front().map(|(basis, _)| basis)
    }

    /// Why the request is refused, if it is the one that stands in for a head that was.
    pub fn refused<B>(&self, request: &Request<B>) -> Option<Class> {
        let place = self.refused.load(Ordering::Relaxed).checked_sub(1)?;
        stand_in::is_one(request).then(|| Class::ALL.get(usize::from(place)).copied()).flatten()
    }

    /// The service has answered the next request with this.
    pub fn answered(&self, status: StatusCode) {
        let number = self.answers.fetch_add(1, Ordering::Relaxed) + 1;
        if self.asked.load(Ordering::Relaxed) == number {
            let granted = status == StatusCode::SWITCHING_PROTOCOLS;
            self.verdict.store(if granted { GRANTED } else { DECLINED }, Ordering::Relaxed);
            if let Some(waker) = self.waiting.lock().take() {
                waker.wake();
            }
        }
    }

    pub(super) fn refuse(&self, class: Class) {
        self.refused.store(class as u8 + 1, Ordering::Relaxed);
    }

    pub(super) fn is_refusing(&self) -> bool {
        self.refused.load(Ordering::Relaxed) != 0
    }

    pub(super) fn ask(&self, number: u64) {
        self.asked.store(number, Ordering::Relaxed);
    }

    /// By when the head that has begun must be whole, if nobody waited for it before `since`: behind a request that is not
    /// answered yet nobody does.
    pub fn head_deadline(&self, since: Instant) -> Option<Instant> {
        let begun = self.has_begun().then(|| *self.begun.lock()).flatten()?;
        Some(begun.at.max(since) + begun.within)
    }

    /// Whether some of a head is here, and not all of it.
    pub fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }

    pub(super) fn head_begins(&self, within: Duration) {
        *self.begun.lock() = Some(Begun { at: Instant::now(), within });
        self.has_begun.store(true, Ordering::Relaxed);
    }

    pub(super) fn head_is_over(&self) {
        self.has_begun.store(false, Ordering::Relaxed);
    }

    /// Whether what was asked for was granted, once that is known; until then `waker` waits for it.
    pub(super) fn granted(&self, waker: &Waker) -> Option<bool> {
        let mut waiting = self.waiting.lock();
        match self.verdict.load(Ordering::Relaxed) {
            GRANTED => Some(true),
            DECLINED => {
                self.verdict.store(NOTHING, Ordering::Relaxed);
                Some(false)
            }
            _ => {
                *waiting = Some(waker.clone());
                None
            }
        }
    }
}
