//! Asks again what a recording asked, with the values that the live side gave where the recorded side gave its own.

mod admission;
mod anatomy;
pub mod binding;
pub mod course;
pub mod credentials;
pub mod graph;
pub mod instants;
pub mod play;
pub mod send;
pub mod state;
#[cfg(test)]
mod sample;
mod socket;
mod spoken;
pub mod values;
