//! The lines that a process has written, kept in memory, with a way to wait for one.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tokio::sync::watch;
use tokio::time::timeout;

#[derive(Debug)]
pub struct Output {
    lines: Arc<Lines>,
    readers: Vec<JoinHandle<()>>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSeen {
    #[error("the process ended before it wrote the line:\n{0}")]
    Ended(String),
    #[error("the line was not written within {within:?}:\n{output}")]
    Late { within: Duration, output: String },
}

#[derive(Debug)]
struct Lines {
    content: Mutex<Content>,
    arrived: Condvar,
    version: watch::Sender<()>,
}

#[derive(Debug)]
struct Content {
    lines: Vec<Arc<str>>,
    open: usize,
}

impl Output {
    /// Reads until the last of the pipes is closed, which is when the process and all of its heirs have ended.
    pub fn follow(pipes: Vec<Box<dyn Read + Send>>) -> Self {
        Self::follow_only(pipes, |_| true)
    }

    /// The same for a process that writes more than is to be kept in memory.
    pub fn follow_only(
        pipes: Vec<Box<dyn Read + Send>>,
        is_kept: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Self {
        let is_kept = Arc::new(is_kept);
        let content = Mutex::new(Content { lines: Vec::new(), open: pipes.len() });
        let lines = Arc::new(Lines { content, arrived: Condvar::new(), version: watch::Sender::new(()) });
        let read = |pipe| {
            let (lines, is_kept) = (Arc::clone(&lines), Arc::clone(&is_kept));
            thread::spawn(move || lines.read(pipe, &*is_kept))
        };
        let readers = pipes.into_iter().map(read).collect();
        Self { lines, readers }
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<Arc<str>> {
        self.lines.content.lock().lines.clone()
    }

    /// The first answer that `find` gives for a line, from the beginning.
    pub async fn wait_for<T>(
        &self,
        within: Duration,
        mut find: impl FnMut(&str) -> Option<T>,
    ) -> Result<T, NotSeen> {
        let mut version = self.lines.version.subscribe();
        let mut seen = 0;
        let search = async {
            loop {
                version.mark_unchanged();
                if let Some(result) = self.lines.search(&mut seen, &mut find) {
                    return result;
                }
                version.changed().await.expect("the sender lives as long as the lines");
            }
        };
        match timeout(within, search).await {
            Ok(result) => result.ok_or_else(|| NotSeen::Ended(self.text())),
            Err(_) => Err(NotSeen::Late { within, output: self.text() }),
        }
    }

    /// The same for a caller that may block.
    pub fn wait_blocking<T>(
        &self,
        within: Duration,
        mut find: impl FnMut(&str) -> Option<T>,
    ) -> Result<T, NotSeen> {
        let deadline = Instant::now() + within;
        let mut seen = 0;
        loop {
            if let Some(result) = self.lines.search(&mut seen, &mut find) {
                return result.ok_or_else(|| NotSeen::Ended(self.text()));
            }
            let mut content = self.lines.content.lock();
            if content.lines.len() == seen
                && content.open > 0
                && self.lines.arrived.wait_until(&mut content, deadline).timed_out()
            {
                drop(content);
                return Err(NotSeen::Late { within, output: self.text() });
            }
        }
    }

    pub fn text(&self) -> String {
        self.lines().join("\n")
    }

    /// Waits for the end of all pipes.
    pub fn close(&mut self) {
        for reader in self.readers.drain(..) {
            reader.join().expect("a reader has no way to panic");
        }
    }
}

impl Lines {
    fn read(&self, pipe: Box<dyn Read + Send>, is_kept: &impl Fn(&str) -> bool) {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches('\r');
            if is_kept(line) {
                self.change(|content| content.lines.push(line.into()));
            }
        }
        self.change(|content| content.open -= 1);
    }

    fn change(&self, change: impl FnOnce(&mut Content)) {
        change(&mut self.content.lock());
        self.arrived.notify_all();
        self.version.send_replace(());
    }

    /// Nothing when more lines may come; `Some(None)` when none will.
    fn search<T>(&self, seen: &mut usize, find: &mut impl FnMut(&str) -> Option<T>) -> Option<Option<T>> {
        let (fresh, ended) = {
            let content = self.content.lock();
            (content.lines[*seen..].to_vec(), content.open == 0)
        };
        *seen += fresh.len();
        let found = fresh.iter().find_map(|line| find(line));
        (found.is_some() || ended).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Write, pipe};

    fn number(line: &str) -> Option<u32> {
        line.strip_prefix("number ")?.parse().ok()
    }

    #[tokio::test]
    async fn a_line_that_comes_later_is_waited_for() {
        let (reader, mut writer) = pipe().unwrap();
        let output = Output::follow(vec![Box::new(reader)]);
        writer.write_all(b"first\nnumber 4").unwrap();
        let waiting = output.wait_for(Duration::from_secs(10), number);
        let writing = async { writer.write_all(b"2\r\n").unwrap() };
        assert_eq!(tokio::join!(waiting, writing).0, Ok(42));
        assert_eq!(output.text(), "first\nnumber 42");
        drop(writer);
        let ended = NotSeen::Ended("first\nnumber 42".to_owned());
        assert_eq!(output.wait_blocking(Duration::from_secs(10), |_| None::<()>), Err(ended.clone()));
        assert_eq!(output.wait_for(Duration::from_secs(10), |_| None::<()>).await, Err(ended));
    }

    #[tokio::test]
    async fn what_is_not_kept_is_read_all_the_same() {
        let (reader, mut writer) = pipe().unwrap();
        let output = Output::follow_only(vec![Box::new(reader)], |line| line.starts_with("number"));
        writer.write_all(b"first\nnumber 42\nlast\n").unwrap();
        assert_eq!(output.wait_for(Duration::from_secs(10), number).await, Ok(42));
        drop(writer);
        let ended = NotSeen::Ended("number 42".to_owned());
        assert_eq!(output.wait_blocking(Duration::from_secs(10), |_| None::<()>), Err(ended));
    }

    #[tokio::test]
    async fn a_line_that_never_comes_is_given_up() {
        let (reader, _writer) = pipe().unwrap();
        let output = Output::follow(vec![Box::new(reader)]);
        let within = Duration::from_millis(20);
        let late = NotSeen::Late { within, output: String::new() };
        assert_eq!(output.wait_for(within, number).await, Err(late.clone()));
        assert_eq!(output.wait_blocking(within, number), Err(late));
    }
}
