//! Which route a request names and who answers it: the lock, `routes.toml` and their running form.

pub mod key;
pub mod lock;
pub mod added;
pub mod target;
pub mod template;
pub mod matching;
pub mod authority;
pub mod owner;
pub mod file;
pub mod running;
pub mod reload;
pub mod replace;
pub mod rewrite;
pub mod history;
