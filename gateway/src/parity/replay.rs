//! Asks again what a recording asked, with the values that the live side gave where the recorded side gave its own.

mod anatomy;
pub mod binding;
pub mod graph;
pub mod play;
pub mod send;
pub mod state;
mod socket;
pub mod values;
