//! The lines of requests on their way to standard output: they wait a moment, and go out many at once, in order.
//!
//! Whatever else is logged goes out at once, behind what waited, so that the log tells things as they happened.

use std::{
    io::{self, Write},
    mem,
    time::Duration,
};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::access::{AccessLine, known::Known};

/// How long a line waits for others.
const PAUSE: Duration = Duration::from_millis(10);

/// More lines than this do not wait: nobody reads the log, and memory is not for it.
const MOST: usize = 16 * 1024;

/// Of what is handed to the operating system at once.
const CHUNK: usize = 64 * 1024;

#[derive(Default)]
pub struct Lines {
    waiting: Mutex<Waiting>,
    /// Of the thread that writes: a line came after a rest, or no more will.
    woken: Condvar,
    /// Held from taking what waits until it is written: nothing overtakes it.
    output: Mutex<Output>,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<AccessLine>,
    resting: bool,
    ended: bool,
}

/// Kept for their room.
#[derive(Default)]
struct Output {
    taken: Vec<AccessLine>,
    text: Vec<u8>,
    known: Known,
}

impl Lines {
    /// False when the line is lost: whoever reads the log is too far behind.
    pub(super) fn push(&self, line: AccessLine) -> bool {
        let mut waiting = self.waiting.lock();
        // After the end nobody writes any more.
        if waiting.lines.len() >= MOST || waiting.ended {
            return false;
        }
        waiting.lines.push(line);
        // Once for many lines: to wake a thread costs more than to write one.
        let wake = mem::take(&mut waiting.resting);
        drop(waiting);
        if wake {
            self.woken.notify_one();
        }
        true
    }

    /// A line that waits for nothing but those that came before it.
    pub(super) fn write_now(&self, line: &[u8]) -> io::Result<()> {
        let mut output = self.output.lock();
        // What could not be written before it is no reason to keep it back.
        let _ = self.write_waiting(&mut output);
        io::stdout().lock().write_all(line)
    }

    /// Writes what comes until the end, and what waits then.
    pub(super) fn write_all(&self) {
        loop {
            let ended = self.wait();
            // Standard output that is closed is nobody's to hear of.
            let _ = self.write_waiting(&mut self.output.lock());
            if ended {
                return;
            }
        }
    }

    pub(super) fn end(&self) {
        self.waiting.lock().ended = true;
        self.woken.notify_one();
    }

    /// Until there are lines, and then for those that come right after; true when it is the end.
    fn wait(&self) -> bool {
        let mut waiting = self.waiting.lock();
        while waiting.lines.is_empty() && !waiting.ended {
            waiting.resting = true;
            self.woken.wait(&mut waiting);
        }
        if !waiting.ended {
            self.woken.wait_for(&mut waiting, PAUSE);
        }
        waiting.ended
    }

    fn write_waiting(&self, output: &mut MutexGuard<'_, Output>) -> io::Result<()> {
        let Output { taken, text, known } = &mut **output;
        mem::swap(&mut self.waiting.lock().lines, taken);
        text.clear();
        for line in taken.drain(..) {
            line.write(text, known)?;
            if text.len() >= CHUNK {
                io::stdout().lock().write_all(text)?;
                text.clear();
            }
        }
        if text.is_empty() { Ok(()) } else { io::stdout().lock().write_all(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::access::tests::any_line, *};

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let lines = Lines::default();
        lines.waiting.lock().lines = vec![any_line(); MOST - 1];
        assert!(lines.push(any_line()), "the last that there is room for");
        assert!(!lines.push(any_line()), "one too many");
        assert_eq!(lines.waiting.lock().lines.len(), MOST);
    }
}
