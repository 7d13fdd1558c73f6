//! Which route a request names and who answers it: the lock, `routes.toml` and their running form.

pub mod key;
pub mod owner;
pub mod file;
