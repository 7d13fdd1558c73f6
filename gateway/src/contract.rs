//! What FastAPI promises a client, kept by every answer that the gateway makes itself.

pub mod profile;
