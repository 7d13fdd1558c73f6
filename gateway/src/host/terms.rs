//! What a listener asks of whoever it serves, and tells them: limits change while connections are open.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
};

use super::{admission::Most, http2::goaway::Goaway};
use crate::limits::{Limit, Limits, TrustedProxies, table::TABLE};

/// A cheap handle.
#[derive(Clone)]
pub struct Terms {
    limits: Arc<dyn Fn() -> Arc<Limits> + Send + Sync>,
    counts: Arc<Counts>,
    pub(super) trusted: TrustedProxies,
    /// Whether these connections are those of which `[limits]` says how many there may be.
    are_clients: bool,
}

/// Behind one pointer: every connection has it.
struct Counts {
    limit: Arc<dyn Fn(Limit) + Send + Sync>,
    goaway: Arc<dyn Fn(Goaway) + Send + Sync>,
}

/// Those who run the process are few, and must get in whatever clients do.
const OPERATORS: Most = Most { all: 64, of_one: 64 };

impl Terms {
    pub fn new(
        limits: impl Fn() -> Arc<Limits> + Send + Sync + 'static,
        count: impl Fn(Limit) + Send + Sync + 'static,
        trusted: TrustedProxies,
    ) -> Self {
        let counts = Arc::new(Counts { limit: Arc::new(count), goaway: Arc::new(|_| {}) });
        Self { limits: Arc::new(limits), counts, trusted, are_clients: true }
    }

    /// What ends connections of HTTP/2 is counted so.
    pub fn counting_goaways(self, count: impl Fn(Goaway) + Send + Sync + 'static) -> Self {
        let counts = Arc::new(Counts { limit: Arc::clone(&self.counts.limit), goaway: Arc::new(count) });
        Self { counts, ..self }
    }

    pub(super) fn of_operators(self) -> Self {
        Self { are_clients: false, ..self }
    }

    /// Those in force now.
    pub(super) fn limits(&self) -> Arc<Limits> {
        (self.limits)()
    }

    pub(super) fn most(&self, limits: &Limits) -> Most {
        match self.are_clients {
            true => Most { all: limits.all_connections(), of_one: limits.connections_of_one() },
            false => OPERATORS,
        }
    }

    pub(super) fn count(&self, limit: Limit) {
        (self.counts.limit)(limit);
    }

    pub(super) fn count_goaway(&self, reason: Goaway) {
        (self.counts.goaway)(reason);
    }
}

/// What a connection and its requests tell each other: the limit for which it was cut, what its client still sends, and
/// what of an answer was not written.
#[derive(Debug, Default)]
pub struct Met {
    /// 0: none yet.
    limit: AtomicU8,
    is_unread: AtomicBool,
    /// Bytes of a stream's answer that were given to be written, and are not.
    unwritten: AtomicU64,
    is_last: AtomicBool,
    is_tunnel: AtomicBool,
    /// Of the connection, where this is about one stream of it.
    connection: Option<Arc<Self>>,
}

impl Met {
    pub(super) fn of_stream(connection: Arc<Self>) -> Self {
        Self { connection: Some(connection), ..Self::default() }
    }

    pub(super) fn set(&self, limit: Limit) {
        self.limit.store(limit as u8 + 1, Ordering::Relaxed);
    }

    /// A request was answered before all of its body had come, or what comes behind it is no matter: the client sends still.
    pub fn leave_unread(&self) {
        self.is_unread.store(true, Ordering::Relaxed);
        if let Some(connection) = &self.connection {
            connection.leave_unread();
        }
    }

    /// No HTTP any more: who carries what comes also listens to the end.
    pub(super) fn become_a_tunnel(&self) {
        self.is_tunnel.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_tunnel(&self) -> bool {
        self.is_tunnel.load(Ordering::Relaxed)
    }

    pub(super) fn is_unread(&self) -> bool {
        self.is_unread.load(Ordering::Relaxed)
    }

    pub(super) fn given(&self, bytes: usize) {
        self.unwritten.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn written(&self, bytes: usize) {
        self.unwritten.fetch_sub(bytes as u64, Ordering::Relaxed);
    }

    /// Of an answer that is over: what the client never got.
    pub fn unwritten(&self) -> u64 {
        self.unwritten.load(Ordering::Relaxed)
    }

    /// Nothing comes behind this request, by its client's own word.
    pub(super) fn is_the_last(&self) {
        self.is_last.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_had_the_last(&self) -> bool {
        self.is_last.load(Ordering::Relaxed)
    }

    pub fn limit(&self) -> Option<Limit> {
        let number = self.limit.load(Ordering::Relaxed);
        match number.checked_sub(1) {
            Some(index) => TABLE.get(usize::from(index)).map(|row| row.limit),
            None => self.connection.as_ref()?.limit(),
        }
    }
}
