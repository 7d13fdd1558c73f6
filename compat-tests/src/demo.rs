//! The demo: a real backend, a real database and the gateway, and a tour through what it is for.

pub mod check;
mod folder;
mod ledger;
pub mod stage;
pub mod tour;
mod traffic;

/// The route that the tour moves to Rust.
const ROUTE: &str = "GET /api/tasks/{task_id}";

/// A user of the sample data.
const USER: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery staple";
