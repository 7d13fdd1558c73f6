//! Headers of one hop, and what the client says of itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gateway::front::fuzz::hops(bytes));
