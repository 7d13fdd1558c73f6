//! The moved API: the routes that Rust answers, as one list.
