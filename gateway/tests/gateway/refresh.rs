//! Refresh tokens through the running gateway: nobody is logged out who has copied nothing, and everybody who has.

mod faults;
mod races;
mod refusals;
mod simulation;
mod stand;
