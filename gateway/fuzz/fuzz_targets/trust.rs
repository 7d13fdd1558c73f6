//! Headers that nobody outside may set.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    gateway::auth::fuzz::headers(bytes);
    gateway::auth::fuzz::answers(bytes);
});
