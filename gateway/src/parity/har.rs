//! HAR 1.2, which browsers and proxies write: exchanges made of it, and it of exchanges.
//!
//! The format is W3C's abandoned draft (<https://w3c.github.io/web-performance/specs/HAR/Overview.html>) with what
//! browsers have added. It has no place for trailers, for pieces of a body or for what was replaced.

mod document;
mod export;
mod import;
mod moment;
mod order;

pub use export::export;
pub use import::{BadHar, Imported, Unusable, import};

#[cfg(test)]
mod tests;
