//! The proxied leg: everything between the gateway and the existing backend.

pub mod address;
pub mod import;
