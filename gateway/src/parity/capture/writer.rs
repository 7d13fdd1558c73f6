//! The thread that writes: looks for secrets in what was kept, writes it, and counts what it could not write.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use tracing::{error, info};

use super::{
    active::{Active, Waiting},
    disk::{CannotRecord, Disk, Provenance},
    gaps::{Gaps, Missing},
    kept::Taken,
    reason::Reason,
    written,
};
use crate::{
    parity::{
        exchange::Exchange,
        redaction::{Key, Redactor},
    },
    telemetry::metrics::RecordingMetrics,
};

/// What a crash takes away is not older than this, and not much larger.
const SAFE: Duration = Duration::from_secs(1);
const SAFE_BYTES: u64 = 512 << 10;

/// How often a disk that failed is tried again.
const AGAIN: Duration = Duration::from_secs(10);

pub(super) struct Writer {
    active: Arc<Active>,
    redactor: Redactor,
    provenance: (Provenance, String),
    /// Nothing since when it failed.
    disk: Result<Disk, Instant>,
    metrics: RecordingMetrics,
    /// What a crash would take away.
    unsafe_since: Option<Instant>,
    unsafe_bytes: u64,
    unsafe_exchanges: Missing,
    /// What is not told in the recording yet.
    untold: Gaps,
}

impl Writer {
    pub(super) fn new(
        active: Arc<Active>,
        disk: Disk,
        provenance: (Provenance, String),
        metrics: RecordingMetrics,
    ) -> Self {
        let redactor = Redactor::new(&active.rules.load().policy(), Key::random());
        Self {
            active,
            redactor,
            provenance,
            disk: Ok(disk),
            metrics,
            unsafe_since: None,
            unsafe_bytes: 0,
            unsafe_exchanges: Missing::default(),
            untold: Gaps::default(),
        }
    }

    /// Until no request is recorded any more.
    pub(super) fn write_all(mut self) {
        loop {
            let is_over = self.active.is_over();
            let waiting = self.active.wait(self.patience());
            let is_empty = waiting.taken.is_empty() && waiting.gaps.is_none();
            self.take(waiting);
            if self.unsafe_since.is_some_and(|since| since.elapsed() >= SAFE) {
                self.make_safe();
            }
            self.metrics.holds(self.active.budget.held());
            if is_over && is_empty {
                break;
            }
        }
        self.end();
    }

    /// Nobody wakes it when the last request of a recording that was ended is over.
    fn patience(&self) -> Duration {
        self.unsafe_since.map_or(SAFE, |since| SAFE.saturating_sub(since.elapsed()))
    }

    fn take(&mut self, Waiting { taken, gaps, .. }: Waiting) {
        for taken in taken {
            let began = taken.began;
            let written = match self.exchange(taken) {
                Ok((exchange, length)) => self.write(&exchange, length),
                Err(reason) => Err(reason),
            };
            if let Err(reason) = written {
                self.miss(reason, Missing { count: 1, from: began, to: began });
            }
        }
        for (reason, missing) in gaps.each() {
            self.miss(reason, missing);
        }
    }

    /// With how much memory it takes, which tells how long it will be.
    fn exchange(&mut self, taken: Taken) -> Result<(Exchange, u64), Reason> {
        let length = taken.share.bytes();
        let session = self.redactor.session(&taken.client);
        let mut exchange = written::exchange(taken, session).ok_or(Reason::Refused)?;
        let redactor = &mut self.redactor;
        // Whatever a body says must not end the recording, nor be written with its secrets.
        let redacted = catch_unwind(AssertUnwindSafe(|| redactor.redact(&mut exchange)));
        redacted.map(|()| (exchange, length)).map_err(|_| Reason::Unredacted)
    }

    fn write(&mut self, exchange: &Exchange, length: u64) -> Result<(), Reason> {
        self.try_again();
        let Ok(disk) = &mut self.disk else { return Err(Reason::Disk) };
        if let Err(error) = disk.write(exchange) {
            self.fail(&error);
            return Err(Reason::Disk);
        }
        self.unsafe_since.get_or_insert_with(Instant::now);
        self.unsafe_exchanges.add(Missing { count: 1, from: exchange.began, to: exchange.began });
        self.unsafe_bytes += length;
        if self.unsafe_bytes >= SAFE_BYTES {
            self.make_safe();
        }
        Ok(())
    }

    fn miss(&mut self, reason: Reason, missing: Missing) {
        self.metrics.missing(reason, missing.count);
        self.untold.merge(reason, missing);
        self.unsafe_since.get_or_insert_with(Instant::now);
    }

    fn make_safe(&mut self) {
        let Ok(disk) = &mut self.disk else {
            self.unsafe_since = None;
            return self.try_again();
        };
        let told = self.untold.each().try_for_each(|(reason, missing)| disk.gap(reason, missing));
        if let Err(error) = told.and_then(|()| disk.make_safe()) {
            return self.fail(&error);
        }
        let bytes = disk.bytes();
        self.metrics.wrote(bytes.saturating_sub(self.active.written.swap(bytes, Ordering::Relaxed)));
        self.untold = Gaps::default();
        self.forget();
    }

    /// Nothing of what was written is unsafe any more; it is there, or it is told to be missing.
    fn forget(&mut self) {
        self.metrics.exchanges(mem::take(&mut self.unsafe_exchanges).count);
        self.unsafe_since = None;
        self.unsafe_bytes = 0;
    }

    fn fail(&mut self, error: &CannotRecord) {
        error!(error = %error, "recording failed: what is asked until it can go on is missing in it");
        let lost = mem::take(&mut self.unsafe_exchanges);
        if lost.count > 0 {
            self.miss(Reason::Disk, lost);
        }
        self.disk = Err(Instant::now());
        self.forget();
    }

    /// In another folder: the end of a file that could not be written is nothing to go on from.
    fn try_again(&mut self) {
        let Err(failed) = self.disk else { return };
        if failed.elapsed() < AGAIN {
            return;
        }
        let (provenance, routes) = &self.provenance;
        match Disk::begin(&self.active.rules.load(), provenance, routes) {
            Ok(disk) => {
                info!(folder = %disk.folder().display(), "recording goes on");
                self.disk = Ok(disk);
            }
            Err(_) => self.disk = Err(Instant::now()),
        }
    }

    fn end(mut self) {
        self.make_safe();
        let Ok(disk) = self.disk else {
            let missing: u64 = self.untold.each().map(|(_, missing)| missing.count).sum();
            return error!(missing, "recording ended, and could not say what is missing in it");
        };
        let folder = disk.folder().display().to_string();
        match disk.finish() {
            Ok(()) => info!(folder, "recording ended"),
            Err(error) => error!(folder, error = %error, "recording ended without its last line"),
        }
    }
}
