//! What is kept of one request while it is under way: shared bytes, and when they came. Nothing here waits for anybody.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use parking_lot::Mutex;

use super::{
    active::Active,
    budget::Share,
    kept::{AnswerHead, Copied, End, Head, Heard, Taken},
    order::Begun,
    reason::Reason,
};
use crate::parity::exchange::frame::Side;

/// Beside its bytes: what an exchange takes while it waits.
const OVERHEAD: u64 = 1024;

/// Of one request; clones are the same one.
#[derive(Clone)]
pub struct Tap(Arc<Kept>);

struct Kept {
    active: Arc<Active>,
    begun: Begun,
    /// Whoever asks, as bytes.
    client: Vec<u8>,
    began: u64,
    started: Instant,
    body_max: u64,
    state: Mutex<State>,
}

struct State {
    share: Share,
    lost: Option<Reason>,
    head: Head,
    asked: Copied,
    answer: Option<AnswerHead>,
    told: Copied,
    trailers: Option<HeaderMap>,
    frames: Vec<Heard>,
    heard: u64,
    frames_cut: bool,
    /// A WebSocket goes on after its request has been answered.
    is_listened_to: bool,
    end: Option<End>,
}

/// What begins a request, as it was seen.
pub struct Beginning<'b> {
    pub head: Head,
    pub client: IpAddr,
    pub agent: &'b [u8],
}

impl Tap {
    pub(super) fn begin(active: &Arc<Active>, beginning: Beginning<'_>) -> Option<Self> {
        let Beginning { head, client, agent } = beginning;
        let begun = active.order.begin()?;
        let rules = active.rules.load();
        let client = [client.to_string().as_bytes(), b" ", agent].concat();
        let mut share = Share::none(&active.budget);
        let has_room = share.grow(OVERHEAD + head.length() as u64);
        let lost = match (active.samples(&rules, &client), active.is_full(&rules), has_room) {
            (false, ..) => Some(Reason::Sampled),
            (true, true, _) => Some(Reason::Full),
            (true, false, false) => Some(Reason::Queue),
            (true, false, true) => None,
        };
        let mut state = State {
            share,
            lost: None,
            head,
            asked: Copied::default(),
            answer: None,
            told: Copied::default(),
            trailers: None,
            frames: Vec::new(),
            heard: 0,
            frames_cut: false,
            is_listened_to: false,
            end: None,
        };
        if let Some(reason) = lost {
            state.lose(reason);
        }
        let kept = Kept {
            active: Arc::clone(active),
            begun,
            client,
            began: since_1970(),
            started: Instant::now(),
            body_max: rules.body_max,
            state: Mutex::new(state),
        };
        Some(Self(Arc::new(kept)))
    }

    /// A piece of the request's body.
    pub fn asked(&self, piece: &Bytes) {
        self.keep(piece, |state| &mut state.asked);
    }

    /// The head of the answer, as the client gets it.
    pub fn answered(&self, status: StatusCode, headers: &HeaderMap) {
        let at = self.now();
        self.state(|state| {
            let length =
                headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 8).sum::<usize>();
            state.answer = Some(AnswerHead { status, headers: headers.clone(), at });
            state.share.grow(length as u64)
        });
    }

    /// A piece of the answer's body.
    pub fn told(&self, piece: &Bytes) {
        self.keep(piece, |state| &mut state.told);
    }

    pub fn trailers(&self, trailers: &HeaderMap) {
        self.state(|state| {
            state.trailers = Some(trailers.clone());
            true
        });
    }

    /// For a request that becomes a WebSocket: it is over when this is dropped.
    pub fn ear(&self) -> Ear {
        self.0.state.lock().is_listened_to = true;
        Ear(self.clone())
    }

    /// The request is over.
    pub fn end(&self, end: End) {
        let mut state = self.0.state.lock();
        state.end = Some(end);
        if !state.is_listened_to {
            self.give(&mut state);
        }
    }

    fn keep(&self, piece: &Bytes, which: impl FnOnce(&mut State) -> &mut Copied) {
        let (at, most) = (self.now(), self.0.body_max);
        self.state(|state| {
            let (grown, freed) = which(state).add(piece, at, most);
            state.share.shrink(freed);
            state.share.grow(grown)
        });
    }

    /// Does nothing more for one that is lost already.
    fn state(&self, change: impl FnOnce(&mut State) -> bool) {
        let mut state = self.0.state.lock();
        if state.lost.is_none() && !change(&mut state) {
            state.lose(Reason::Queue);
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// To whoever writes it.
    fn give(&self, state: &mut State) {
        let Kept { active, begun, began, client, .. } = &*self.0;
        let took = self.now();
        let Some(end) = state.end.take() else { return };
        let rules = active.rules.load();
        let left_out = (!rules.takes(&end.route)).then_some(Reason::Route);
        let refused = end.is_unreadable.then_some(Reason::Refused);
        let lost = state.lost.or(left_out).or(refused);
        let taken = match lost {
            Some(reason) => Err(reason),
            None => Ok(Taken {
                id: begun.id,
                after: begun.after.clone(),
                client: client.clone(),
                began: *began,
                took,
                head: std::mem::take(&mut state.head),
                asked: std::mem::take(&mut state.asked),
                answer: state.answer.take(),
                told: std::mem::take(&mut state.told),
                trailers: state.trailers.take(),
                frames: std::mem::take(&mut state.frames),
                frames_cut: state.frames_cut,
                end,
                share: state.share.take(),
            }),
        };
        if lost.is_some() {
            state.lose(Reason::Queue);
        }
        let is_kept = active.give(taken, *began);
        active.order.end(begun, is_kept);
    }
}

pub(super) fn since_1970() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_micros()).unwrap_or(u64::MAX)
}

impl State {
    /// Nothing is kept of it any more.
    fn lose(&mut self, reason: Reason) {
        self.lost = Some(reason);
        self.head = Head::default();
        self.asked = Copied::default();
        self.told = Copied::default();
        self.answer = None;
        self.trailers = None;
        self.frames = Vec::new();
        drop(self.share.take());
    }
}

/// Hears what a WebSocket says; the exchange is over when it is dropped.
pub struct Ear(Tap);

impl Ear {
    pub fn heard(&self, from: Side, bytes: &[u8]) {
        let (at, most) = (self.0.now(), self.0.0.body_max);
        self.0.state(|state| {
            state.heard += bytes.len() as u64;
            if state.heard > most {
                state.frames_cut = true;
                return true;
            }
            state.frames.push(Heard { from, at, bytes: bytes.into() });
            state.share.grow(bytes.len() as u64 + 64)
        });
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut state = self.0.0.state.lock();
        state.is_listened_to = false;
        if state.end.is_some() {
            self.0.give(&mut state);
        }
    }
}
