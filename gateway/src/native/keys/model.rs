//! What is asked about keys.

pub(super) mod request;
