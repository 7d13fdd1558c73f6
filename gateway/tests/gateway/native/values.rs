//! Values that are hard to read the same way, by what they are read as.

mod decimals;
mod instants;
mod numbers;
mod parameters;
mod texts;

pub(super) use decimals::DECIMALS;
pub(super) use instants::INSTANTS;
pub(super) use numbers::{FLOATS, INTEGERS};
pub(super) use parameters::PARAMETERS;
pub(super) use texts::{STATUSES, TEXTS};
