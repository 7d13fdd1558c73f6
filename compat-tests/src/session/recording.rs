//! What one run of the script has heard.

use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::client::{Head, websocket::Frame};

#[derive(Debug, Clone)]
pub struct Recording {
    pub exchanges: Vec<Exchange>,
    pub window: Window,
}

/// When the run took place: what its clock generated lies in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub began: SystemTime,
    pub ended: SystemTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// From 1, the same in both runs.
    pub number: usize,
    /// As the script writes it, before values were put in.
    pub request: String,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Heard(Heard),
    /// No answer, half an answer, or something that is none.
    Broken(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Statuses that came before the answer: 100, 103.
    pub interim: Vec<u16>,
    pub head: Head,
    pub body: Bytes,
    /// What a WebSocket said, close frame included.
    pub frames: Vec<Frame>,
    /// From the first piece of the body to its end.
    pub spread: Duration,
    /// The connection had been closed since the last answer; this one came over a new one.
    pub renewed: bool,
}
