//! Tasks: every edge by hand, requests that nobody thought of, and numbers that JSON does not have.

mod edges;
mod not_finite;
pub(super) mod random_asks;
