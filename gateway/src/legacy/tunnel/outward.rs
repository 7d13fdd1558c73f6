//! What the legacy says to a client: followed frame by frame, so that a last one can be put behind a whole one.

use std::io;

use super::{Activity, Goodbye, direction::Direction, frames::Frames};

pub(super) struct Outward {
    direction: Direction,
    /// As far as it was written.
    frames: Frames,
}

impl Outward {
    pub(super) fn new(direction: Direction) -> Self {
        Self { direction, frames: Frames::default() }
    }

    /// Until the legacy has said all.
    pub(super) async fn carry(&mut self, activity: &Activity) -> io::Result<()> {
        while self.direction.is_there_more().await? {
            self.write(usize::MAX).await?;
            activity.seen();
        }
        self.shutdown().await
    }

    /// No new frame is begun but the last one, which is ours.
    pub(super) async fn finish(&mut self, goodbye: Goodbye) -> io::Result<()> {
        while !self.frames.is_between() && self.direction.is_there_more().await? {
            let length = self.frames.clone().follow(self.direction.waiting());
            self.write(length).await?;
        }
        if self.direction.has_ended() { Ok(()) } else { self.direction.say(&goodbye.frame()).await }
    }

    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        self.direction.shutdown().await
    }

    async fn write(&mut self, most: usize) -> io::Result<()> {
        let mut written = self.direction.write(most).await?;
        while !written.is_empty() {
            written = &written[self.frames.follow(written)..];
        }
        Ok(())
    }
}
