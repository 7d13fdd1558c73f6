//! Logging in, registering and changing a password: as the legacy does it, for users and by the shapes that it has.

mod acceptance;
mod asks;
mod at_once;
mod fit;
mod goes_by;
mod logged_out;
mod nobody;
mod once;
mod others;
mod pairs;
mod queue;
mod refused;
mod stand;
mod switching;
