//! How much a session has asked: the figures that it is held to.

use std::fmt::{self, Display, Formatter};

use super::recording::{Outcome, Recording};
use super::step::Step;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub requests: usize,
    /// POST, PUT, PATCH and DELETE that reach the legacy.
    pub writes: usize,
    /// Answers with 4xx and 5xx.
    pub errors: usize,
    pub streams: usize,
}

impl Figures {
    /// Of the run that went straight to the legacy.
    pub fn of(steps: &[Step], straight: &Recording) -> Self {
        let mut figures = Self { requests: straight.exchanges.len(), ..Self::default() };
        for (step, exchange) in steps.iter().zip(&straight.exchanges) {
            let failed = match &exchange.outcome {
                Outcome::Heard(heard) => heard.head.status >= 400,
                Outcome::Broken(_) => false,
            };
            figures.writes += usize::from(step.writes());
            figures.errors += usize::from(failed);
            figures.streams += usize::from(step.streams);
        }
        figures
    }
}

impl Display for Figures {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { requests, writes, errors, streams } = self;
        write!(
            formatter,
            "{requests} requests, {writes} writes, {errors} errors, {streams} streams and uploads"
        )
    }
}
