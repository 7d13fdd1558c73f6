//! How much a session has asked: the figures that it is held to.

use std::fmt::{self, Display, Formatter};

use super::recording::{Outcome, Recording};
use super::step::Step;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    pub requests: usize,
    /// POST, PUT, PATCH and DELETE that the legacy has carried out.
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
            let status = match &exchange.outcome {
                Outcome::Heard(heard) => heard.head.status,
                Outcome::Broken(_) => 0,
            };
            figures.writes += usize::from(step.writes() && (200..300).contains(&status));
            figures.errors += usize::from(status >= 400);
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
