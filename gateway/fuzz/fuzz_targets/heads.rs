//! The check of heads: what passes is read alike by whoever reads it next.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gateway::front::fuzz::heads(bytes));
