//! One way through a tunnel, to be left off and gone on with at any await: what was read and not written is kept.

use std::{io, ops::Range};

use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use super::{CHUNK, End, Heard};

pub(super) struct Direction {
    from: ReadHalf<End>,
    to: WriteHalf<End>,
    chunk: Box<[u8]>,
    waiting: Range<usize>,
    has_ended: bool,
    heard: Heard,
}

impl Direction {
    pub(super) fn new(from: ReadHalf<End>, to: WriteHalf<End>, heard: Heard) -> Self {
        let chunk = vec![0; CHUNK].into_boxed_slice();
        Self { from, to, chunk, waiting: 0..0, has_ended: false, heard }
    }

    /// Waits for something to write; nothing comes once the one side has said all.
    pub(super) async fn is_there_more(&mut self) -> io::Result<bool> {
        if self.waiting.is_empty() && !self.has_ended {
            // Of what was written some may still lie in the TLS of the other side.
            self.to.flush().await?;
            let length = self.from.read(&mut self.chunk).await?;
            self.waiting = 0..length;
            self.has_ended = length == 0;
            self.heard.tell(&self.chunk[..length]);
        }
        Ok(!self.waiting.is_empty())
    }

    pub(super) fn waiting(&self) -> &[u8] {
        &self.chunk[self.waiting.clone()]
    }

    /// Some of what waits, and not more than this: tells what was written.
    pub(super) async fn write(&mut self, most: usize) -> io::Result<&[u8]> {
        let Range { start, end } = self.waiting;
        let written = self.to.write(&self.chunk[start..end.min(start.saturating_add(most))]).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.waiting.start += written;
        Ok(&self.chunk[start..start + written])
    }

    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    pub(super) async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.heard.tell(bytes);
        self.to.write_all(bytes).await?;
        self.to.flush().await
    }

    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        self.to.shutdown().await
    }

    /// The other side hears no more.
    pub(super) fn stop(self) -> ReadHalf<End> {
        self.from
    }
}
