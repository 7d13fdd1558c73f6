//! The whole gateway under test, in one binary.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails; its figures are its output"
)]

mod import;
mod demo;
mod twin;
