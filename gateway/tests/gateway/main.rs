//! The whole gateway under test, in one binary: real sockets, a real PostgreSQL, the real sample legacy.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod house;
mod fake_legacy;

mod chaos;
mod configuration;
mod database_tls;
mod demo;
mod dotenv;
mod encoders;
mod explain;
mod import;
mod limits;
mod migrations;
mod migration_files;
mod migration_guide;
mod migration_proof;
mod models;
mod native_tasks;
mod observed;
mod openapi;
mod ops;
mod private_cluster;
mod proxied;
mod pydantic;
mod pytest;
mod reaching;
mod reload;
mod requests;
mod session;
mod stale;
mod start_up;
mod streams;
mod tidy;
mod tokens;
mod twin;
mod units;
