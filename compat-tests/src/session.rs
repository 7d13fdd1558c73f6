//! The black-box session: one script, played against any two base URLs over the same data, whose exchanges must be
//! equal in status, headers and bytes.
//!
//! `script()` says what is asked, `play` asks it, `compare` finds the differences that `allowed.toml` does not explain.

mod allowed;
mod chapters;
mod compare;
mod figures;
mod finding;
mod play;
mod recording;
mod shape;
pub mod step;
mod values;

pub use self::{
    allowed::{Allowed, BadAllowed},
    chapters::script,
    compare::{Comparison, compare},
    figures::Figures,
    finding::{Difference, Finding},
    play::play,
    recording::{Exchange, Heard, Outcome, Recording, Window},
    step::Step,
};
