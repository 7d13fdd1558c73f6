//! How many requests may have a connection at once: a bound that can be moved while they have them.
//!
//! The pool's own cannot: made smaller, it forgets only connections that are there, not those that are not yet opened.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

/// Waiting longer for a connection would only move the queue from PostgreSQL to here.
const WAIT: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(super) struct Seats {
    room: Arc<Room>,
}

struct Room {
    free: Semaphore,
    bound: Mutex<Bound>,
    waiting: AtomicUsize,
}

struct Bound {
    most: usize,
    taken: usize,
    /// Seats that go when those who have them leave.
    owed: usize,
}

/// The right to one connection; dropping it gives it to the next.
pub(super) struct Seat {
    room: Arc<Room>,
}

/// The seats at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) most: usize,
    pub(super) taken: usize,
    pub(super) waiting: usize,
}

impl Seats {
    pub(super) fn new(most: usize) -> Self {
        let room = Room {
            free: Semaphore::new(most),
            bound: Mutex::new(Bound { most, taken: 0, owed: 0 }),
            waiting: AtomicUsize::new(0),
        };
        Self { room: Arc::new(room) }
    }

    /// Nothing where none came free before the deadline, or within what waiting is good for.
    pub(super) async fn take(&self, deadline: Instant) -> Option<Seat> {
        let waiting = Waiting::begin(&self.room.waiting);
        let limit = deadline.min(Instant::now() + WAIT);
        let permit = timeout_at(limit, self.room.free.acquire()).await.ok()?.ok()?;
        drop(waiting);
        permit.forget();
        self.room.bound.lock().taken += 1;
        Some(Seat { room: Arc::clone(&self.room) })
    }

    pub(super) fn resize(&self, most: usize) {
        let mut bound = self.room.bound.lock();
        if most >= bound.most {
            let more = most - bound.most;
            let kept = more.min(bound.owed);
            bound.owed -= kept;
            self.room.free.add_permits(more - kept);
        } else {
            let fewer = bound.most - most;
            bound.owed += fewer - self.room.free.forget_permits(fewer);
        }
        bound.most = most;
    }

    /// A few more for a while, where those who sit may be on connections that are dead without knowing it. The first
    /// who leave give them back. With them the pool is still within what the server allows all of it.
    pub(super) fn relieve(&self) {
        let mut bound = self.room.bound.lock();
        let few = Self::relief(bound.most).min(bound.taken);
        let more = few.saturating_sub(self.room.free.available_permits() + bound.owed);
        bound.owed += more;
        self.room.free.add_permits(more);
    }

    pub(super) fn relief(most: usize) -> usize {
        most.div_ceil(4)
    }

    pub(super) fn taken(&self) -> Taken {
        let bound = self.room.bound.lock();
        Taken { most: bound.most, taken: bound.taken, waiting: self.room.waiting.load(Relaxed) }
    }
}

impl Seat {
    pub(super) fn most(&self) -> usize {
        self.room.bound.lock().most
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut bound = self.room.bound.lock();
        bound.taken -= 1;
        if bound.owed > 0 {
            bound.owed -= 1;
        } else {
            self.room.free.add_permits(1);
        }
    }
}

/// Counts one for as long as it lives, also of those who leave before their turn.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_longer_than_half_a_second_or_past_the_deadline() {
        let seats = Seats::new(1);
        let seat = seats.take(far()).await.expect("free");
        for (deadline, waited) in [(60_000, 500), (200, 200)] {
            let began = Instant::now();
            assert!(seats.take(began + Duration::from_millis(deadline)).await.is_none());
            assert_eq!(began.elapsed().as_millis(), waited);
        }
        drop(seat);
        assert!(seats.take(far()).await.is_some());
        assert_eq!(seats.taken(), Taken { most: 1, taken: 0, waiting: 0 });
    }

    #[tokio::test(start_paused = true)]
    async fn who_sits_on_a_dead_connection_keeps_nobody_out_for_long() {
        let seats = Seats::new(8);
        seats.relieve();
        let mut sitting = Vec::new();
        while let Some(seat) = seats.take(far()).await {
            sitting.push(seat);
        }
        assert_eq!(sitting.len(), 8);
        seats.relieve();
        seats.relieve();
        let relieved = [seats.take(far()).await.expect("one"), seats.take(far()).await.expect("two")];
        assert!(seats.take(far()).await.is_none());
        sitting.truncate(6);
        assert!(seats.take(far()).await.is_none(), "two were given back");
        drop(relieved);
        assert!(seats.take(far()).await.is_some());
        assert_eq!(seats.taken().taken, 6);
    }

    #[tokio::test(start_paused = true)]
    async fn the_bound_holds_whoever_sits_while_it_is_moved() {
        let seats = Seats::new(16);
        let mut sitting = Vec::new();
        for _ in 0..5 {
            sitting.push(seats.take(far()).await.expect("free"));
        }
        seats.resize(2);
        for left in (0..5).rev() {
            assert!(seats.take(far()).await.is_none() || left < 2, "{left} sit");
            sitting.pop();
        }
        for most in [2, 4, 3, 16, 1] {
            seats.resize(most);
            let mut sitting = Vec::new();
            while let Some(seat) = seats.take(far()).await {
                sitting.push(seat);
            }
            assert_eq!((sitting.len(), seats.taken().taken), (most, most));
        }
        // Made smaller and larger again while all sit: nobody has to leave.
        seats.resize(4);
        let mut sitting = Vec::new();
        for _ in 0..4 {
            sitting.push(seats.take(far()).await.expect("free"));
        }
        seats.resize(1);
        seats.resize(3);
        sitting.truncate(3);
        assert!(seats.take(far()).await.is_none());
        sitting.truncate(2);
        assert!(seats.take(far()).await.is_some());
    }
}
