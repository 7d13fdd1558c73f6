//! The decoder of targets.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gateway::front::fuzz::targets(bytes));
