//! Logging in, registering and changing a password: as the legacy does it, for users and by the shapes that it has.

mod asks;
mod fit;
mod once;
mod others;
mod pairs;
mod stand;
mod switching;
