//! What is counted of the threads that hash passwords.

use prometheus::{Histogram, IntCounterVec, IntGauge};
use strum::VariantArray;

use super::{Maker, names};
use crate::auth::password::{Form, Unusable};

/// From an argon2 with reused memory to the hardest hash that is computed at all.
const SECONDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// Cheap to clone; all clones count into the same registry.
#[derive(Clone)]
pub struct PasswordMetrics {
    pub waiting: Present,
    pub running: Present,
    pub seconds: Histogram,
    compared: IntCounterVec,
    refused: IntCounterVec,
    unusable: IntCounterVec,
}

/// How many are somewhere at this moment.
#[derive(Clone)]
pub struct Present(IntGauge);

/// One of those who are there, until it is dropped.
pub struct Here(IntGauge);

impl Present {
    pub fn enter(&self) -> Here {
        self.0.inc();
        Here(self.0.clone())
    }

    pub fn count(&self) -> i64 {
        self.0.get()
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl PasswordMetrics {
    pub(super) fn new(maker: &Maker) -> Result<Self, prometheus::Error> {
        let compared = maker.counters(&names::PASSWORDS_COMPARED)?;
        for form in Form::VARIANTS {
            compared.with_label_values(&[&form.to_string()]);
        }
        let refused = maker.counters(&names::PASSWORDS_REFUSED)?;
        for reason in ["full", "late"] {
            refused.with_label_values(&[reason]);
        }
        let unusable = maker.counters(&names::PASSWORDS_UNUSABLE)?;
        for why in Unusable::VARIANTS {
            unusable.with_label_values(&[&why.to_string()]);
        }
        Ok(Self {
            waiting: Present(maker.gauge(&names::PASSWORDS_WAITING)?),
            running: Present(maker.gauge(&names::PASSWORDS_RUNNING)?),
            seconds: maker.histogram(&names::PASSWORD_SECONDS, &SECONDS)?,
            compared,
            refused,
            unusable,
        })
    }

    /// That nobody reads.
    pub fn unobserved() -> Result<Self, prometheus::Error> {
        Self::new(&Maker(prometheus::Registry::new()))
    }

    pub fn compared(&self, form: Form) {
        self.compared.with_label_values(&[&form.to_string()]).inc();
    }

    pub fn refused(&self, reason: &'static str) {
        self.refused.with_label_values(&[reason]).inc();
    }

    pub fn unusable(&self, why: Unusable) {
        self.unusable.with_label_values(&[&why.to_string()]).inc();
    }
}
