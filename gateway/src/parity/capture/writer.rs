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
    gaps::{Gaps, Missing},
    kept::Taken,
    reason::Reason,
    tap::since_1970,
    written,
};
use crate::{
    parity::{
        exchange::Exchange,
        recording::{self, Gap, Unwritten},
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
    disk: recording::Writer,
    /// Since when it cannot be written to.
    failed: Option<Instant>,
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
        disk: recording::Writer,
        key: Key,
        metrics: RecordingMetrics,
    ) -> Self {
        let redactor = Redactor::new(&active.rules.load().policy(), key);
        Self {
            active,
            redactor,
            disk,
            failed: None,
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
        if self.failed.is_some_and(|failed| failed.elapsed() < AGAIN) {
            return Err(Reason::Disk);
        }
        self.unsafe_since.get_or_insert_with(Instant::now);
        self.unsafe_exchanges.add(Missing { count: 1, from: exchange.began, to: exchange.began });
        if let Err(unwritten) = self.disk.write(exchange) {
            self.fail(&unwritten);
            return Ok(());
        }
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
        self.unsafe_since = None;
        if self.failed.is_some_and(|failed| failed.elapsed() < AGAIN) {
            return;
        }
        // Gaps in a frame of their own: of one that cannot be written, it is known what is lost.
        let untold = self.untold.each().map(|(reason, Missing { count, from, to })| {
            let reason = reason.name().to_owned();
            Gap { count, reason, from, to }
        });
        let disk = &mut self.disk;
        let told =
            disk.flush().and_then(|()| untold.map(|gap| disk.gap(&gap)).collect::<Result<Vec<_>, _>>());
        if let Err(unwritten) = told.and_then(|_| disk.flush()) {
            return self.fail(&unwritten);
        }
        self.untold = Gaps::default();
        if self.failed.take().is_some() {
            info!("recording goes on");
        }
        self.count_written();
    }

    /// All that was written and is not known to be lost is there.
    fn count_written(&mut self) {
        let bytes = self.disk.bytes();
        self.metrics.wrote(bytes.saturating_sub(self.active.written.swap(bytes, Ordering::Relaxed)));
        self.metrics.exchanges(mem::take(&mut self.unsafe_exchanges).count);
        self.unsafe_bytes = 0;
    }

    fn fail(&mut self, unwritten: &Unwritten) {
        if self.failed.replace(Instant::now()).is_none() {
            let error = &unwritten.source;
            error!(%error, "{unwritten}: what is asked until that can be done is missing in the recording");
        }
        let count = unwritten.lost.exchanges;
        let lost = Missing { count, ..self.unsafe_exchanges };
        self.unsafe_exchanges.count = self.unsafe_exchanges.count.saturating_sub(count);
        if count > 0 {
            self.miss(Reason::Disk, lost);
        }
        self.count_written();
    }

    fn end(mut self) {
        let folder = self.disk.folder().display().to_string();
        // Once more, however short ago it failed.
        if self.failed.is_some() {
            self.failed = Instant::now().checked_sub(AGAIN);
        }
        self.make_safe();
        if self.failed.is_some() {
            let missing: u64 = self.untold.each().map(|(_, missing)| missing.count).sum();
            return error!(folder, missing, "recording ended, and does not tell all that is missing in it");
        }
        match self.disk.finish(since_1970()) {
            Ok(()) => info!(folder, "recording ended"),
            Err(error) => error!(folder, error = %error.source, "recording ended without its last line"),
        }
    }
}
