//! The gateway, as a library so that its tests and the demo run the same code as the binary.
//!
//! The modules stand in reading order: the way of a request from the command line to the log.

// What the derives write names the crate from outside.
extern crate self as gateway;

pub mod cli;
pub mod config;
pub mod limits;
pub mod edge;
pub mod host;
pub mod front;
pub mod routes;
pub mod auth;
pub mod legacy;
pub mod native;
pub mod skeleton;
pub mod contract;
pub mod db;
pub mod migrate;
pub mod parity;
pub mod telemetry;
pub mod admin;
