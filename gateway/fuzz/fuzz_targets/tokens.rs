//! Tokens: texts, forgeries, and strange ones that are signed.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    gateway::auth::fuzz::texts(bytes);
    gateway::auth::fuzz::forged(bytes);
    gateway::auth::fuzz::signed(bytes);
});
