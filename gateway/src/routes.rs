//! Which route a request names and who answers it: the lock, `routes.toml` and their running form.

pub mod file;
pub mod key;
pub mod lock;
pub mod matching;
pub mod owner;
pub mod target;
pub mod template;
