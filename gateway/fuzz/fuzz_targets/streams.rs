//! The way from message to message: it does not matter where a stream is cut.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gateway::front::fuzz::streams(bytes));
