//! What the legacy says to a client: followed frame by frame, so that a last one can be put behind a whole one.

use std::{io, ops::Range};

use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};

use super::{Activity, CHUNK, End, Goodbye, frames::Frames};

/// It may be left off at any await: what has been read and not written is kept.
pub(super) struct Outward {
    from: ReadHalf<End>,
    to: WriteHalf<End>,
    /// As far as it was written.
    frames: Frames,
    chunk: Box<[u8]>,
    waiting: Range<usize>,
    has_ended: bool,
}

impl Outward {
    pub(super) fn new(from: ReadHalf<End>, to: WriteHalf<End>) -> Self {
        let chunk = vec![0; CHUNK].into_boxed_slice();
        Self { from, to, frames: Frames::default(), chunk, waiting: 0..0, has_ended: false }
    }

    /// Until the legacy has said all.
    pub(super) async fn carry(&mut self, activity: &Activity) -> io::Result<()> {
        while self.is_there_more().await? {
            while !self.waiting.is_empty() {
                let written = self.to.write(&self.chunk[self.waiting.clone()]).await?;
                if written == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                self.follow(written);
                activity.seen();
            }
        }
        self.to.shutdown().await
    }

    /// No new frame is begun but the last one, which is ours.
    pub(super) async fn finish(&mut self, goodbye: Goodbye) -> io::Result<()> {
        while !self.frames.is_between() && self.is_there_more().await? {
            let length = self.frames.clone().follow(&self.chunk[self.waiting.clone()]);
            self.to.write_all(&self.chunk[self.waiting.start..self.waiting.start + length]).await?;
            self.follow(length);
        }
        if !self.has_ended {
            self.to.write_all(&goodbye.frame()).await?;
        }
        self.to.shutdown().await
    }

    /// Waits for something to write; nothing comes once the legacy has closed its side.
    async fn is_there_more(&mut self) -> io::Result<bool> {
        if self.waiting.is_empty() && !self.has_ended {
            let length = self.from.read(&mut self.chunk).await?;
            self.waiting = 0..length;
            self.has_ended = length == 0;
        }
        Ok(!self.waiting.is_empty())
    }

    fn follow(&mut self, length: usize) {
        let mut written = &self.chunk[self.waiting.start..self.waiting.start + length];
        while !written.is_empty() {
            written = &written[self.frames.follow(written)..];
        }
        self.waiting.start += length;
    }
}
