//! What the two ends of a connection tell each other: the look at what comes in, and the service that answers.

use std::{
    sync::atomic::{AtomicBool, AtomicU8, Ordering},
    task::Waker,
};

use http::{Request, StatusCode};
use parking_lot::Mutex;

use super::stand_in;
use crate::front::refuse::Class;

/// One for each connection.
#[derive(Default)]
pub struct Slot {
    /// The place of a class in the list of all, counted from 1.
    refused: AtomicU8,
    asked: AtomicU8,
    arriving: AtomicBool,
    waiting: Mutex<Option<Waker>>,
}

const NOTHING: u8 = 0;
const ASKED: u8 = 1;
const GRANTED: u8 = 2;
const DECLINED: u8 = 3;

impl Slot {
    /// Why the request is refused, if it is the one that stands in for a head that was.
    pub fn refused<B>(&self, request: &Request<B>) -> Option<Class> {
        let place = self.refused.load(Ordering::Relaxed).checked_sub(1)?;
        stand_in::is_one(request).then(|| Class::ALL.get(usize::from(place)).copied()).flatten()
    }

    /// The service has answered with this.
    pub fn answered(&self, status: StatusCode) {
        if self.asked.load(Ordering::Relaxed) == ASKED {
            let granted = status == StatusCode::SWITCHING_PROTOCOLS;
            self.asked.store(if granted { GRANTED } else { DECLINED }, Ordering::Relaxed);
            if let Some(waker) = self.waiting.lock().take() {
                waker.wake();
            }
        }
    }

    /// Whether a head has begun that is not whole; nobody else knows of it yet.
    pub fn is_arriving(&self) -> bool {
        self.arriving.load(Ordering::Relaxed)
    }

    pub(super) fn arriving(&self, is_arriving: bool) {
        self.arriving.store(is_arriving, Ordering::Relaxed);
    }

    pub(super) fn refuse(&self, class: Class) {
        self.refused.store(class as u8 + 1, Ordering::Relaxed);
    }

    pub(super) fn is_refusing(&self) -> bool {
        self.refused.load(Ordering::Relaxed) != 0
    }

    pub(super) fn ask(&self) {
        self.asked.store(ASKED, Ordering::Relaxed);
    }

    /// Whether what was asked for was granted, once that is known; until then `waker` waits for it.
    pub(super) fn granted(&self, waker: &Waker) -> Option<bool> {
        let mut waiting = self.waiting.lock();
        match self.asked.load(Ordering::Relaxed) {
            GRANTED => Some(true),
            DECLINED => {
                self.asked.store(NOTHING, Ordering::Relaxed);
                Some(false)
            }
            _ => {
                *waiting = Some(waker.clone());
                None
            }
        }
    }
}
